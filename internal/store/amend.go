package store

import (
	"context"
	"fmt"
	"reflect"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// reach is whom a change of a recall can concern.
type reach int

const (
	reachNobody reach = iota // editorial: nothing follows
	reachMet                 // the items that met it: what is offered changed, what is covered did not
	reachAll                 // every item that shares a key with it, or met it
)

// scopeOf tells how far an amendment reaches, and whether what the recall covers
// changed: then no stored judgement stands.
//
// A verdict is a function of the prepared recall and the item alone. So where the
// prepared recalls are equal no verdict can differ, whatever package match looks
// at, and nothing is judged. That also sees what a better reader finds in the same
// words.
func scopeOf(known gen.RecallByNumberRow, r *babyshield.Recall, products []babyshield.RecalledProduct) (reached reach, scope bool) {
	var err error
	reached, scope = reachAll, true // where the stored text cannot be read, too
	func() {
		defer caught(&err)
		before, lines, decodeErr := decode(known.Content, known.Products)
		if decodeErr != nil {
			return
		}
		a := babyshield.Amend(babyshield.Version{Recall: before, Lines: lines}, babyshield.Version{Recall: r, Lines: products})
		scope = a.Rescinded || a.Restored || !reflect.DeepEqual(match.Prepare(before, lines), match.Prepare(r, products))
		switch {
		case scope || known.MatchedRevision < known.Revision:
			// A matching that waits, or that runs now, must not be taken for done.
		case a.Editorial():
			reached = reachNobody
		default:
			reached = reachMet
		}
	}()
	return reached, scope
}

func amendRecall(ctx context.Context, t *tx, known gen.RecallByNumberRow, r *babyshield.Recall, products []babyshield.RecalledProduct, muted bool) (reach, error) {
	content, lines, err := encode(r, products)
	if err != nil {
		return reachNobody, err
	}
	if _, _, err := linkEvent(ctx, t, r, known.EventID); err != nil {
		return reachNobody, err
	}
	reached, scope := scopeOf(known, r, products)
	n, err := t.AmendRecall(ctx, gen.AmendRecallParams{
		ID: known.ID, Revision: known.Revision, Title: r.Title, Published: sortDay(r), Severity: string(r.Severity),
		Digest: r.Digest(), Content: content, Products: lines, Reader: match.Reader, Muted: muted,
		Editorial: reached == reachNobody, Scope: scope, Now: ms(t.now),
	})
	if err != nil {
		return reachNobody, fmt.Errorf("amending: %w", err)
	}
	if n == 0 {
		return reachNobody, babyshield.Errorf(babyshield.Conflict, "Recall %s was amended by another process at the same moment.", known.PublicID)
	}
	if err := t.DropRecallKeys(ctx, known.ID); err != nil {
		return reachNobody, err
	}
	if err := putKeys(ctx, t, known.ID, r, products); err != nil {
		return reachNobody, err
	}
	return reached, t.AddRecallRevision(ctx, gen.AddRecallRevisionParams{RecallID: known.ID, Revision: known.Revision + 1, Digest: r.Digest(), Content: content, SavedAt: ms(t.now)})
}

// versions are the revisions of recalls that one transaction looks back at. Each
// is read by the present reader, so that two of them differ by what the agency
// changed and by nothing else.
type versions struct {
	t     *tx
	known map[versionKey]*version
	diffs map[[2]*version]babyshield.Amendment
}

type versionKey struct{ recall, revision int64 }

type version struct {
	storedRecall
	babyshield.Version
	id int64 // recall_revisions.id
}

func newVersions(t *tx) *versions {
	return &versions{t: t, known: map[versionKey]*version{}, diffs: map[[2]*version]babyshield.Amendment{}}
}

func (v *versions) get(ctx context.Context, recall, revision int64) (out *version, err error) {
	key := versionKey{recall, revision}
	if out := v.known[key]; out != nil {
		return out, nil
	}
	row, err := v.t.RecallRevision(ctx, gen.RecallRevisionParams{RecallID: recall, Revision: revision})
	if err != nil {
		return nil, fmt.Errorf("reading revision %d: %w", revision, err)
	}
	defer caught(&err)
	r, _, err := decode(row.Content, "[]")
	if err != nil {
		return nil, fmt.Errorf("reading revision %d: %w", revision, err)
	}
	out = &version{id: row.ID, Version: babyshield.Version{Recall: r, Lines: match.Read(r)}}
	out.prepared, out.rescinded = match.Prepare(r, out.Lines), r.Rescinded()
	v.known[key] = out
	return out, nil
}

// amendment tells what changed between two versions, once for all items.
func (v *versions) amendment(before, after *version) babyshield.Amendment {
	key := [2]*version{before, after}
	a, ok := v.diffs[key]
	if !ok {
		a = babyshield.Amend(before.Version, after.Version)
		v.diffs[key] = a
	}
	return a
}

// inForceAt is the recall's revision that was in force at an instant: its first
// one where it is younger.
func (v *versions) inForceAt(ctx context.Context, recall, at int64) (int64, error) {
	rows, err := v.t.RecallRevisionAt(ctx, gen.RecallRevisionAtParams{RecallID: recall, At: at})
	if err != nil || len(rows) == 0 {
		return 1, err
	}
	return rows[0], nil
}
