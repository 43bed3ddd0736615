package jobs_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// thing is what most households here own: the product of swing.
var thing = babyshield.Item{Ref: "thing", Brand: "Lumora", Name: "cradle swing", Model: "LS2200"}

// amendedSwing is a later version of swing.
func amendedSwing(day string, change func(r *babyshield.Recall)) babyshield.Recall {
	r := swing
	r.Products = append([]babyshield.ProductEntry{}, swing.Products...)
	r.Updated = babyshield.Day("2026-11-" + day)
	change(&r)
	return r
}

func newRemedy(text string) func(r *babyshield.Recall) {
	return func(r *babyshield.Recall) { r.Remedies = []babyshield.Remedy{{Code: "repair", Text: text}} }
}

func withModels(list string) func(r *babyshield.Recall) {
	return func(r *babyshield.Recall) { models(r, list) }
}

// one is a single text or number beside the store.
func one(t *testing.T, db *sql.DB, query string, args ...any) (out string) {
	t.Helper()
	var v any
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return fmt.Sprint(v)
}

func run(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestJudgedAgain: an editorial amendment makes no job; one that changes what is
// offered goes through the items that met the recall and lets their judgements
// stand; one that changes what is covered judges. Afterwards all was gone through,
// whichever it was.
func TestJudgedAgain(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		s := babyshieldtest.Open(t, url)
		db := openBeside(t, url)
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", thing)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		const mark = `{"Verdict":"affected","Because":"nobody has judged this again","Line":0}`
		run(t, db, "UPDATE matches SET evidence = $1", mark)
		jobsOf := func() string {
			return one(t, db, "SELECT count(*) FROM river_job WHERE kind = 'match_recalls'")
		}
		before := jobsOf()
		for _, step := range []struct {
			name         string
			recall       babyshield.Recall
			job, judged  bool
			revision, of string // of the recall; that the match was last gone through by
		}{
			{"editorial", amendedSwing("20", func(r *babyshield.Recall) { r.Contact = "555-0100" }), false, false, "2", "1"},
			{"a remedy", amendedSwing("21", newRemedy("Contact the firm for new legs.")), true, false, "3", "3"},
			{"a model", amendedSwing("22", func(r *babyshield.Recall) {
				models(r, "LS-2200 and QZ-4400")
				newRemedy("Contact the firm for new legs.")(r)
			}), true, true, "4", "4"},
		} {
			babyshieldtest.Save(t, s, true, step.recall)
			if after := jobsOf(); (after != before) != step.job {
				t.Errorf("%s: %s match jobs, before %s; want one more: %v", step.name, after, before, step.job)
			}
			drain(t, s, sink)
			before = jobsOf()
			if got := one(t, db, "SELECT revision FROM recalls"); got != step.revision {
				t.Fatalf("%s: revision %s, want %s", step.name, got, step.revision)
			}
			if got := one(t, db, "SELECT matched_revision FROM recalls"); got != step.revision {
				t.Errorf("%s: gone through up to revision %s, want %s", step.name, got, step.revision)
			}
			if got := one(t, db, "SELECT recall_revision FROM matches"); got != step.of {
				t.Errorf("%s: the match is of revision %s, want %s", step.name, got, step.of)
			}
			if judged := !strings.Contains(one(t, db, "SELECT evidence FROM matches"), "nobody has judged"); judged != step.judged {
				t.Errorf("%s: judged again: %v, want %v", step.name, judged, step.judged)
			}
			audit(t, s)
		}
		wantStories(t, s, "in the end", "North new affected thing", "North remedy affected thing")
	})
}

// TestAmendedWhileWaiting: amendments that come before the first matching was done
// are one matching, and what is told is the first alert.
func TestAmendedWhileWaiting(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", thing)
		babyshieldtest.Save(t, s, true, swing)
		babyshieldtest.Save(t, s, true, amendedSwing("20", newRemedy("Contact the firm for new legs.")))
		babyshieldtest.Save(t, s, true, amendedSwing("21", func(r *babyshield.Recall) { r.Contact = "555-0100" }))
		drain(t, s, sink)
		wantStories(t, s, "at first", "North new affected thing")
		// What is taken back between two matchings was never changed.
		babyshieldtest.Save(t, s, true, amendedSwing("22", withModels("QZ-4400")))
		babyshieldtest.Save(t, s, true, amendedSwing("23", withModels("LS-2200 and QZ-4400")))
		drain(t, s, sink)
		wantStories(t, s, "there and back", "North new affected thing")
		audit(t, s)
	})
}

