package jobs_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

func importFiles(t *testing.T, s *store.Store, code string, files ...string) (jobs.Tally, error) {
	t.Helper()
	d := jobs.Deps{Store: s, Log: babyshieldtest.Log(t), Now: s.Now}
	return jobs.Import(t.Context(), d, code, files, jobs.ImportOptions{})
}

// samples are the recorded answers with the counts that feeds/README.md gives:
// raw records, recalls.
var samples = []struct {
	agency, file     string
	notices, recalls int
}{
	{"us-cpsc", "recall-empty.json", 0, 0},
	{"us-cpsc", "recall-description-bluestar-2018.json", 3, 3},
	{"us-cpsc", "recall-2025-jan-apr-seven-records.json", 7, 7},
	{"us-cpsc", "recall-2023-12..2026-03-902-records.json.gz", 902, 902},
	{"us-cpsc", "recall-2026-07-two-records.json", 2, 2},
	{"us-cpsc", "export-babies-and-kids_2023-12-01_2026-04-01.csv", 195, 195},
	{"us-cpsc", "export-toys_2023-12-01_2026-04-01.csv", 95, 95},
	{"us-cpsc", "export-nursery-equipment-and-supplies_2023-12-01_2026-04-01.csv", 93, 93},
	{"us-cpsc", "export-electronics_2023-12-01_2026-04-01.csv", 66, 66},
	{"us-cpsc", "export-furniture_2023-12-01_2026-04-01.csv", 56, 56},
	{"us-cpsc", "saferproducts-export-Toy_Cars-2025-06.csv", 35, 35},
	{"us-cpsc", "saferproducts-export-Toy_Infants_Cribs_Strollers-2025-06.csv", 27, 27},
	{"us-fda-food", "food-enforcement-2013..2026-1058-records.json.gz", 1058, 355},
	{"us-fda-food", "food-enforcement-undeclared-2026-09-23.json", 8, -1},
	{"us-fda-food", "food-enforcement-2026-07-three-records.json", 3, 2},
	{"ca-health-canada", "HCRSAMOpenData-excerpt-2026-10.json", 7, 7},
}

// unhurried is false under the race detector, where reading the large files takes
// minutes and races nothing.
func unhurried() bool { return babyshieldtest.Rounds(5, 5) == 5 }

// TestImportSamples reads every recorded answer into a database of its own, twice.
func TestImportSamples(t *testing.T) {
	for _, c := range samples {
		if c.notices > 50 && !unhurried() {
			continue
		}
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			file := babyshieldtest.Shared(t, "feeds", c.agency, c.file)
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				got, err := importFiles(t, s, c.agency, file)
				if err != nil || got.Notices != c.notices || c.recalls >= 0 && got.Recalls != c.recalls || got.New != got.Recalls || got.Quarantined != 0 {
					t.Fatalf("first import: %+v, %v", got, err)
				}
				again, err := importFiles(t, s, c.agency, file)
				if err != nil || again.Unchanged != got.Recalls || again.New+again.Amended != 0 {
					t.Errorf("second import: %+v, %v", again, err)
				}
			})
		})
	}
}

// TestImportForms: the poorer forms amend nothing of the richer, in either order
// the same recalls result.
func TestImportForms(t *testing.T) {
	t.Parallel()
	var files []string
	for _, c := range samples {
		if c.agency == "us-cpsc" && (c.notices <= 50 || unhurried()) {
			files = append(files, babyshieldtest.Shared(t, "feeds", c.agency, c.file))
		}
	}
	// All forms of one record first, then the rest: from the full record on, nothing
	// is amended.
	full := slices.IndexFunc(files, func(f string) bool { return strings.Contains(f, "seven-records") })
	files[0], files[full] = files[full], files[0]
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		for i, f := range files {
			got, err := importFiles(t, s, "us-cpsc", f)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && strings.Contains(f, "902") && got.Amended != 0 {
				t.Errorf("%s amended %d recalls: a poorer copy of the seven", filepath.Base(f), got.Amended)
			}
			if strings.HasSuffix(f, ".csv") && got.Amended != 0 {
				t.Errorf("%s amended %d recalls", filepath.Base(f), got.Amended)
			}
		}
		want := digests(t, s)
		backwards := slices.Clone(files)
		slices.Reverse(backwards)
		other := babyshieldtest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "reversed.db"))
		if _, err := importFiles(t, other, "us-cpsc", backwards...); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, digests(t, other)); diff != "" {
			t.Errorf("the files in reverse give other recalls (-forward +reverse):\n%s", diff)
		}
	})
}

