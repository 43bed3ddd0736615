package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// TestDirections: what a recall finds among items that were there before it, what
// an item finds among recalls that were there before it, what a check answers and
// what screening in memory answers is one set of pairs with one judgement each,
// that of comparing all pairs. It stays so when recalls are amended, taken back,
// and read again by a better reader.
func TestDirections(t *testing.T) {
	g := babyshieldtest.NewGenerator(t, 11)
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		seen := map[string]int{}
		for round := range babyshieldtest.Rounds(2, 40) {
			t.Run(fmt.Sprint("round", round), func(t *testing.T) {
				newDirections(t, another(t, url), newWorld(uint64(round), g, 45, 25, 130)).live(seen)
			})
			if t.Failed() {
				return
			}
		}
		t.Log(seen)
		for _, must := range []string{"affected", "check", "possible", "with a sample", "changed by an amendment", "changed by another reader"} {
			if seen[must] == 0 {
				t.Errorf("no pair is %s: the property was not tested", must)
			}
		}
	})
}

// TestDirectionsByPages: the same, where a recall has more candidates than are
// judged in one transaction, and screening loads more recalls than one page.
func TestDirectionsByPages(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand matches in two databases")
	}
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		const n = 510 // more than store.pairPage and store.preparedPage
		w := newWorld(1, nil, 0, 0, 0)
		crowd := babyshieldtest.Recall("crowd", "Bramble", "Stroller", "")
		crowd.Products[0].UPCs = []string{"036000291452"}
		w.recalls = append(w.recalls, crowd)
		for i := range n {
			brand, model := fmt.Sprintf("Quin%cde%c", 'a'+i%26, 'a'+i/26), fmt.Sprintf("QX-%d", 4000+i)
			w.recalls = append(w.recalls, babyshieldtest.Recall(fmt.Sprintf("p%04d", i), brand, "Bunk Bed", model))
			w.items = append(w.items, babyshield.Item{Ref: fmt.Sprintf("i%04d", i), Brand: brand, Name: "bunk bed", Model: model, GTIN: "036000291452"})
		}
		d := newDirections(t, url, w)
		d.own("before")
		d.save(false, w.recalls)
		if got := len(d.agree("many", "before")); got != 2*n {
			t.Errorf("%d pairs meet, want %d", got, 2*n)
		}
	})
}

// another is an empty database of the same sort.
func another(t *testing.T, url string) string {
	t.Helper()
	if _, ok := store.SQLitePath(url); ok {
		return "sqlite:" + t.TempDir() + "/babyshield.db"
	}
	return babyshieldtest.Postgres(t)
}

// directions is one database and the world that it must agree with.
type directions struct {
	t          *testing.T
	w          *world
	url        string
	s          *store.Store
	c          *check.Checker
	households []string
}

func newDirections(t *testing.T, url string, w *world) *directions {
	t.Helper()
	s := babyshieldtest.Open(t, url, func(o *store.Options) { o.Seed.Samples = w.samples })
	d := &directions{t: t, w: w, url: url, s: s, c: check.New(s, time.Now)}
	if err := s.MarkRead(t.Context(), "us-cpsc"); err != nil {
		t.Fatal(err)
	}
	return d
}

// live goes through the life of a database. Each step ends with a household whose
// items come after the recalls.
func (d *directions) live(seen map[string]int) {
	d.own("before")
	d.save(true, d.w.recalls)
	d.own("after")
	first := d.agree("new recalls", d.households...)
	for p, j := range first {
		seen[string(j.Verdict)]++
		if d.w.isSample(p.recall) {
			seen["with a sample"]++
		}
	}
	d.save(true, d.w.amend())
	d.own("after the amendment")
	second := d.agree("amended", d.households...)
	seen["changed by an amendment"] += len(differing(first, second))

	d.age()
	d.own("of another reader")
	third := d.agree("of another reader", "of another reader")
	seen["changed by another reader"] += len(differing(second, third))
	clear(d.w.aged)
	if _, _, err := d.s.Reread(d.t.Context(), func(int) {}); err != nil {
		d.t.Fatal(err)
	}
	d.work()
	d.own("after reading again")
	d.agree("read again", d.households...)
}

// differing are the pairs on which the two differ.
func differing(a, b findings) (out []pairing) {
	for p := range merged(a, b) {
		if !cmp.Equal(a[p], b[p], cmpopts.EquateEmpty()) {
			out = append(out, p)
		}
	}
	return out
}

