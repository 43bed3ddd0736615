package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Prepared is a recall as far as an item is judged against it: match.Unpack reads
// Keys and Lines.
type Prepared struct {
	ID          int64
	Sample      bool
	Keys, Lines string
	Shown       Shown
}

// Shown is what an answer shows of a recall, written down: most of those that are
// looked at do not match, and need not be read.
type Shown string

// Notice is Shown when read.
type Notice struct {
	Agency, Number, Title, URL string
	Hazard                     string // the first one, in the agency's words
	Remedies                   []babyshield.Remedy
}

// show writes each text behind its length.
func show(r *babyshield.Recall) []byte {
	texts := []string{r.Agency, r.Number, r.Title, r.URL, ""}
	if len(r.Hazards) > 0 {
		texts[4] = r.Hazards[0].Text
	}
	for _, m := range r.Remedies {
		texts = append(texts, string(m.Code), m.Text)
	}
	var b []byte
	for _, t := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(t))), t...)
	}
	return b
}

// Notice reads it.
func (s Shown) Notice() (n Notice, err error) {
	rest := string(s)
	text := func() string {
		size, at := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen32)]))
		if at <= 0 || size > uint64(len(rest)-at) {
			rest, err = "", errors.New("what is shown of a recall is damaged")
			return ""
		}
		t := rest[at : at+int(size)]
		rest = rest[at+int(size):]
		return t
	}
	n = Notice{Agency: text(), Number: text(), Title: text(), URL: text(), Hazard: text()}
	for rest != "" && err == nil {
		n.Remedies = append(n.Remedies, babyshield.Remedy{Code: babyshield.RemedyCode(text()), Text: text()})
	}
	return n, err
}

// Prepare is what the store keeps of a recall for judging items. A notice that its
// agency took back covers nothing: it has no lines and no keys.
func Prepare(id int64, r *babyshield.Recall, products []babyshield.RecalledProduct) Prepared {
	if r.Rescinded() {
		products = nil
	}
	keys, lines := match.Prepare(r, products).Pack()
	return Prepared{ID: id, Keys: string(keys), Lines: string(lines), Shown: Shown(show(r))}
}

func (p *Prepared) params() gen.PutRecallPreparedParams {
	return gen.PutRecallPreparedParams{
		RecallID: p.ID, Reader: match.Reader, Keys: []byte(p.Keys), Lines: []byte(p.Lines), Shown: []byte(p.Shown),
	}
}

// current gives the rows as they are, and prepares those anew that another reader
// wrote or that are missing: a program of another version works on the same
// database, or recalls wait to be read again.
func (s *Store) current(ctx context.Context, list []int64, rows []gen.RecallPrepared) ([]Prepared, error) {
	out := make([]Prepared, 0, len(list))
	for _, row := range rows {
		if row.Reader == match.Reader {
			out = append(out, Prepared{row.RecallID, row.Sample, string(row.Keys), string(row.Lines), Shown(row.Shown)})
		}
	}
	if len(out) == len(list) {
		return out, nil
	}
	known := map[int64]bool{}
	for i := range out {
		known[out[i].ID] = true
	}
	list = slices.DeleteFunc(slices.Clone(list), func(id int64) bool { return known[id] })
	recalls, err := s.q.RecallsByID(ctx, ids(list))
	if err != nil {
		return nil, fmt.Errorf("loading recalls of another reader: %w", err)
	}
	for _, row := range recalls {
		r, products, err := decode(row.Content, row.Products)
		if err != nil {
			return nil, fmt.Errorf("reading recall %s: %w", row.PublicID, err)
		}
		p := Prepare(row.ID, r, products)
		p.Sample = row.Sample
		out = append(out, p)
	}
	return out, nil
}

// Candidates finds the recalls that share a key with the item: all that
// match.Compare could say anything of. complete is false where there were too
// many to load: then a miss proves nothing.
func (s *Store) Candidates(ctx context.Context, keys []int64, samples bool) (found []Prepared, complete bool, err error) {
	list, err := s.q.CandidateRecalls(ctx, gen.CandidateRecallsParams{Keys: ids(keys), PageSize: maxCandidates})
	if err != nil {
		return nil, false, fmt.Errorf("looking for candidates: %w", err)
	}
	if len(list) == 0 {
		return nil, true, nil
	}
	rows, err := s.q.PreparedByID(ctx, ids(list))
	if err != nil {
		return nil, false, fmt.Errorf("loading candidates: %w", err)
	}
	found, err = s.current(ctx, list, rows)
	if !samples {
		found = slices.DeleteFunc(found, func(p Prepared) bool { return p.Sample })
	}
	return found, len(list) < maxCandidates, err
}

const preparedPage = 500

// EachPrepared calls fn with every recall (or every sample), for the in-memory
// index of bulk screening.
func (s *Store) EachPrepared(ctx context.Context, samples bool, fn func(Prepared) error) error {
	for after := int64(0); ; {
		rows, err := s.q.EachPrepared(ctx, gen.EachPreparedParams{Sample: samples, After: after, PageSize: preparedPage})
		if err != nil {
			return fmt.Errorf("reading all recalls: %w", err)
		}
		list := make([]int64, len(rows))
		for i := range rows {
			list[i] = rows[i].RecallID
		}
		page, err := s.current(ctx, list, rows)
		if err != nil {
			return err
		}
		for _, p := range page {
			if err := fn(p); err != nil {
				return err
			}
		}
		if len(rows) < preparedPage {
			return nil
		}
		after = list[len(list)-1]
	}
}

// EachPackedKeys calls fn with the keys (see match.PackedKeys) of every recall (or
// every sample) that EachPrepared gives as it is stored. A recall that is added or
// amended between the two has other keys there.
func (s *Store) EachPackedKeys(ctx context.Context, samples bool, fn func(keys string)) error {
	for after := int64(0); ; {
		rows, err := s.q.EachPreparedKeys(ctx, gen.EachPreparedKeysParams{Sample: samples, After: after, PageSize: preparedPage})
		if err != nil {
			return fmt.Errorf("reading all keys: %w", err)
		}
		for _, row := range rows {
			if row.Reader == match.Reader {
				fn(string(row.Keys))
			}
			after = row.RecallID
		}
		if len(rows) < preparedPage {
			return nil
		}
	}
}

// MostRecalls is a number of recalls that there are at most, to size an index by.
func (s *Store) MostRecalls(ctx context.Context) (int, error) {
	n, err := s.q.LastPrepared(ctx)
	if err != nil {
		return 0, fmt.Errorf("counting recalls: %w", err)
	}
	return int(n), nil
}