// TestMetFirst: the job that goes through what met the recall comes before the one
// of a later version that covers something else. It must not take a judgement of
// the version before for one of this, nor itself for the other job.
func TestMetFirst(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		s := babyshieldtest.Open(t, url)
		db := openBeside(t, url)
		sink := babyshieldtest.NewSink(nil)
		second := thing
		second.Ref, second.Model = "second", "QZ4400"
		babyshieldtest.Household(t, s, "North", "n@example.org", thing, second)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		babyshieldtest.Save(t, s, true, amendedSwing("20", newRemedy("Contact the firm for a new swing.")))
		babyshieldtest.Save(t, s, true, amendedSwing("21", withModels("QZ-4400")))
		if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}, Met: true}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		wantStories(t, s, "what met it", "North new affected thing", "North rescinded affected thing")
		if got := one(t, db, "SELECT matched_revision FROM recalls"); got != "1" {
			t.Errorf("gone through up to revision %s, want 1", got)
		}
		drain(t, s, sink)
		wantStories(t, s, "all", "North new affected thing", "North rescinded affected thing", "North widened affected second")
		if got := one(t, db, "SELECT matched_revision FROM recalls"); got != "3" {
			t.Errorf("gone through up to revision %s, want 3", got)
		}
		audit(t, s)
	})
}

// TestEditorialDoesNotSwallow: an editorial amendment and a back-fill that come
// before the first matching take nobody's alert away.
func TestEditorialDoesNotSwallow(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", thing)
		babyshieldtest.Save(t, s, true, swing)
		babyshieldtest.Save(t, s, true, amendedSwing("20", func(r *babyshield.Recall) { r.Contact = "555-0100" }))
		babyshieldtest.Save(t, s, false, amendedSwing("21", newRemedy("Contact the firm for new legs.")))
		drain(t, s, sink)
		wantStories(t, s, "after both", "North new affected thing")
		audit(t, s)
	})
}

// TestJointAmendments: two agencies' notices of one happening. What both change is
// told once where it concerns the item; an item is outside when neither covers it;
// another remedy is told of each, since each offers its own.
func TestJointAmendments(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		joint := func(change func(r *babyshield.Recall), day string) []babyshield.Recall {
			american, canadian := amendedSwing(day, change), amendedSwing(day, change)
			canadian.Agency, canadian.Number, canadian.URL = "ca-health-canada", "99001", "https://recalls-rappels.canada.ca/en/alert-recall/lumora"
			american.Joint = []string{canadian.URL}
			return []babyshield.Recall{american, canadian}
		}
		save := func(list []babyshield.Recall) {
			for _, r := range list {
				babyshieldtest.Save(t, s, true, r)
			}
		}
		second := thing
		second.Ref, second.Model = "second", "QZ4400"
		babyshieldtest.Household(t, s, "North", "n@example.org", thing, second)
		save(joint(func(*babyshield.Recall) {}, "19"))
		drain(t, s, sink)
		want := []string{"North new affected thing"}
		wantStories(t, s, "both", want...)

		save(joint(withModels("LS-2200 and QZ-4400"), "20"))
		drain(t, s, sink)
		want = append(want, "North widened affected second")
		wantStories(t, s, "both widened", want...)

		narrowed := joint(withModels("QZ-4400"), "21")
		save(narrowed[:1])
		drain(t, s, sink)
		wantStories(t, s, "one narrowed", want...)
		save(narrowed[1:])
		drain(t, s, sink)
		want = append(want, "North rescinded affected thing")
		wantStories(t, s, "both narrowed", want...)

		remedy := joint(func(r *babyshield.Recall) { models(r, "QZ-4400"); newRemedy("Contact the firm for new legs.")(r) }, "22")
		save(remedy)
		drain(t, s, sink)
		want = append(want, "North remedy affected second", "North remedy affected second")
		wantStories(t, s, "both with another remedy", want...)
		audit(t, s)
	})
}

// TestMutedAmendment: a back-fill tells nobody, whatever it changes and whoever
// was told before; the next live amendment tells what it changes itself.
func TestMutedAmendment(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		second := thing
		second.Ref, second.Model = "second", "QZ4400"
		babyshieldtest.Household(t, s, "North", "n@example.org", thing, second)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		both := func(text string) func(r *babyshield.Recall) {
			return func(r *babyshield.Recall) { models(r, "LS-2200 and QZ-4400"); newRemedy(text)(r) }
		}
		babyshieldtest.Save(t, s, false, amendedSwing("20", both("Contact the firm for new legs.")))
		drain(t, s, sink)
		wantStories(t, s, "by a back-fill", "North new affected thing")
		babyshieldtest.Save(t, s, true, amendedSwing("21", both("Contact the firm for a refund of 20 dollars.")))
		drain(t, s, sink)
		wantStories(t, s, "live", "North new affected thing", "North remedy affected thing")
		audit(t, s)
	})
}

// TestEditorialBackfillMutesNothing: an import that changes a word of a recall does
// not swallow the item whose matching still waits.
func TestEditorialBackfillMutesNothing(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org")
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if _, err := s.AddItems(t.Context(), babyshield.AsOperator(), "North", []babyshield.Item{thing}); err != nil {
			t.Fatal(err)
		}
		babyshieldtest.Save(t, s, false, amendedSwing("20", func(r *babyshield.Recall) { r.Contact = "555-0100" }))
		drain(t, s, sink)
		wantStories(t, s, "after the import", "North new affected thing")
		audit(t, s)
	})
}