// digests are the digests of all recalls by number.
func digests(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	for cursor := ""; ; {
		list, next, err := s.RecallList(t.Context(), store.RecallFilter{Cursor: cursor, Size: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out[r.Number] = r.Digest()
		}
		if cursor = next; next == "" {
			return out
		}
	}
}

// TestImportReversed: the records of a file in reverse order and twice over
// change nothing.
func TestImportReversed(t *testing.T) {
	for _, c := range []struct{ agency, file string }{
		{"us-cpsc", "recall-2023-12..2026-03-902-records.json.gz"},
		{"us-fda-food", "food-enforcement-2013..2026-1058-records.json.gz"},
	} {
		if !unhurried() {
			break
		}
		t.Run(c.agency, func(t *testing.T) {
			t.Parallel()
			file := babyshieldtest.Shared(t, "feeds", c.agency, c.file)
			reversed := reverse(t, file)
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				first, err := importFiles(t, s, c.agency, file)
				if err != nil {
					t.Fatal(err)
				}
				want := digests(t, s)
				got, err := importFiles(t, s, c.agency, reversed)
				if err != nil || got.Unchanged != first.Recalls || got.New+got.Amended != 0 || got.Notices != 2*first.Notices {
					t.Errorf("reversed and repeated: %+v, %v", got, err)
				}
				fresh := babyshieldtest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "fresh.db"))
				if _, err := importFiles(t, fresh, c.agency, reversed); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, digests(t, fresh)); diff != "" {
					t.Errorf("an import of the reversed file differs (-forward +reverse):\n%s", diff)
				}
			})
		})
	}
}

// reverse writes a copy of a recorded answer with its records reversed and each
// twice.
func reverse(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var records []json.RawMessage
	envelope := map[string]json.RawMessage{}
	if b[0] == '[' {
		err = json.Unmarshal(b, &records)
	} else if err = json.Unmarshal(b, &envelope); err == nil {
		err = json.Unmarshal(envelope["results"], &records)
	}
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(records)
	var twice []json.RawMessage
	for _, r := range records {
		twice = append(twice, r, r)
	}
	out, err := json.Marshal(twice)
	if err == nil && len(envelope) > 0 {
		envelope["results"] = out
		out, err = json.Marshal(envelope)
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "reversed.json")
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestImportBadInput: a clear message, the bad set aside, everything else kept.
func TestImportBadInput(t *testing.T) {
	good := `{"RecallNumber":"27001","RecallDate":"2026-11-19T00:00:00","Title":"Lumora Recalls Swings","Description":"A swing.","URL":"https://www.cpsc.gov/Recalls/2027/x","Products":[{"Name":"Lumora Swings"}],"Hazards":[{"Name":"Fall hazard."}],"Remedies":[],"RemedyOptions":[]}`
	for _, c := range []struct {
		name, file, content string
		want                jobs.Tally
		fails               string // in the error; "" = none
	}{
		{"empty list", "a.json", `[]`, jobs.Tally{}, ""},
		{"empty file", "a.json", ``, jobs.Tally{}, "a.json"},
		{"html", "a.json", `<!DOCTYPE html><html><body>Maintenance</body></html>`, jobs.Tally{}, "a.json"},
		{"error envelope", "a.json", `{"error":{"code":"SERVER_ERROR","message":"x"}}`, jobs.Tally{}, "a.json"},
		{"truncated", "a.json", `[` + good + `,{"RecallNumber":"27002","RecallDa`, jobs.Tally{Notices: 2, Recalls: 1, New: 1, Quarantined: 1}, ""},
		{"no identity", "a.json", `[` + good + `,{"Title":"x","RecallDate":"2026-11-19T00:00:00"}]`, jobs.Tally{Notices: 2, Recalls: 1, New: 1, Quarantined: 1}, ""},
		{"impossible date", "a.json", `[` + good + `,{"RecallNumber":"27003","RecallDate":"2026-13-45T00:00:00","Title":"x"}]`, jobs.Tally{Notices: 2, Recalls: 1, New: 1, Quarantined: 1}, ""},
		{"nothing good", "a.json", `[{"Title":"x"}]`, jobs.Tally{Notices: 1, Quarantined: 1}, "a.json"},
		{"garbage", "a.csv", "\x00\x01\x02\x03", jobs.Tally{}, "a.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				got, err := importFiles(t, s, "us-cpsc", path)
				c.want.Agency = "us-cpsc"
				if c.fails == "" {
					if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(jobs.Tally{}, "Problems")); err != nil || diff != "" {
						t.Errorf("%v (-want +got):\n%s", err, diff)
					}
				} else if err == nil || !strings.Contains(babyshield.MessageOf(err), c.fails) || strings.Contains(babyshield.MessageOf(err), "\n") {
					t.Errorf("got %q, want one line naming %s", babyshield.MessageOf(err), c.fails)
				}
				if read := !agencyState(t, s, "us-cpsc").LastSuccess.IsZero(); read != (c.fails == "" && c.name != "truncated") {
					t.Errorf("counts as a read: %v", read)
				}
				aside, err := s.SetAside(t.Context(), "us-cpsc")
				if err != nil {
					t.Fatal(err)
				}
				if c.want.Quarantined > 0 || c.fails != "" {
					if len(aside) == 0 || aside[0].Reason == "" || aside[0].Source != c.file {
						t.Errorf("nothing is listed as set aside: %+v", aside)
					}
				}
			})
		})
	}
}