func merged(a, b findings) findings {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// own gives all items to a new household, a few at a time, and lets what follows
// happen.
func (d *directions) own(household string) {
	d.t.Helper()
	babyshieldtest.Household(d.t, d.s, household, "")
	for rest := slices.Clone(d.w.items); len(rest) > 0; {
		n := min(len(rest), 1+d.w.rng.IntN(50))
		if _, err := d.s.AddItems(d.t.Context(), babyshield.AsOperator(), household, rest[:n]); err != nil {
			d.t.Fatal(err)
		}
		rest = rest[n:]
	}
	d.households = append(d.households, household)
	d.work()
}

// save takes in recalls by pages of several sizes. alert says whether owners are
// told.
func (d *directions) save(alert bool, recalls []babyshield.Recall) {
	d.t.Helper()
	for rest := slices.Clone(recalls); len(rest) > 0; {
		n := min(len(rest), 1+d.w.rng.IntN(200))
		byAgency := map[string][]babyshield.Recall{}
		for _, r := range rest[:n] {
			byAgency[r.Agency] = append(byAgency[r.Agency], r)
		}
		for _, page := range byAgency {
			babyshieldtest.Save(d.t, d.s, alert, page...)
		}
		rest = rest[n:]
		if d.w.often(50) {
			d.work()
		}
	}
	d.work()
}

// work does the matching jobs that wait, in any order. For some the time is over at
// once: they leave the rest to another job.
func (d *directions) work() {
	d.t.Helper()
	for {
		list, err := store.TakeMatching(d.t.Context(), d.s)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		d.w.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, args := range list {
			until := time.Now().Add(time.Hour)
			if d.w.often(20) {
				until = time.Time{}
			}
			switch args := args.(type) {
			case babyshield.MatchRecallsArgs:
				err = d.s.MatchRecalls(d.t.Context(), args, until)
			case babyshield.MatchItemsArgs:
				err = d.s.MatchItems(d.t.Context(), args, until)
			}
			if err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// age makes a third of the recalls ones that an older reader read, which saw less
// or something else; of a few more, another version of the program prepared them.
func (d *directions) age() {
	d.t.Helper()
	db := openRaw(d.t, d.url)
	for i := range d.w.recalls {
		r := &d.w.recalls[i]
		if d.w.often(70) {
			continue
		}
		old := match.Read(r)
		for n := range old {
			if old[n].Models = nil; d.w.often(30) {
				old[n].Models = []string{d.w.modelCode()}
			}
		}
		d.w.aged[r.ID()] = old
		written, err := json.Marshal(old)
		if err == nil {
			err = store.Age(d.t.Context(), d.s, r, old, string(written))
		}
		if err != nil {
			d.t.Fatal(err)
		}
		if d.w.often(30) {
			const foreign = "UPDATE recall_prepared SET reader = 0, lines = keys, shown = keys WHERE recall_id = (SELECT id FROM recalls WHERE public_id = $1)"
			if _, err := db.ExecContext(d.t.Context(), foreign, r.ID()); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// agree asks in all directions and compares with the truth, which it returns.
// Matches are stored for the households; what they had found before must be the
// truth of now.
func (d *directions) agree(step string, households ...string) findings {
	d.t.Helper()
	all := d.w.truth()
	own := d.w.withoutSamples(all)
	for _, household := range households {
		d.compare(step+": stored for the household "+household, own, d.stored(household))
	}
	checks := func(item babyshield.Item) babyshield.Answer {
		a, err := d.c.Item(d.t.Context(), item, check.Options{Samples: true})
		if err != nil {
			d.t.Fatal(err)
		}
		return a
	}
	d.compare(step+": checked", withoutLines(all), d.answered(checks))
	for _, samples := range []bool{true, false} {
		screener, err := d.c.Screener(d.t.Context(), check.Options{Samples: samples}, nil)
		if err != nil {
			d.t.Fatal(err)
		}
		want := own
		if samples {
			want = all
		}
		screens := func(item babyshield.Item) babyshield.Answer { return screener.Answer(item, "") }
		d.compare(fmt.Sprintf("%s: screened (samples: %t)", step, samples), withoutLines(want), d.answered(screens))
	}
	return all
}

// withoutLines leaves out what answers do not tell.
func withoutLines(f findings) findings {
	out := findings{}
	for p, j := range f {
		j.Line = 0
		out[p] = j
	}
	return out
}

// stored are the matches of a household.
func (d *directions) stored(household string) findings {
	d.t.Helper()
	out := findings{}
	for after := int64(0); ; {
		page, next, err := d.s.MatchList(d.t.Context(), babyshield.AsOperator(), household, after, 97)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, m := range page {
			d.add(out, pairing{m.Recall, m.Item}, m.Judgement)
		}
		if after = next; next == 0 {
			return out
		}
	}
}

// answered are the matches of the answers for all items.
func (d *directions) answered(answer func(babyshield.Item) babyshield.Answer) findings {
	d.t.Helper()
	out := findings{}
	for _, item := range d.w.items {
		for _, m := range answer(item).Matches {
			if isSample := d.w.isSample(m.RecallID); m.Sample != isSample {
				d.t.Errorf("recall %s is shown as a sample: %t, want %t", m.RecallID, m.Sample, isSample)
			}
			d.add(out, pairing{m.RecallID, item.Ref}, babyshield.Judgement{
				Verdict: m.Verdict, Agree: m.Agree, Differ: m.Differ, Missing: m.Missing, Because: m.Because,
			})
		}
	}
	return out
}

func (d *directions) add(out findings, p pairing, j babyshield.Judgement) {
	d.t.Helper()
	if _, ok := out[p]; ok {
		d.t.Errorf("recall %s and item %s are found twice", p.recall, p.item)
	}
	out[p] = j
}

// compare tells how many pairs differ, and shows the smallest.
func (d *directions) compare(direction string, want, got findings) {
	d.t.Helper()
	differ := differing(want, got)
	if len(differ) == 0 {
		return
	}
	p, text := d.w.smallest(differ)
	none := babyshield.Judgement{Because: "(they do not meet)"}
	of := func(f findings) babyshield.Judgement {
		if j, ok := f[p]; ok {
			return j
		}
		return none
	}
	d.t.Errorf("%s: %d of %d pairs differ from the nested loop. The smallest:\n%s\n(-nested loop +found):\n%s",
		direction, len(differ), len(merged(want, got)), text, cmp.Diff(of(want), of(got), cmpopts.EquateEmpty()))
}
