package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// matchBatch is what one transaction of matching saves.
type matchBatch struct {
	pairs []pair
	done  *storedRecall // gone through with this page
	met   bool          // by the items that it met, not by all
	rest  river.JobArgs // what another job must go on with
}

// saveMatches writes judgements and what follows from them in one transaction:
// matches, re-opened answers, alerts, deliveries, their jobs, and the job for the
// rest. What follows is decided by the difference to what the row held before, so
// a change is told by the transaction that writes it, whichever of the two
// directions that is, and by no other: killed before the commit, nothing has
// happened; worked again after it, there is no difference left.
func (s *Store) saveMatches(ctx context.Context, page matchBatch) error {
	if len(page.pairs) == 0 && page.done == nil && page.rest == nil {
		return nil
	}
	// Households are locked in one order, so that two pages cannot block each other.
	slices.SortStableFunc(page.pairs, func(a, b pair) int { return cmp.Compare(a.item.HouseholdID, b.item.HouseholdID) })
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		d, err := s.newSettling(ctx, t, page.pairs)
		if err != nil {
			return err
		}
		for _, p := range page.pairs {
			if err := d.settle(ctx, p); err != nil {
				return fmt.Errorf("settling the match of recall %s and item %s: %w", p.recall.row.PublicID, p.item.PublicID, err)
			}
		}
		if err := d.telling.enqueue(ctx); err != nil {
			return err
		}
		if err := page.matched(ctx, t); err != nil {
			return err
		}
		if page.rest == nil {
			return nil
		}
		return t.insert(ctx, []river.InsertManyParams{job(page.rest)})
	})
}

// matched notes that the recall was gone through. Going through what it met counts
// where all was judged of what it covers now.
func (b *matchBatch) matched(ctx context.Context, t *tx) error {
	if b.done == nil {
		return nil
	}
	p := gen.RecallMatchedParams{ID: b.done.row.ID, Revision: b.done.row.Revision}
	if b.met {
		p.Since = b.done.row.ScopeRevision
	}
	return t.RecallMatched(ctx, p)
}

// settling keeps the judgements of one transaction.
type settling struct {
	s        *Store
	t        *tx
	events   map[int64]gen.EventOfRecallRow // by recall; read under the recall's lock
	fresh    map[int64]*storedRecall        // recalls that were amended since they were loaded
	known    map[string]gen.Match           // by public id: what stood before
	answers  map[int64]gen.MatchAnswer      // by match: the "not mine" that stand
	versions *versions
	telling  *telling
}

func (s *Store) newSettling(ctx context.Context, t *tx, pairs []pair) (*settling, error) {
	d := &settling{
		s: s, t: t, fresh: map[int64]*storedRecall{}, known: map[string]gen.Match{}, answers: map[int64]gen.MatchAnswer{},
		versions: newVersions(t), telling: newTelling(s, t),
	}
	var err error
	if d.events, err = lockEvents(ctx, t, pairs); err != nil {
		return nil, err
	}
	for _, p := range pairs {
		row := p.recall.row
		e := d.events[row.ID]
		if d.fresh[row.ID] != nil || e.Revision == row.Revision && e.Reader == row.Reader {
			continue
		}
		list, err := s.recallsOf(ctx, t.Queries, []int64{row.ID})
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			d.fresh[row.ID] = list[0]
		}
	}
	return d, d.readKnown(ctx, pairs)
}

// readKnown reads the pairs' rows. The recalls are locked, so they stay as they are
// until we commit.
func (d *settling) readKnown(ctx context.Context, pairs []pair) error {
	names := make([]string, len(pairs))
	for i, p := range pairs {
		names[i] = p.matchID()
	}
	list, err := json.Marshal(names)
	if err != nil {
		return err
	}
	rows, err := d.t.MatchesByPublicID(ctx, string(list))
	if err != nil {
		return fmt.Errorf("reading what stood before: %w", err)
	}
	var answered []int64
	for _, row := range rows {
		d.known[row.PublicID] = row
		if row.State == string(babyshield.MatchNotMine) {
			answered = append(answered, row.ID)
		}
	}
	if len(answered) == 0 {
		return nil
	}
	answers, err := d.t.LatestAnswers(ctx, ids(answered))
	if err != nil {
		return fmt.Errorf("reading answers: %w", err)
	}
	for _, a := range answers {
		d.answers[a.MatchID] = a
	}
	return nil
}

