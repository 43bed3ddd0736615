package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Record is a raw notice and what its agency's parser made of it.
type Record struct {
	Notice babyshield.Notice
	Recall babyshield.Recall
}

// Page is what one transaction of SaveNotices takes in. Records of one recall
// should stand in one page, or the recall is amended by each further page.
type Page struct {
	Agency   string
	Records  []Record
	SetAside []babyshield.SetAside
	// Muted marks a back-fill: matches are kept and nobody is alerted.
	Muted bool
}

// Change is what a page did to one recall.
type Change string

const (
	Unchanged Change = "unchanged"
	Amended   Change = "amended"
	New       Change = "new"
)

// maxKey is the longest text, in bytes, that may be a key: PostgreSQL's indexes
// hold no row of more than about 2,700.
const maxKey = 1000

// CheckKeys tells whether the record's identity can be kept.
func CheckKeys(n babyshield.Notice, r *babyshield.Recall) error {
	if len(n.Key) > maxKey || len(r.Number) > maxKey || len(r.Part) > maxKey {
		return babyshield.Errorf(babyshield.Invalid, "its number is longer than %d bytes", maxKey)
	}
	return nil
}

// readProducts reads a recall's products. Where the reader panics the recall is
// kept without them, and logged: its words are still shown.
func (s *Store) readProducts(ctx context.Context, r *babyshield.Recall) (products []babyshield.RecalledProduct) {
	var err error
	func() {
		defer caught(&err)
		products = match.Read(r)
		match.Prepare(r, products)
	}()
	if err != nil {
		s.Log.ErrorContext(ctx, "the products of a recall cannot be read", "recall", r.ID(), "err", err)
		return nil
	}
	return products
}

// matchPage is how many recalls one match job judges.
const matchPage = 50