// TestRereadIsNoAmendment: an older reader found one model too many and one too
// few. What the present one finds is told as new, and what it no longer finds to
// nobody; not even when the agency amends another thing at the same time.
func TestRereadIsNoAmendment(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"reread", "amended before it was reread"} {
		t.Run(how, func(t *testing.T) {
			babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
				s := babyshieldtest.Open(t, url)
				db := openBeside(t, url)
				sink := babyshieldtest.NewSink(nil)
				wrong := thing
				wrong.Ref, wrong.Model = "wrong", "QZ4400"
				babyshieldtest.Household(t, s, "North", "n@example.org", wrong, thing)
				babyshieldtest.Save(t, s, true, amendedSwing("19", withModels("QZ-4400")))
				run(t, db, "DELETE FROM notices") // the database of an older program
				run(t, db, "DELETE FROM recall_parts")
				drain(t, s, sink)
				wantStories(t, s, "by the older reader", "North new affected wrong")
				right := one(t, db, "SELECT content FROM recalls")
				right = strings.ReplaceAll(right, "QZ-4400", "LS-2200")
				run(t, db, "UPDATE recalls SET content = $1, reader = 0", right)
				run(t, db, "UPDATE recall_revisions SET content = $1", right)
				if how == "reread" {
					if _, changed, err := s.Reread(t.Context(), func(int) {}); err != nil || changed != 1 {
						t.Fatalf("reread changed %d recalls, %v", changed, err)
					}
				} else {
					babyshieldtest.Save(t, s, true, amendedSwing("20", func(r *babyshield.Recall) { models(r, "LS-2200"); r.Contact = "555-0100" }))
				}
				drain(t, s, sink)
				wantStories(t, s, "by the present reader", "North new affected wrong", "North new affected thing")
				if got := one(t, db, "SELECT verdict FROM matches m JOIN items i ON i.id = m.item_id WHERE i.ref = 'wrong'"); got != "none" {
					t.Errorf("what is not found any more stands as %s", got)
				}
				audit(t, s)
			})
		})
	}
}

// TestItemEdited: what a person says of an item lets its verdict rise and fall. He
// who says it sees it, so nothing is told again; what was told stays on record.
func TestItemEdited(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		unknown := thing
		unknown.Model = ""
		babyshieldtest.Household(t, s, "North", "n@example.org", unknown)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		for _, step := range []struct {
			model  string
			status babyshield.Status
			told   []string
		}{
			{"", babyshield.StatusCheck, []string{"North new check thing"}},
			{"LS2200", babyshield.StatusAffected, []string{"North new check thing"}},
			{"ZZ99", babyshield.StatusNoMatch, []string{"North new check thing"}},
			{"LS2200", babyshield.StatusAffected, []string{"North new check thing"}},
		} {
			edit(t, s, "North", func(it *babyshield.OwnedItem) { it.Model = step.model })
			drain(t, s, sink)
			items, _, err := s.ItemList(t.Context(), babyshield.AsOperator(), "North", 0, 10)
			if err != nil || items[0].Status != step.status {
				t.Errorf("model %q: status %s, %v; want %s", step.model, items[0].Status, err, step.status)
			}
			wantStories(t, s, "model "+step.model, step.told...)
		}
		// The amendment is told of the item as it is now.
		babyshieldtest.Save(t, s, true, amendedSwing("20", withModels("QZ-4400")))
		drain(t, s, sink)
		wantStories(t, s, "narrowed", "North new check thing", "North rescinded check thing")
		edit(t, s, "North", func(it *babyshield.OwnedItem) { it.Model = "QZ4400" })
		drain(t, s, sink)
		wantStories(t, s, "inside again by an edit", "North new check thing", "North rescinded check thing", "North new affected thing")
		audit(t, s)
	})
}

// TestAuditSees what the new invariants are there for.
func TestAuditSees(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		s := babyshieldtest.Open(t, url)
		db := openBeside(t, url)
		babyshieldtest.Household(t, s, "North", "", thing)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, babyshieldtest.NewSink(nil))
		babyshieldtest.Save(t, s, true, amendedSwing("20", newRemedy("Contact the firm for new legs.")))
		drain(t, s, babyshieldtest.NewSink(nil))
		audit(t, s)
		for _, tt := range []struct{ broken, damage, repair string }{
			{"every answer of a match is on record and stands", "UPDATE matches SET state = 'not_mine'", "UPDATE matches SET state = 'open'"},
			{"every alert of a change names what caused it", "UPDATE alerts SET cause = 0 WHERE class = 'remedy'", "UPDATE alerts SET cause = 2 WHERE class = 'remedy'"},
			{"every alert of a change names what caused it", "UPDATE alerts SET cause = -1 WHERE class = 'remedy'", "UPDATE alerts SET cause = 2 WHERE class = 'remedy'"},
			{"nothing is judged by a revision that is not there", "UPDATE matches SET recall_revision = 7", "UPDATE matches SET recall_revision = 2"},
		} {
			run(t, db, tt.damage)
			findings, err := s.Audit(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Holds == (f.Invariant == tt.broken) {
					t.Errorf("%s: %q holds: %v", tt.damage, f.Invariant, f.Holds)
				}
			}
			run(t, db, tt.repair)
			audit(t, s)
		}
	})
}
