package agency_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// The recorded answers of the agencies, with the counts that their description
// gives. None of their records may be set aside.
var recorded = []struct {
	code, file       string
	records, recalls int
	form             babyshield.Form
}{
	{"us-cpsc", "recall-empty.json", 0, 0, babyshield.FormFull},
	{"us-cpsc", "recall-description-bluestar-2018.json", 3, 3, babyshield.FormFull},
	{"us-cpsc", "recall-2025-jan-apr-seven-records.json", 7, 7, babyshield.FormFull},
	{"us-cpsc", "recall-2023-12..2026-03-902-records.json.gz", 902, 902, babyshield.FormFull},
	{"us-cpsc", "recall-2026-07-two-records.json", 2, 2, babyshield.FormFull},
	{"us-cpsc", "export-babies-and-kids_2023-12-01_2026-04-01.csv", 195, 195, babyshield.FormExport},
	{"us-cpsc", "export-toys_2023-12-01_2026-04-01.csv", 95, 95, babyshield.FormExport},
	{"us-cpsc", "export-nursery-equipment-and-supplies_2023-12-01_2026-04-01.csv", 93, 93, babyshield.FormExport},
	{"us-cpsc", "export-electronics_2023-12-01_2026-04-01.csv", 66, 66, babyshield.FormExport},
	{"us-cpsc", "export-furniture_2023-12-01_2026-04-01.csv", 56, 56, babyshield.FormExport},
	{"us-cpsc", "saferproducts-export-Toy_Cars-2025-06.csv", 35, 35, babyshield.FormSummary},
	{"us-cpsc", "saferproducts-export-Toy_Infants_Cribs_Strollers-2025-06.csv", 27, 27, babyshield.FormSummary},
	{"us-fda-food", "food-enforcement-2013..2026-1058-records.json.gz", 1058, 355, babyshield.FormFull},
	{"us-fda-food", "food-enforcement-undeclared-2026-09-23.json", 8, 7, babyshield.FormFull},
	{"us-fda-food", "food-enforcement-2026-07-three-records.json", 3, 2, babyshield.FormFull},
	{"ca-health-canada", "HCRSAMOpenData-excerpt-2026-10.json", 7, 7, babyshield.FormFull},
}

func TestRecorded(t *testing.T) {
	for _, tt := range recorded {
		t.Run(tt.code+"/"+tt.file, func(t *testing.T) {
			f := feed(t, tt.code)
			data := readFile(t, babyshieldtest.Shared(t, "feeds", tt.code, tt.file))
			got, sink, err := split(f, tt.file, data)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range sink.aside {
				t.Errorf("record %d (%s) is set aside: %s", s.Position, s.Key, s.Reason)
			}
			numbers := map[string]bool{}
			parts := map[string]bool{}
			for _, r := range got {
				numbers[r.Number] = true
				parts[r.Number+"/"+r.Part] = true
				checkRecall(t, r)
			}
			if len(got) != tt.records || len(parts) != tt.records || len(numbers) != tt.recalls {
				t.Errorf("read %d records, %d parts, %d recalls, want %d, %d, %d",
					len(got), len(parts), len(numbers), tt.records, tt.records, tt.recalls)
			}
			for _, n := range sink.notices {
				if n.Form != tt.form || n.Agency != tt.code || n.Digest == "" || n.Key == "" {
					t.Fatalf("notice %d: %+v", n.Position, n)
				}
			}
		})
	}
}