// lockEvents locks the recalls' rows and reads their events: two events that are
// being merged must not both get the alert.
func lockEvents(ctx context.Context, t *tx, pairs []pair) (map[int64]gen.EventOfRecallRow, error) {
	var list []int64
	for _, p := range pairs {
		list = append(list, p.recall.row.ID)
	}
	slices.Sort(list)
	events := map[int64]gen.EventOfRecallRow{}
	for _, id := range slices.Compact(list) {
		if err := t.LockRecall(ctx, id); err != nil {
			return nil, err
		}
		e, err := t.EventOfRecall(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("reading the event of recall %d: %w", id, err)
		}
		events[id] = e
	}
	return events, nil
}

// owned tells whether the household still has the item to be told about.
func owned(it gen.Item) bool {
	st := babyshield.ItemState(it.State)
	return it.RemovedAt == 0 && (st == babyshield.ItemInUse || st == babyshield.ItemStored)
}

func (p *pair) matchID() string { return babyshield.MatchID(p.recall.row.PublicID, p.item.PublicID) }

// muted says that the pair came by a back-fill: the recall did, and the item was
// there before. Both directions say the same.
func (p *pair) muted() bool {
	return p.recall.row.Muted && p.item.IdentifiedAt <= p.recall.row.RevisedAt
}

// settle keeps one judgement and tells whom it concerns.
func (d *settling) settle(ctx context.Context, p pair) error {
	prior, met := d.known[p.matchID()]
	if ok, err := d.judgeNow(ctx, &p, prior, met); err != nil || !ok {
		return err
	}
	row, err := d.putMatch(ctx, p)
	if err != nil || row.ID == 0 {
		return err
	}
	n := news{pair: p, match: row.ID}
	if met {
		n.since = prior.RecallRevision
		if prior.State == string(babyshield.MatchNotMine) {
			if n.reopened, err = d.reopen(ctx, p, d.answers[prior.ID]); err != nil {
				return err
			}
			if n.reopened == nil {
				return nil // it alerts nobody while that stands
			}
		}
	}
	if !owned(p.item) || p.muted() {
		return nil
	}
	n.muted = row.Muted
	return d.tell(ctx, n)
}

// judgeNow judges the pair where it has to be: the recall was amended since it was
// loaded, or the judgement that was to stand is older than what the recall covers.
// It reports false where there is nothing to keep.
func (d *settling) judgeNow(ctx context.Context, p *pair, prior gen.Match, met bool) (bool, error) {
	stale := false
	if r := d.fresh[p.recall.row.ID]; r != nil {
		p.recall, stale = r, true
	}
	if p.keep && met && prior.RecallRevision >= p.recall.row.ScopeRevision && p.item.RemovedAt == 0 {
		if err := json.Unmarshal([]byte(prior.Evidence), &p.judgement); err != nil {
			return false, fmt.Errorf("reading the stored judgement: %w", err)
		}
		return true, nil
	}
	if stale || p.keep {
		again, ok := d.s.judge(ctx, p.recall, p.item, met)
		p.judgement = again.judgement
		return ok, nil
	}
	return true, nil
}

// putMatch writes one judgement. The id is 0 where a judgement of newer versions
// stands already.
func (d *settling) putMatch(ctx context.Context, p pair) (gen.PutMatchRow, error) {
	evidence, err := json.Marshal(p.judgement)
	if err != nil {
		return gen.PutMatchRow{}, err
	}
	verdict := cmp.Or(string(p.judgement.Verdict), "none")
	row, err := d.t.PutMatch(ctx, gen.PutMatchParams{
		PublicID: p.matchID(), RecallID: p.recall.row.ID, ItemID: p.item.ID, Verdict: verdict, Evidence: string(evidence),
		RecallRevision: p.recall.row.Revision, ItemRevision: p.item.Revision, Muted: p.muted(), Now: ms(d.t.now),
	})
	return row, notFound(err)
}

// news is a kept judgement that somebody may have to be told of.
type news struct {
	pair
	match    int64
	since    int64     // the recall's revision that the pair was judged by before; 0 = never
	reopened *reopened // the answer that it re-opened
	muted    bool      // a back-fill found it: that alone is told to nobody
}

