package jobs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// amendments are what an agency does to a recall of one model, with what follows
// for households in each state: the classes of all their alerts. A state that is
// not named follows as "as before".
var amendments = []struct {
	name, brand, mutedBrand string
	change                  func(r *babyshield.Recall)
	want                    map[string]string
}{
	{"editorial", "Lumora", "Velanto", func(r *babyshield.Recall) { r.Contact, r.Units = "555-0100", "About 20" }, nil},
	{"remedy", "Borealis", "Bramble", func(r *babyshield.Recall) {
		r.Remedies = []babyshield.Remedy{{Code: "repair", Text: "Contact the firm for new legs."}}
	}, map[string]string{"affected": "new remedy", "check": "new remedy", "mine": "new remedy", "not sure": "new remedy"}},
	{"graver", "Glimmer", "Osterly", func(r *babyshield.Recall) {
		r.Injuries, r.Severity = "The firm knows of one death.", babyshield.SeverityCritical
	}, map[string]string{"affected": "new widened", "check": "new widened", "mine": "new widened", "not sure": "new widened"}},
	{"a model more", "Tuskerby", "Kettlewick", func(r *babyshield.Recall) { models(r, own(r)+" and "+other(r)) }, map[string]string{
		"outside": "new", "outside, told of another": "new widened", "outside, muted": "new",
		"not mine by model": "new widened", "not mine": "new widened",
	}},
	{"another model", "Pellonia", "Marnoch", func(r *babyshield.Recall) { models(r, other(r)) }, map[string]string{
		"affected": "new rescinded", "mine": "new rescinded", "not sure": "new rescinded",
		"outside": "new", "outside, told of another": "new widened", "outside, muted": "new",
	}},
	{"a lot", "Quindle", "Fenwicket", func(r *babyshield.Recall) { r.Details += " Lot numbers A100 and A200 are included." }, map[string]string{
		"not mine": "new widened", // check now, and what it rested on has changed
	}},
	{"a line of all models", "Varnholt", "Dovrel", func(r *babyshield.Recall) {
		all := r.Products[0]
		all.Model = ""
		r.Products, r.Details = append(r.Products, all), "This recall involves all "+all.Name+"s."
	}, map[string]string{
		"check": "new widened", "outside": "new", "outside, told of another": "new widened", "outside, muted": "new", "check, muted": "new",
	}},
	{"withdrawn", "Quindex", "Harrowby", func(r *babyshield.Recall) { r.Status = "Withdrawn" }, map[string]string{
		"affected": "new rescinded", "check": "new rescinded", "mine": "new rescinded", "not sure": "new rescinded",
	}},
}

// own is the model that a recall is about at first, and other one that it may come
// to be about; no two recalls have one in common.
func own(r *babyshield.Recall) string   { return "LS-" + r.Number }
func other(r *babyshield.Recall) string { return "QZ-" + r.Number }

func models(r *babyshield.Recall, list string) {
	r.Products[0].Model = strings.ReplaceAll(list, " and ", ", ")
	r.Details = fmt.Sprintf("This recall involves %s with model numbers %s.", r.Products[0].Name, list)
}

// states are households when the amendment comes. Each owns the item; act is what
// it does after the first version.
var states = []struct {
	name   string
	model  func(r *babyshield.Recall) string // nil = the household does not know
	muted  bool                              // of the recall that came by a back-fill
	before string                            // the classes of its alerts by then
	act    func(t *testing.T, s *store.Store, household string)
}{
	{name: "affected", model: own, before: "new"},
	{name: "check", before: "new"},
	{name: "outside", model: other},
	{name: "outside, told of another", model: other, before: "new"},
	{name: "sold", model: own, before: "new", act: func(t *testing.T, s *store.Store, household string) {
		edit(t, s, household, func(it *babyshield.OwnedItem) { it.State = babyshield.ItemSold })
	}},
	{name: "removed", model: own, before: "new", act: func(t *testing.T, s *store.Store, household string) {
		if err := s.RemoveItem(t.Context(), babyshield.AsOperator(), household, "thing"); err != nil {
			t.Fatal(err)
		}
	}},
	{name: "mine", model: own, before: "new", act: saying(store.Answer{State: babyshield.MatchMine})},
	{name: "not sure", model: own, before: "new", act: saying(store.Answer{State: babyshield.MatchNotSure, Reason: "the label is gone"})},
	{name: "not mine", model: own, before: "new", act: saying(store.Answer{State: babyshield.MatchNotMine})},
	{name: "not mine by model", model: own, before: "new", act: saying(store.Answer{State: babyshield.MatchNotMine, Fields: []string{"model"}})},
	{name: "not mine by color", model: own, before: "new", act: saying(store.Answer{State: babyshield.MatchNotMine, Fields: []string{"color"}})},
	{name: "affected, muted", model: own, muted: true},
	{name: "check, muted", muted: true},
	{name: "outside, muted", model: other, muted: true},
}

func saying(a store.Answer) func(t *testing.T, s *store.Store, household string) {
	return func(t *testing.T, s *store.Store, household string) { sayOf(t, s, household, a) }
}

// sayOf says the same of all matches of a household.
func sayOf(t *testing.T, s *store.Store, household string, a store.Answer) {
	t.Helper()
	for _, m := range matchesOf(t, s, household) {
		if err := s.AnswerMatch(t.Context(), babyshield.AsOperator(), m.ID, a); err != nil {
			t.Fatalf("answering for %s: %v", household, err)
		}
	}
}