// checkRecall are the facts that hold for every recorded recall.
func checkRecall(t *testing.T, r babyshield.Recall) {
	t.Helper()
	if r.Title == "" || len(r.Products) == 0 || r.Products[0].Name == "" || r.Kind == "" || r.Severity == "" || r.Language != "en" {
		t.Errorf("%s %s lacks title, product, kind, severity or language: %+v", r.Agency, r.Number, r)
	}
	if len(r.Hazards) == 0 && r.Form != babyshield.FormSummary { // an old release may tell of none
		t.Errorf("%s %s has no hazard: %s", r.Agency, r.Number, r.Title)
	}
	if r.Agency == "us-cpsc" && len(r.Remedies) == 0 && r.Form != babyshield.FormSummary && r.Published > "2010" {
		t.Errorf("%s %s has no remedy", r.Agency, r.Number)
	}
	if r.Published == "" && r.Updated == "" {
		t.Errorf("%s %s has no date", r.Agency, r.Number)
	}
	checkWords(t, r)
}

// checkWords holds for any recall, recorded or made up by a fuzzer.
func checkWords(t *testing.T, r babyshield.Recall) {
	t.Helper()
	for _, h := range r.Hazards {
		if !h.Code.Valid() || h.Text == "" {
			t.Errorf("%s %s: hazard %+v", r.Agency, r.Number, h)
		}
	}
	for _, m := range r.Remedies {
		if !m.Code.Valid() || m.Text == "" {
			t.Errorf("%s %s: remedy %+v", r.Agency, r.Number, m)
		}
	}
	for _, d := range []babyshield.Day{r.Published, r.Updated} {
		if _, err := babyshield.ParseDay(string(d)); err != nil {
			t.Errorf("%s %s: %v", r.Agency, r.Number, err)
		}
	}
	for _, s := range []string{r.Number, r.Title, r.Details, r.Contact, r.SoldAt, r.Injuries} {
		if s != strings.ToValidUTF8(s, "") || strings.ContainsAny(s, "\x00\u00a0\u200b\ufeff") || s != strings.TrimSpace(s) {
			t.Errorf("%s %s: text not cleaned: %q", r.Agency, r.Number, s)
		}
	}
}

// TestRecordedFacts pins single records that the feeds are known to be hard on.
func TestRecordedFacts(t *testing.T) {
	read := func(code, file string) map[string]babyshield.Recall {
		got, _, err := split(feed(t, code), file, readFile(t, babyshieldtest.Shared(t, "feeds", code, file)))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]babyshield.Recall{}
		for _, r := range got {
			out[r.Number] = r
		}
		return out
	}
	equal := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}

	cpsc := read("us-cpsc", "recall-2025-jan-apr-seven-records.json")
	heater := cpsc["25203"]
	equal("25203 barcode", strings.Join(heater.Products[0].UPCs, ","), "089301008588")
	equal("25203 published", heater.Published, "2025-04-03")
	equal("25203 joint", len(heater.Joint), 1)
	equal("25203 units", heater.Units, "About 21,250 (In addition, about 500 were sold in Canada)")
	equal("25203 remedy", heater.Remedies[0].Code, "repair")
	equal("25203 hazards", hazardList(heater), "fire burn")

	csv := read("us-cpsc", "export-electronics_2023-12-01_2026-04-01.csv")
	strip := csv["26346"]
	equal("26346 kind: a warning that became a recall", strip.Kind, babyshield.KindRecall)
	equal("26346 published", strip.Published, "2026-03-26")
	equal("entities in the export", strings.Contains(csv["26346"].Details+csv["26346"].Remedies[0].Text, "&nbsp;"), false)

	old := read("us-cpsc", "saferproducts-export-Toy_Cars-2025-06.csv")
	equal("leading zero", old["04503"].Published, "2003-10-09")
	equal("summary has its page", strings.HasPrefix(old["04503"].URL, "https://www.cpsc.gov/Recalls/2004/"), true)

	food := read("us-fda-food", "food-enforcement-2026-07-three-records.json")
	equal("99068 part", strings.HasPrefix(food["99068"].Part, "d:"), true)
	equal("99068 key", food["99068"].Products[0].Key, "")
	equal("99068 published", food["99068"].Published, "2026-06-10")
	food = read("us-fda-food", "food-enforcement-undeclared-2026-09-23.json")
	equal("99517 status", food["99517"].Status, "Terminated")
	equal("99517 class", food["99517"].Class, "Class II")
	equal("99517 key", food["99517"].Products[0].Key, "")

	canada := read("ca-health-canada", "HCRSAMOpenData-excerpt-2026-10.json")
	equal("82661 published", canada["82661"].Published, "")
	equal("82661 updated", canada["82661"].Updated, "2026-10-01")
	equal("82661 hazards", hazardList(canada["82661"]), "fire burn")
	equal("82661 paragraphs", strings.Count(canada["82661"].Details, "\n"), 6)
	equal("82687 brand", canada["82687"].Products[0].Brand, "Smarter Snacks")
	equal("82687 hazards", hazardList(canada["82687"]), "allergen")
	equal("82687 class", canada["82687"].Class, "Class 1")
	equal("82705 number in the title", canada["82705"].Title, "Transport Canada Recall - 2026437 - MICRO BIRD")
	equal("82684 name trimmed", canada["82684"].Products[0].Name, "PMS-FAMPRIDINE")
}