// SaveNotices keeps the page's notices and set-aside records, adds or amends
// their recalls (products read by package match, keys, event), and enqueues the
// match jobs, all in one transaction. It returns the change of each recall by
// number. The same records again, in any order, change nothing; a poorer form of
// a known record does not either.
func (s *Store) SaveNotices(ctx context.Context, p Page) (map[string]Change, error) {
	fresh, err := s.unseen(ctx, p)
	if err != nil {
		return nil, err
	}
	groups := groupByNumber(fresh)
	changes := map[string]Change{}
	for _, r := range p.Records {
		changes[r.Recall.Number] = Unchanged
	}
	if len(groups) == 0 && len(p.SetAside) == 0 {
		return changes, nil // a second reading of the same costs no write
	}
	err = s.beginAgain(ctx, func(ctx context.Context, t *tx) error {
		changed := false
		var full, met []int64 // to be judged; to be told of
		for _, g := range groups {
			r, err := s.saveRecall(ctx, t, g, p.Muted)
			if err != nil {
				return fmt.Errorf("saving recall %s %s: %w", p.Agency, g[0].Recall.Number, err)
			}
			changes[g[0].Recall.Number] = r.change
			changed = changed || r.change != Unchanged
			switch r.reach {
			case reachAll:
				full = append(full, r.id)
			case reachMet:
				met = append(met, r.id)
			case reachNobody:
			}
		}
		for _, a := range p.SetAside {
			if err := addSetAside(ctx, t, a); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		if err := t.AgencyNew(ctx, gen.AgencyNewParams{Code: p.Agency, Now: ms(t.now)}); err != nil {
			return err
		}
		return enqueueMatches(ctx, t, full, met)
	})
	return changes, err
}

// unseen drops the records whose very content was read before.
func (s *Store) unseen(ctx context.Context, p Page) ([]Record, error) {
	keys := make([]string, len(p.Records))
	for i, r := range p.Records {
		keys[i] = r.Notice.Key
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.SeenNotices(ctx, gen.SeenNoticesParams{Agency: p.Agency, Keys: string(list)})
	if err != nil {
		return nil, fmt.Errorf("looking for known notices: %w", err)
	}
	seen := map[gen.SeenNoticesRow]bool{}
	for _, r := range rows {
		seen[r] = true
	}
	var out []Record
	for _, r := range p.Records {
		if !seen[gen.SeenNoticesRow{RecordKey: r.Notice.Key, Form: int64(r.Notice.Form), Digest: r.Notice.Digest}] {
			out = append(out, r)
		}
	}
	return out, nil
}

// groupByNumber keeps the order of first appearance. Two transactions that save
// the same recalls in different orders could block each other, so the groups are
// sorted by number.
func groupByNumber(records []Record) [][]Record {
	at := map[string]int{}
	var groups [][]Record
	for _, r := range records {
		i, ok := at[r.Recall.Number]
		if !ok {
			i = len(groups)
			at[r.Recall.Number] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	slices.SortFunc(groups, func(a, b []Record) int {
		if a[0].Recall.Number < b[0].Recall.Number {
			return -1
		}
		return 1
	})
	return groups
}

// enqueueMatches makes the jobs of recalls that are to be judged against all
// items, and of those whose amendment concerns the items that they met.
func enqueueMatches(ctx context.Context, t *tx, full, met []int64) error {
	var jobs []river.InsertManyParams
	for page := range slices.Chunk(full, matchPage) {
		jobs = append(jobs, job(babyshield.MatchRecallsArgs{Recalls: page}))
	}
	for page := range slices.Chunk(met, matchPage) {
		jobs = append(jobs, job(babyshield.MatchRecallsArgs{Recalls: page, Met: true}))
	}
	if len(jobs) == 0 {
		return nil
	}
	return t.insert(ctx, jobs)
}

// saved is what became of one recall's records.
type saved struct {
	id     int64
	change Change
	reach  reach
}

// saveRecall takes in the records of one recall.
func (s *Store) saveRecall(ctx context.Context, t *tx, records []Record, muted bool) (saved, error) {
	fresh, err := keepNotices(ctx, t, records)
	if err != nil {
		return saved{}, err
	}
	first := records[0].Recall
	known, err := t.RecallByNumber(ctx, gen.RecallByNumberParams{Agency: first.Agency, Number: first.Number})
	if err := notFound(err); err != nil {
		return saved{}, err
	}
	out := saved{id: known.ID, change: Unchanged}
	if known.ID != 0 && len(fresh) == 0 {
		return out, nil
	}
	parts, err := loadParts(ctx, t, known.ID)
	if err != nil {
		return saved{}, err
	}
	if known.ID == 0 {
		fresh = records // a notice without its recall: a database from before an interrupted upgrade
	}
	for _, r := range fresh {
		parts.put(r.Recall)
	}
	whole := babyshield.Merge(parts.recalls())
	products := s.readProducts(ctx, &whole)
	if known.ID == 0 {
		out.reach = reachAll
		if out.id, out.change, err = addRecall(ctx, t, &whole, products, recallFlags{muted: muted}); err != nil {
			return saved{}, err
		}
		return out, parts.save(ctx, t, out.id)
	}
	if err := parts.save(ctx, t, known.ID); err != nil {
		return saved{}, err
	}
	if whole.Digest() == known.Digest {
		return out, nil
	}
	out.change = Amended
	out.reach, err = amendRecall(ctx, t, known, &whole, products, muted)
	return out, err
}

// keepNotices stores the raw records and returns those that were never seen. A
// digest that was seen before says nothing new, even if another came between:
// feeds serve old copies.
func keepNotices(ctx context.Context, t *tx, records []Record) ([]Record, error) {
	var fresh []Record
	for _, r := range records {
		n, err := t.AddNotice(ctx, gen.AddNoticeParams{
			Agency: r.Notice.Agency, RecordKey: r.Notice.Key, Form: int64(r.Notice.Form), Digest: r.Notice.Digest,
			Url: r.Notice.URL, Raw: r.Notice.Raw, FetchedAt: ms(r.Notice.FetchedAt),
		})
		if err != nil {
			return nil, fmt.Errorf("keeping notice %s: %w", r.Notice.Key, err)
		}
		if n == 1 {
			fresh = append(fresh, r)
		}
	}
	return fresh, nil
}

type recallFlags struct{ sample, muted bool }

func addRecall(ctx context.Context, t *tx, r *babyshield.Recall, products []babyshield.RecalledProduct, f recallFlags) (int64, Change, error) {
	event, why, err := linkEvent(ctx, t, r, 0)
	if err != nil {
		return 0, Unchanged, err
	}
	content, lines, err := encode(r, products)
	if err != nil {
		return 0, Unchanged, err
	}
	id, err := t.AddRecall(ctx, gen.AddRecallParams{
		PublicID: r.ID(), Agency: r.Agency, Number: r.Number, Title: r.Title, Published: sortDay(r), Severity: string(r.Severity),
		Digest: r.Digest(), Content: content, Products: lines, Reader: match.Reader,
		EventID: event, EventWhy: why, Sample: f.sample, Muted: f.muted, Now: ms(t.now),
	})
	if err != nil {
		// A conflict means that another transaction added the recall meanwhile: ours is
		// rolled back whole and its caller tries again.
		return 0, Unchanged, fmt.Errorf("adding: %w", conflictIfNone(err))
	}
	if err := putKeys(ctx, t, id, r, products); err != nil {
		return 0, Unchanged, err
	}
	return id, New, t.AddRecallRevision(ctx, gen.AddRecallRevisionParams{RecallID: id, Revision: 1, Digest: r.Digest(), Content: content, SavedAt: ms(t.now)})
}

// putKeys writes what finds and judges items: the keys and the prepared form.
func putKeys(ctx context.Context, t *tx, id int64, r *babyshield.Recall, products []babyshield.RecalledProduct) error {
	p := Prepare(id, r, products)
	if err := t.PutRecallPrepared(ctx, p.params()); err != nil {
		return fmt.Errorf("keeping the prepared form: %w", err)
	}
	return t.PutRecallKeys(ctx, gen.PutRecallKeysParams{RecallID: id, Keys: ids(slices.Collect(match.PackedKeys(p.Keys)))})
}

// sortDay orders lists: the day of publication, or of the last update where the
// agency gives no other.
func sortDay(r *babyshield.Recall) string {
	if r.Published != "" {
		return string(r.Published.First())
	}
	return string(r.Updated.First())
}

func encode(r *babyshield.Recall, products []babyshield.RecalledProduct) (content, lines string, err error) {
	c, err := json.Marshal(r)
	if err != nil {
		return "", "", err
	}
	l, err := json.Marshal(products)
	return string(c), string(l), err
}

// recallParts are the known parts of one recall, by part and form.
type recallParts struct {
	all   []babyshield.Recall
	dirty map[int]bool
}

func loadParts(ctx context.Context, t *tx, id int64) (*recallParts, error) {
	p := &recallParts{dirty: map[int]bool{}}
	if id == 0 {
		return p, nil
	}
	rows, err := t.RecallParts(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var r babyshield.Recall
		if err := json.Unmarshal([]byte(row.Content), &r); err != nil {
			return nil, fmt.Errorf("reading a stored part: %w", err)
		}
		r.Part, r.Form = row.Part, babyshield.Form(row.Form)
		p.all = append(p.all, r)
	}
	return p, nil
}

func (p *recallParts) put(r babyshield.Recall) {
	for i := range p.all {
		if p.all[i].Part == r.Part && p.all[i].Form == r.Form {
			p.all[i] = babyshield.Supersede(p.all[i], r)
			p.dirty[i] = true
			return
		}
	}
	p.dirty[len(p.all)] = true
	p.all = append(p.all, r)
}

func (p *recallParts) recalls() []babyshield.Recall { return p.all }

func (p *recallParts) save(ctx context.Context, t *tx, recall int64) error {
	for i, r := range p.all {
		if !p.dirty[i] {
			continue
		}
		content, err := json.Marshal(&r)
		if err != nil {
			return err
		}
		err = t.PutRecallPart(ctx, gen.PutRecallPartParams{RecallID: recall, Part: r.Part, Form: int64(r.Form), Digest: r.Digest(), Content: string(content)})
		if err != nil {
			return fmt.Errorf("keeping part %q: %w", r.Part, err)
		}
	}
	return nil
}
