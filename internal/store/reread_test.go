package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// TestReread: a recall that the first reader read, in the form in which it wrote
// it, can be shown, and is read again without an amendment: products and keys are
// the new reader's, and it is matched again. A second time there is nothing to do.
func TestReread(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		r := babyshieldtest.Recall("27001", "Lumora", "Swing", "")
		r.Details = "The following are recalled: Product Name Model Number Color Swing Mini 22001 Gray Swing Maxi 33001 Blue"
		same := babyshieldtest.Recall("27002", "Lumora", "Gate", "LG-100")
		babyshieldtest.Save(t, s, false, r, same)

		// What the first reader made of it: no models; the source one string.
		old := []babyshield.RecalledProduct{{Name: "Lumora Swing", Brand: "Lumora"}}
		written := `[{"name":"Lumora Swing","brand":"Lumora","scope":{"fields":["bought"],"source":"The following are recalled."}}]`
		if err := store.Age(t.Context(), s, &r, old, written); err != nil {
			t.Fatal(err)
		}
		before, err := s.Recall(t.Context(), r.ID())
		if err != nil || len(before.Lines) != 1 || len(before.Lines[0].Models) != 0 {
			t.Fatalf("the older reader's products: %+v, %v", before.Lines, err)
		}
		finds := func() bool {
			t.Helper()
			found, complete, err := s.Candidates(t.Context(), match.PrepareItem(&babyshield.Item{Model: "33001"}).Keys(), false)
			if err != nil || !complete {
				t.Fatal(complete, err)
			}
			return len(found) == 1 && found[0].ID == r.ID()
		}
		if finds() {
			t.Error("the model finds the recall before it was read again")
		}
		due, _, err := s.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		read, changed, err := s.Reread(t.Context(), func(int) {})
		if err != nil || read != 1 || changed != 1 {
			t.Errorf("read %d, changed %d, %v; want 1 and 1", read, changed, err)
		}
		after, err := s.Recall(t.Context(), r.ID())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"22001", "33001"}, after.Lines[0].Models); diff != "" {
			t.Errorf("models (-want +got):\n%s", diff)
		}
		if after.Revision != before.Revision || !after.Revised.Equal(before.Revised) {
			t.Errorf("revision %d of %s, want %d of %s", after.Revision, after.Revised, before.Revision, before.Revised)
		}
		if !finds() {
			t.Error("the model does not find the recall after it was read again")
		}
		if now, _, err := s.Pending(t.Context()); err != nil || now != due+1 {
			t.Errorf("%d jobs are due, want %d: it is not matched again (%v)", now, due+1, err)
		}
		if read, changed, err := s.Reread(t.Context(), func(int) {}); err != nil || read+changed != 0 {
			t.Errorf("the second time: read %d, changed %d, %v", read, changed, err)
		}
	})
}