func hazardList(r babyshield.Recall) string {
	var out []string
	for _, h := range r.Hazards {
		if !slices.Contains(out, string(h.Code)) {
			out = append(out, string(h.Code))
		}
	}
	return strings.Join(out, " ")
}

// TestRecordedForms: the same recall in a richer carrier and in a poorer one must
// not contradict itself.
func TestRecordedForms(t *testing.T) {
	full, _, err := split(feed(t, "us-cpsc"), "big", readFile(t, babyshieldtest.Shared(t, "feeds", "us-cpsc", "recall-2023-12..2026-03-902-records.json.gz")))
	if err != nil {
		t.Fatal(err)
	}
	byNumber := map[string]babyshield.Recall{}
	for _, r := range full {
		byNumber[r.Number] = r
	}
	file := babyshieldtest.Shared(t, "feeds", "us-cpsc", "export-babies-and-kids_2023-12-01_2026-04-01.csv")
	rows, _, err := split(feed(t, "us-cpsc"), "csv", readFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	both, dates, codes := 0, 0, 0
	for _, row := range rows {
		r, ok := byNumber[row.Number]
		if !ok {
			continue
		}
		both++
		if r.Published != row.Published {
			dates++
		}
		if hazardList(r) != hazardList(row) {
			codes++
			t.Logf("%s: %s in the API, %s in the export", r.Number, hazardList(r), hazardList(row))
		}
	}
	if both < 150 || dates > 2 || codes > both/20 {
		t.Errorf("the forms contradict each other: %d recalls in both, %d dates differ, %d hazard lists", both, dates, codes)
	}
}

// TestRecordedRowIdentity: the rows of 99068 and 99517 have no number. When it is
// filled in later, they are the same part of the same recall.
func TestRecordedRowIdentity(t *testing.T) {
	f := feed(t, "us-fda-food")
	for event, file := range map[string]string{
		"99068": "food-enforcement-2026-07-three-records.json",
		"99517": "food-enforcement-undeclared-2026-09-23.json",
	} {
		data := string(readFile(t, babyshieldtest.Shared(t, "feeds", "us-fda-food", file)))
		before, _, err := split(f, file, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := split(f, file, []byte(strings.ReplaceAll(data, `"recall_number": ""`, `"recall_number": "H-9999-2026"`)))
		if err != nil {
			t.Fatal(err)
		}
		row := func(rs []babyshield.Recall) babyshield.Recall {
			i := slices.IndexFunc(rs, func(r babyshield.Recall) bool { return r.Number == event })
			if i < 0 {
				t.Fatalf("%s holds no event %s", file, event)
			}
			return rs[i]
		}
		b, a := row(before), row(after)
		if b.Part != a.Part || b.Products[0].Key != "" || a.Products[0].Key != "H-9999-2026" {
			t.Errorf("event %s: part %s key %q becomes part %s key %q", event, b.Part, b.Products[0].Key, a.Part, a.Products[0].Key)
		}
	}
}
