package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// StoredRecall is a recall with what only the database knows of it.
type StoredRecall struct {
	babyshield.Recall
	ID       string // rcl_...
	Event    string // evt_...
	Revision int64
	Sample   bool
	Lines    []babyshield.RecalledProduct // Recall.Products as package match read them
	Created  time.Time
	Revised  time.Time
}

// RecallFilter narrows a list of recalls.
type RecallFilter struct {
	Agency  string         // "" = all
	Since   babyshield.Day // by publication (or update, where an agency gives no other day)
	Samples bool           // only samples, instead of only real ones
	Cursor  string         // from the previous page; "" = the newest
	Size    int            // 0 = 100
}

// RecallList is a page of recalls, newest first, and the cursor of the next
// page, "" at the end.
func (s *Store) RecallList(ctx context.Context, f RecallFilter) ([]StoredRecall, string, error) {
	day, id, err := parseCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	size := or(f.Size, 100)
	var out []StoredRecall
	var rows []gen.ListRecallsRow
	if f.Agency == "" {
		rows, err = s.q.ListRecalls(ctx, gen.ListRecallsParams{Sample: f.Samples, Since: string(f.Since), BeforeDay: day, BeforeID: id, PageSize: int32(size)})
	} else {
		var of []gen.ListRecallsOfAgencyRow
		of, err = s.q.ListRecallsOfAgency(ctx, gen.ListRecallsOfAgencyParams{Agency: f.Agency, Sample: f.Samples, Since: string(f.Since), BeforeDay: day, BeforeID: id, PageSize: int32(size)})
		for _, r := range of {
			rows = append(rows, gen.ListRecallsRow(r))
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("listing recalls: %w", err)
	}
	for _, r := range rows {
		sr, err := storedOf(gen.RecallByPublicIDRow(r))
		if err != nil {
			return nil, "", err
		}
		out = append(out, sr)
	}
	if len(rows) < size {
		return out, "", nil
	}
	last := rows[len(rows)-1]
	return out, last.Published + "." + strconv.FormatInt(last.ID, 36), nil
}

func parseCursor(c string) (string, int64, error) {
	if c == "" {
		return "9999-99-99", math.MaxInt64, nil
	}
	day, id, ok := strings.Cut(c, ".")
	n, err := strconv.ParseInt(id, 36, 64)
	if !ok || err != nil || len(day) > 10 {
		return "", 0, babyshield.Errorf(babyshield.Invalid, "The cursor %q is not one of ours. Start again without it.", c)
	}
	return day, n, nil
}

func storedOf(row gen.RecallByPublicIDRow) (StoredRecall, error) {
	r, products, err := decode(row.Content, row.Products)
	if err != nil {
		return StoredRecall{}, fmt.Errorf("reading recall %s: %w", row.PublicID, err)
	}
	return StoredRecall{
		Recall: *r, ID: row.PublicID, Event: row.EventPublicID, Revision: row.Revision, Sample: row.Sample,
		Lines: products, Created: fromMS(row.CreatedAt), Revised: fromMS(row.RevisedAt),
	}, nil
}

// Recall is one recall by its id (rcl_...).
func (s *Store) Recall(ctx context.Context, id string) (StoredRecall, error) {
	row, err := s.q.RecallByPublicID(ctx, id)
	if err != nil {
		if notFound(err) == nil {
			return StoredRecall{}, babyshield.Errorf(babyshield.NotFound, "There is no recall %q here.", id)
		}
		return StoredRecall{}, fmt.Errorf("reading recall %s: %w", id, err)
	}
	return storedOf(row)
}

// Sibling is another notice of the same event.
type Sibling struct {
	ID, Agency, Number, Title, Why string
}

// Siblings lists the other agencies' notices of the recall's event.
func (s *Store) Siblings(ctx context.Context, id string) ([]Sibling, error) {
	row, err := s.q.RecallByPublicID(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading recall %s: %w", id, err)
	}
	rows, err := s.q.RecallsOfEvent(ctx, row.EventID)
	if err != nil {
		return nil, fmt.Errorf("reading the event of recall %s: %w", id, err)
	}
	var out []Sibling
	for _, r := range rows {
		if r.PublicID != id {
			out = append(out, Sibling{ID: r.PublicID, Agency: r.Agency, Number: r.Number, Title: r.Title, Why: r.EventWhy})
		}
	}
	return out, nil
}

// Reread derives products, keys and the prepared form again from what is stored,
// for recalls that an older reader read. That is no amendment: revision and
// history stay. Changed recalls are matched again. It returns how many were read and how many changed.
func (s *Store) Reread(ctx context.Context, progress func(done int)) (read, changed int, err error) {
	for after := int64(0); ; {
		rows, err := s.q.RecallsToReread(ctx, gen.RecallsToRereadParams{Reader: match.Reader, After: after, PageSize: 200})
		if err != nil {
			return read, changed, fmt.Errorf("reading recalls: %w", err)
		}
		if len(rows) == 0 {
			return read, changed, nil
		}
		n, err := s.rereadPage(ctx, rows)
		if err != nil {
			return read, changed, err
		}
		after = rows[len(rows)-1].ID
		read, changed = read+len(rows), changed+n
		progress(read)
	}
}

func (s *Store) rereadPage(ctx context.Context, rows []gen.RecallsToRereadRow) (int, error) {
	n := 0
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		var changed []int64
		for _, row := range rows {
			differs, err := rereadRecall(ctx, t, row)
			if err != nil {
				return fmt.Errorf("reading recall %d again: %w", row.ID, err)
			}
			if differs {
				changed = append(changed, row.ID)
			}
		}
		if n = len(changed); n == 0 {
			return nil
		}
		return enqueueMatches(ctx, t, changed, nil)
	})
	return n, err
}

// rereadRecall tells whether the recall now says something else to an item.
func rereadRecall(ctx context.Context, t *tx, row gen.RecallsToRereadRow) (differs bool, err error) {
	var r babyshield.Recall
	if err := json.Unmarshal([]byte(row.Content), &r); err != nil {
		return false, err
	}
	products := match.Read(&r)
	_, lines, err := encode(&r, products)
	if err != nil {
		return false, err
	}
	done, err := t.RereadRecall(ctx, gen.RereadRecallParams{ID: row.ID, Revision: row.Revision, Products: lines, Reader: match.Reader})
	if err != nil || done == 0 {
		return false, err // amended meanwhile, and so read by the new reader
	}
	was, err := t.PreparedByID(ctx, ids([]int64{row.ID}))
	if err != nil {
		return false, err
	}
	now := Prepare(row.ID, &r, products)
	if len(was) == 1 && string(was[0].Keys) == now.Keys && string(was[0].Lines) == now.Lines && lines == row.Products {
		return false, t.PutRecallPrepared(ctx, now.params())
	}
	if err := t.DropRecallKeys(ctx, row.ID); err != nil {
		return false, err
	}
	return true, putKeys(ctx, t, row.ID, &r, products)
}