// tell tells the household if there is a reason to. What it was told before is
// read again once its row is locked: until then another transaction may tell it.
func (d *settling) tell(ctx context.Context, n news) error {
	turn, ever, err := d.turn(ctx, n)
	if err != nil || notify.Class(turn) == "" || n.muted && !ever && n.reopened == nil {
		return err
	}
	if err := d.telling.lock(ctx, n.item.HouseholdID); err != nil {
		return err
	}
	turn, ever, err = d.turn(ctx, n)
	class := notify.Class(turn)
	if err != nil || class == "" {
		return err
	}
	to := told{class: class, verdict: turn.Verdict, item: string(turn.Verdict), change: turn.Change}
	switch class {
	case babyshield.AlertNew:
		to.change = babyshield.Amendment{}
	case babyshield.AlertRescinded:
		to.verdict, to.item = turn.Told, "none"
	case babyshield.AlertWidened, babyshield.AlertRemedy:
	}
	if to.cause, err = d.cause(ctx, n, class, ever); err != nil {
		return err
	}
	return d.telling.add(ctx, n, d.events[n.recall.row.ID], to)
}

// turn gathers what decides whether and why the household is told. ever says that
// it was told of this item and event before.
func (d *settling) turn(ctx context.Context, n news) (turn notify.Turn, ever bool, err error) {
	now := n.judgement.Verdict
	turn = notify.Turn{Verdict: now, Before: now, After: now, Reopened: n.reopened != nil}
	event := d.events[n.recall.row.ID].EventID
	if turn.Told, ever, err = d.telling.toldOf(ctx, n.item.ID, event); err != nil {
		return turn, ever, err
	}
	if !turn.Told.Alerts() && !now.Alerts() {
		return turn, ever, nil
	}
	if turn.Household = ever; !ever {
		if n.recall.row.Revision == 1 && n.reopened == nil {
			return turn, ever, nil // never amended: new, whatever else the household was told
		}
		if turn.Household, err = d.telling.household(ctx, n.item.HouseholdID, event); err != nil || !turn.Household {
			return turn, ever, err
		}
	}
	if err := d.compareVersions(ctx, n, &turn); err != nil {
		return turn, ever, err
	}
	if n.reopened != nil {
		turn.Change = n.reopened.why
	}
	if !now.Alerts() {
		elsewhere, err := d.t.CoveredElsewhere(ctx, gen.CoveredElsewhereParams{ItemID: n.item.ID, EventID: event, RecallID: n.recall.row.ID})
		turn.Elsewhere = elsewhere > 0
		return turn, ever, err
	}
	return turn, ever, nil
}

// compareVersions says what the agency changed between the revision that the pair
// was judged by before (for an item that never met the recall: that was in force
// when the household named it) and the present one.
func (d *settling) compareVersions(ctx context.Context, n news, turn *notify.Turn) (err error) {
	row := n.recall.row
	since := n.since
	if since == 0 && row.Revision > 1 {
		if since, err = d.versions.inForceAt(ctx, row.ID, n.item.IdentifiedAt); err != nil {
			return err
		}
	}
	if since == 0 || since >= row.Revision {
		return nil
	}
	before, err := d.versions.get(ctx, row.ID, since)
	if err != nil {
		return err
	}
	after, err := d.versions.get(ctx, row.ID, row.Revision)
	if err != nil {
		return err
	}
	turn.Change = d.versions.amendment(before, after)
	if since >= row.ScopeRevision {
		return nil // it covers what it covered
	}
	b, err := before.compare(n.item.Content)
	if err != nil {
		return err
	}
	turn.Before = b.Verdict
	if row.Reader == match.Reader {
		return nil
	}
	a, err := after.compare(n.item.Content)
	turn.After = a.Verdict
	return err
}

// cause is what alert_items.cause says: 0 for the first time, else the revision,
// or the answer that the household's own edit re-opened, with a minus.
func (d *settling) cause(ctx context.Context, n news, class babyshield.AlertClass, ever bool) (int64, error) {
	switch {
	case class == babyshield.AlertNew && !ever:
		return 0, nil
	case n.reopened != nil && n.reopened.why.Item:
		return -n.reopened.answer, nil
	}
	v, err := d.versions.get(ctx, n.recall.row.ID, n.recall.row.Revision)
	if err != nil {
		return 0, err
	}
	return v.id, nil
}