func matchesOf(t *testing.T, s *store.Store, household string) []babyshield.Match {
	t.Helper()
	list, _, err := s.MatchList(t.Context(), babyshield.AsOperator(), household, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func edit(t *testing.T, s *store.Store, household string, change func(it *babyshield.OwnedItem)) {
	t.Helper()
	err := s.EditItem(t.Context(), babyshield.AsOperator(), household, "thing", func(it *babyshield.OwnedItem) error {
		change(it)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// amendWorld is the first version of every recall and its owners.
type amendWorld struct {
	first, amended []babyshield.Recall // two for each amendment: the live one, the muted one
	want           map[string]string   // classes by household
	items          int64
}

func newAmendWorld(t *testing.T, s *store.Store) *amendWorld {
	t.Helper()
	w := &amendWorld{want: map[string]string{}}
	for i, a := range amendments {
		for k, brand := range []string{a.brand, a.mutedBrand} {
			number := fmt.Sprintf("%d70%02d", k+1, i)
			r := babyshieldtest.Recall(number, brand, "Cradle Swing", "LS-"+number)
			amended := r
			amended.Products, amended.Updated = slices.Clone(r.Products), "2026-11-21"
			a.change(&amended)
			w.first, w.amended = append(w.first, r), append(w.amended, amended)
			for _, st := range states {
				if st.muted != (k == 1) {
					continue
				}
				items := []babyshield.Item{{Ref: "thing", Brand: brand, Name: "cradle swing"}}
				if st.model != nil {
					items[0].Model = st.model(&r)
				}
				if strings.Contains(st.name, "told of another") {
					items = append(items, babyshield.Item{Ref: "another", Brand: brand, Name: "cradle swing", Model: own(&r)})
				}
				household := a.name + ": " + st.name
				babyshieldtest.Household(t, s, household, "", items...)
				w.items += int64(len(items))
				w.want[household] = st.before
				if want, ok := a.want[st.name]; ok {
					w.want[household] = want
				}
			}
		}
	}
	return w
}

// settle gives the households their states.
func (w *amendWorld) settle(t *testing.T, s *store.Store) {
	t.Helper()
	for _, a := range amendments {
		for _, st := range states {
			household := a.name + ": " + st.name
			if st.act != nil {
				st.act(t, s, household)
			}
			if strings.Contains(st.name, "told of another") {
				// It was told of the event, and there is nothing else to tell it of.
				err := s.EditItem(t.Context(), babyshield.AsOperator(), household, "another", func(it *babyshield.OwnedItem) error {
					it.State = babyshield.ItemDestroyed
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// check compares the alerts of every household with what is wanted.
func (w *amendWorld) check(t *testing.T, s *store.Store, when string, want map[string]string) {
	t.Helper()
	got := map[string][]string{}
	for _, a := range babyshieldtest.Alerts(t, s) {
		got[a.Household] = append(got[a.Household], string(a.Class))
	}
	for household, classes := range want {
		if g := strings.Join(got[household], " "); g != classes {
			t.Errorf("%s, %s: alerts %q, want %q", when, household, g, classes)
		}
	}
}

// TestAmendments: every amendment meets every state, whichever direction of
// matching comes first, or both at once; and then everything comes again: the same
// versions, the older ones, and poorer forms of them.
func TestAmendments(t *testing.T) {
	t.Parallel()
	forever := time.Now().Add(time.Hour)
	for _, direction := range []struct {
		name string
		work func(t *testing.T, s *store.Store, w *amendWorld)
	}{
		{"recalls first", func(*testing.T, *store.Store, *amendWorld) {}},
		{"items first", func(t *testing.T, s *store.Store, w *amendWorld) {
			if err := s.MatchItems(t.Context(), w.itemArgs(), forever); err != nil {
				t.Fatal(err)
			}
		}},
		{"at once", func(t *testing.T, s *store.Store, w *amendWorld) {
			var both errgroup.Group
			for range 2 {
				both.Go(func() error { return s.MatchItems(t.Context(), w.itemArgs(), forever) })
				both.Go(func() error { return s.MatchRecalls(t.Context(), w.recallArgs(), forever) })
			}
			if err := both.Wait(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(direction.name, func(t *testing.T) {
			t.Parallel()
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				sink := babyshieldtest.NewSink(nil)
				w := newAmendWorld(t, s)
				for k := range w.first {
					babyshieldtest.Save(t, s, k%2 == 0, w.first[k])
				}
				drain(t, s, sink)
				w.settle(t, s)
				drain(t, s, sink)
				audit(t, s)
				babyshieldtest.Save(t, s, true, w.amended...)
				direction.work(t, s, w)
				drain(t, s, sink)
				w.check(t, s, "amended", w.want)
				audit(t, s)

				poorer := slices.Clone(w.amended)
				for k := range poorer {
					poorer[k].Form, poorer[k].Title, poorer[k].Remedies = babyshield.FormExport, "Other words", nil
				}
				slices.Reverse(poorer)
				for _, again := range [][]babyshield.Recall{w.first, w.amended, poorer} {
					babyshieldtest.Save(t, s, true, again...)
				}
				direction.work(t, s, w)
				drain(t, s, sink)
				w.check(t, s, "everything again", w.want)
				audit(t, s)
			})
		})
	}
}

func (w *amendWorld) itemArgs() (args babyshield.MatchItemsArgs) {
	for id := range w.items {
		args.Items = append(args.Items, id+1)
	}
	return args
}

func (w *amendWorld) recallArgs() (args babyshield.MatchRecallsArgs) {
	for id := range w.first {
		args.Recalls = append(args.Recalls, int64(id)+1)
	}
	return args
}
