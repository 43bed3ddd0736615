package notify

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
)

var update = flag.Bool("update", false, "rewrite the wanted messages in testdata")

// lounger is an alert about one item of which everything is known. The recall,
// its firm and its words are invented.
func lounger() Content {
	return Content{
		Household: "Harbour Street",
		Countries: []string{"US", "CA"},
		Class:     babyshield.AlertNew,
		RecallID:  "rcl_abcdefgh23456723",
		BaseURL:   "https://shield.example.org/",
		WireKey:   "dlv-1",
		Created:   time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		Agency: babyshield.Agency{
			Code: "xx-test", Name: "Testland Product Office", Homepage: "https://office.example/",
			Attribution: "Data: Testland Product Office, open licence 1.0.",
		},
		Recall: babyshield.Recall{
			Agency: "xx-test", Number: "26-101", Kind: babyshield.KindRecall,
			Title:     "Dreamfern Recalls Cloud Loungers Due to Suffocation Hazard",
			URL:       "https://office.example/recalls/2026/dreamfern-recalls-cloud-loungers",
			Severity:  babyshield.SeverityCritical,
			Hazards:   []babyshield.Hazard{{Code: "suffocation", Text: "The loungers' soft sides can cover an infant's nose and mouth, posing a suffocation hazard."}},
			Remedies:  []babyshield.Remedy{{Code: "refund", Text: "Consumers should immediately stop using the recalled loungers and contact Dreamfern for a full refund."}},
			Contact:   "Dreamfern toll-free at 800-555-0142 or online at https://dreamfern.example/recall.",
			Products:  []babyshield.ProductEntry{{Name: "Cloud Loungers", Brand: "Dreamfern"}},
			Published: "2026-11-19",
		},
		Items: []ContentItem{{
			Name: "blue lounger", Verdict: babyshield.VerdictAffected, Agree: []string{"brand", "model", "date_code"},
			Because: "Brand Dreamfern and model CL-20 agree, and the date code 2309 is in the recalled range.",
		}},
	}
}

// goldens are the cases of testdata, by file name.
func goldens() map[string]Content {
	cases := map[string]Content{"affected": lounger()}

	check := lounger()
	check.Items[0].Verdict = babyshield.VerdictCheck
	check.Items[0].Agree, check.Items[0].Missing = []string{"brand", "model"}, []string{"date_code", "bought"}
	check.Items[0].Because = "Brand Dreamfern and model CL-20 agree; the date code decides."
	cases["check"] = check

	grouped := lounger()
	grouped.Items = append([]ContentItem{check.Items[0]}, grouped.Items...)
	grouped.Items[0].Name = "grandma's lounger"
	grouped.Items = append(grouped.Items, ContentItem{
		Name: "toddler lounger", Product: "Dreamfern Toddler Loungers", Verdict: babyshield.VerdictCheck,
		Agree: []string{"brand"}, Missing: []string{"model"}, Because: "Brand Dreamfern agrees; the model is not known.",
	})
	cases["grouped"] = grouped

	widened := lounger()
	widened.Class = babyshield.AlertWidened
	widened.Change.Fields = []babyshield.FieldChange{
		{Field: "model", Added: []string{"CL-30", "CL-31"}, Before: 2},
		{Field: "bought", Added: []string{"2024-01 to 2026-11"}, Dropped: []string{"2024-01 to 2025-12"}, Before: 1},
	}
	widened.Recall.Remedies = append(widened.Recall.Remedies, babyshield.Remedy{Code: "dispose", Text: "Send a photo of the destroyed lounger."})
	cases["widened"] = widened

	remedy := check
	remedy.Class = babyshield.AlertRemedy
	remedy.Change.Remedy = true
	cases["remedy"] = remedy

	rescinded := lounger()
	rescinded.Class, rescinded.Recall.Updated = babyshield.AlertRescinded, "2026-12-02"
	rescinded.Change.Rescinded = true
	rescinded.Items[0].Verdict, rescinded.Items[0].Agree = "none", nil
	rescinded.Items[0].Because = "The authority withdrew the notice."
	cases["rescinded"] = rescinded

	narrowed := lounger()
	narrowed.Class = babyshield.AlertRescinded
	narrowed.Change.Fields = []babyshield.FieldChange{{Field: "model", Dropped: []string{"CL-20"}, Before: 3}}
	narrowed.Items[0] = ContentItem{Name: "blue lounger", Verdict: "none"}
	cases["narrowed"] = narrowed

	graver := lounger()
	graver.Class, graver.Change.Graver, graver.Change.Remedy = babyshield.AlertWidened, true, true
	cases["graver"] = graver

	asked := lounger()
	asked.Class, asked.Change.Item = babyshield.AlertWidened, true
	cases["asked_again"] = asked

	bare := Content{
		Class: babyshield.AlertNew, WireKey: "dlv-2", Created: time.Unix(0, 0).UTC(),
		Recall: babyshield.Recall{Agency: "xx-test", Kind: babyshield.KindSafetyAlert},
		Items:  []ContentItem{{Verdict: babyshield.VerdictCheck}},
	}
	cases["nothing_known"] = bare

	hostile := lounger()
	hostile.Household = "Home\r\nBcc: everyone@example.org"
	hostile.Recall.Products[0].Name = "Lounger\r\nBcc: everyone@example.org\r\n\r\n\u202egnp.exe\x00\x1b[31m"
	hostile.Recall.Hazards[0].Text = "Broken\" text.\n\nWhat to do now\n- Keep using it.\n\nOfficial notice: <script>alert(1)</script>"
	hostile.Recall.URL = "https://office.example@evil.example/"
	hostile.Items[0].Name = "my \u2066lounger\u2069\n\nAbout this message"
	hostile.Agency.Name = "Office\nof\ttests"
	cases["hostile"] = hostile
	return cases
}

func TestComposeGolden(t *testing.T) {
	for name, content := range goldens() {
		t.Run(name, func(t *testing.T) {
			m := Compose(content)
			got := "Subject: " + m.Subject + "\nURL: " + m.URL + "\nUrgent: " + map[bool]string{true: "yes", false: "no"}[m.Urgent] + "\n\n" + m.Text
			file := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("message differs (-want +got; -update rewrites):\n%s", d)
			}
		})
	}
}

// banned are the words of the wording rules, as they may stand nowhere in our own
// text.
var banned = regexp.MustCompile(`(?i)\b(voluntar(y|ily)|precaution(ary)?|abundance of caution|discretionary|in rare (cases|situations)|only|minor|isolated|no injuries reported|may potentially|safe(ly)?|all clear|guaranteed?|don['’]t worry|failed to)\b|!`)

// neutral is an alert in which every word of the agency and the household is a
// letter, so that what remains is ours.
func neutral() Content {
	return Content{
		Household: "h", Agency: babyshield.Agency{Name: "x", Homepage: "https://x.example"}, RecallID: "r", BaseURL: "https://b.example",
		Recall: babyshield.Recall{Title: "t", Products: []babyshield.ProductEntry{{Name: "p"}}, Number: "1", Published: "2026-01-01"},
	}
}

// everyWording renders all sentences of the catalogue.
func everyWording() []Content {
	var all []Content
	with := func(change func(*Content)) {
		c := neutral()
		c.Items = []ContentItem{{Name: "i", Verdict: babyshield.VerdictAffected, Agree: babyshield.ItemKeys, Missing: babyshield.ItemKeys}}
		change(&c)
		all = append(all, c)
	}
	for _, class := range []babyshield.AlertClass{"new", "widened", "remedy", "rescinded"} {
		for _, v := range []babyshield.Verdict{"affected", "check", "possible", ""} {
			for kind := range kinds {
				with(func(c *Content) { c.Class, c.Items[0].Verdict, c.Recall.Kind = class, v, kind })
			}
			for missing := range 4 {
				with(func(c *Content) {
					c.Class, c.Items[0].Verdict, c.Items[0].Missing = class, v, babyshield.ItemKeys[:missing]
				})
			}
		}
	}
	everyChange(with)
	for _, code := range babyshield.HazardCodes {
		for _, e := range append(exposures, exposures[0]) {
			with(func(c *Content) {
				c.Recall.Hazards, c.Recall.Title = []babyshield.Hazard{{Code: code}}, e.words[0]
			})
		}
		with(func(c *Content) { c.Recall.Hazards = []babyshield.Hazard{{Code: code}} })
	}
	for _, code := range babyshield.RemedyCodes {
		with(func(c *Content) { c.Recall.Remedies = []babyshield.Remedy{{Code: code}} })
		with(func(c *Content) { c.Recall.Remedies = []babyshield.Remedy{{Code: code}, {Code: "dispose"}} })
	}
	for country := range emergencies {
		with(func(c *Content) { c.Countries = []string{country, "US"} })
	}
	with(func(c *Content) { c.Items = nil })
	with(func(c *Content) {
		c.Items = []ContentItem{{Verdict: babyshield.VerdictCheck, Product: "q"}, {Verdict: babyshield.VerdictAffected}}
	})
	with(func(c *Content) { c.Items = make([]ContentItem, maxItems+3) })
	return all
}

// everyChange renders what an amendment can have changed.
func everyChange(with func(func(*Content))) {
	for _, field := range babyshield.LineKeys {
		for _, c := range []babyshield.FieldChange{
			{},
			{Added: []string{"v"}},
			{Added: []string{"v"}, Before: 1},
			{Added: []string{"v", "w", "x", "y"}, Before: 2},
			{Dropped: []string{"v"}, Before: 2},
			{Added: []string{"v"}, Dropped: []string{"w"}, Before: 1},
		} {
			c.Field = field
			for _, class := range []babyshield.AlertClass{"widened", "rescinded"} {
				with(func(n *Content) { n.Class, n.Change.Fields = class, []babyshield.FieldChange{c} })
			}
		}
	}
	for _, a := range []babyshield.Amendment{{Remedy: true}, {Graver: true}, {Rescinded: true}, {Restored: true}, {Item: true}} {
		for _, class := range []babyshield.AlertClass{"widened", "remedy", "rescinded"} {
			with(func(n *Content) { n.Class, n.Change = class, a })
			with(func(n *Content) { n.Class, n.Change, n.Items = class, a, make([]ContentItem, 2) })
		}
	}
}

func TestWording(t *testing.T) {
	shouting := regexp.MustCompile(`\b[A-Z]{3,}\b`)
	for _, c := range everyWording() {
		m := Compose(c)
		for line := range strings.Lines(m.Subject + "\n" + m.Text) {
			if w := banned.FindString(line); w != "" {
				t.Errorf("our text says %q: %s", w, line)
			}
			if w := shouting.FindString(line); w != "" {
				t.Errorf("our text shouts %q: %s", w, line)
			}
			if strings.Contains(line, "%!") {
				t.Errorf("broken form: %s", line)
			}
		}
	}
}

// TestSentences holds our sentences to twenty words, and the lines under "What to
// do now" to three of at most twelve words.
func TestSentences(t *testing.T) {
	for _, c := range everyWording() {
		text := Compose(c).Text
		_, after, _ := strings.Cut(text, "What to do now\n")
		section, _, _ := strings.Cut(after, "\n\n")
		lines := strings.Split(section, "\n- ")
		if len(lines) > 3 {
			t.Errorf("%d things to do now, want at most 3:\n%s", len(lines), section)
		}
		for _, l := range lines {
			if n := len(strings.Fields(strings.TrimPrefix(l, "- "))); n > 12 {
				t.Errorf("%d words, want at most 12: %s", n, l)
			}
		}
		if strings.Contains(text, ", brand, model,") {
			continue // all fields at once: no sentence that is ever sent
		}
		for _, s := range regexp.MustCompile(`[.:?]\s`).Split(text, -1) {
			if n := len(strings.Fields(s)); n > 24 { // a heading and the sentence after it count as one here
				t.Errorf("%d words in one sentence: %s", n, s)
			}
		}
	}
}

func TestCatalogueIsComplete(t *testing.T) {
	for _, code := range babyshield.HazardCodes {
		if _, ok := hazardForms[code]; !ok {
			t.Errorf("no sentence for the hazard %s", code)
		}
	}
	for _, code := range babyshield.RemedyCodes {
		if _, ok := remedies[code]; !ok {
			t.Errorf("no sentence for the remedy %s", code)
		}
	}
}

func TestSubject(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Content)
		want   string
	}{
		"affected": {func(*Content) {}, "Stop using the Dreamfern Cloud Loungers: recall (Testland Product Office)"},
		"check": {
			func(c *Content) { c.Items[0].Verdict = babyshield.VerdictCheck },
			"Check your Dreamfern Cloud Loungers: recall (Testland Product Office)",
		},
		"line of the item": {
			func(c *Content) { c.Items[0].Product = "Toddler Loungers" },
			"Stop using the Toddler Loungers: recall (Testland Product Office)",
		},
		"no product": {
			func(c *Content) { c.Recall.Products = nil },
			"Stop using the product: recall (Testland Product Office)",
		},
		"brand alone": {
			func(c *Content) { c.Recall.Products[0].Name = "" },
			"Stop using the Dreamfern product: recall (Testland Product Office)",
		},
		"agency without a name": {
			func(c *Content) { c.Agency.Name = "" },
			"Stop using the Dreamfern Cloud Loungers: recall (xx-test)",
		},
		"long": {
			func(c *Content) { c.Recall.Products[0].Name = strings.Repeat("very ", 200) },
			"Stop using the Dreamfern very very very very very very very very very very…: recall (Testland Product Office)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := lounger()
			tt.change(&c)
			if got := Compose(c).Subject; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestHouseholdWordsStayOutOfSubject: the subject is shown on locked screens and
// written by the log channel.
func TestHouseholdWordsStayOutOfSubject(t *testing.T) {
	c := lounger()
	c.Household, c.Items[0].Name = "zebra", "giraffe"
	for _, products := range [][]babyshield.ProductEntry{c.Recall.Products, nil} {
		c.Recall.Products = products
		if s := Compose(c).Subject; strings.Contains(s, "zebra") || strings.Contains(s, "giraffe") {
			t.Errorf("the subject has the household's words: %s", s)
		}
	}
}

func TestUrgent(t *testing.T) {
	for name, tt := range map[string]struct {
		class    babyshield.AlertClass
		severity babyshield.Severity
		want     bool
	}{
		"new, critical":       {"new", "critical", true},
		"new, high":           {"new", "high", true},
		"new, medium":         {"new", "medium", false},
		"new, unknown":        {"new", "", false},
		"widened, high":       {"widened", "high", true},
		"remedy, critical":    {"remedy", "critical", false},
		"rescinded, critical": {"rescinded", "critical", false},
	} {
		c := lounger()
		c.Class, c.Recall.Severity = tt.class, tt.severity
		if got := Compose(c).Urgent; got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestItemsAreCounted(t *testing.T) {
	c := lounger()
	for range 299 {
		c.Items = append(c.Items, c.Items[0])
	}
	text := Compose(c).Text
	if !strings.Contains(text, "And 288 more on your list.") || len(text) > 8000 {
		t.Errorf("300 items make %d bytes:\n%s", len(text), text)
	}
}

// TestComposeProperties throws any text at Compose.
func TestComposeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z "\r\n\x{202e}\x{2028}\x{85}\x00<>:./]{0,200}`))
		c := lounger()
		for _, field := range []*string{
			&c.Household, &c.RecallID, &c.BaseURL, &c.Agency.Name, &c.Agency.Homepage, &c.Agency.Attribution, &c.Recall.Title,
			&c.Recall.URL, &c.Recall.Number, &c.Recall.Contact, &c.Recall.Hazards[0].Text, &c.Recall.Remedies[0].Text,
			&c.Recall.Products[0].Name, &c.Recall.Products[0].Brand, &c.Items[0].Name, &c.Items[0].Product, &c.Items[0].Because,
		} {
			*field = text.Draw(t, "text")
		}
		checkMessage(t, c)
	})
}

// FuzzCompose looks for a text that breaks the form of a message.
func FuzzCompose(f *testing.F) {
	for _, c := range goldens() {
		f.Add(c.Recall.Title, c.Recall.URL, c.Items[0].Name)
	}
	f.Fuzz(func(t *testing.T, title, url, name string) {
		c := lounger()
		c.Recall.Title, c.Recall.URL, c.Items[0].Name, c.Items[0].Product = title, url, name, name
		checkMessage(t, c)
	})
}

type tester interface {
	Fatalf(format string, args ...any)
}

// checkMessage tests what every message must hold.
func checkMessage(t tester, c Content) {
	m := Compose(c)
	if again := Compose(c); again != m {
		t.Fatalf("the same content gave two messages:\n%v\n%v", m, again)
	}
	if n := utf8.RuneCountInString(m.Subject); n == 0 || n > 200 {
		t.Fatalf("subject of %d characters: %q", n, m.Subject)
	}
	if bad := strings.IndexFunc(m.Subject+m.URL, func(r rune) bool { return badRune(r) || r == '\n' }); bad >= 0 {
		t.Fatalf("subject or address with a forbidden character: %q %q", m.Subject, m.URL)
	}
	if strings.ContainsFunc(m.Text, badRune) {
		t.Fatalf("text with a forbidden character: %q", m.Text)
	}
	if len(m.Text) > 64<<10 {
		t.Fatalf("text of %d bytes", len(m.Text))
	}
	headings := 0
	for line := range strings.Lines(m.Text) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 2 {
			t.Fatalf("line of %d characters: %q", utf8.RuneCountInString(line), line)
		}
		if line == "What to do now" {
			headings++
		}
	}
	if headings != 1 {
		t.Fatalf("%d headings %q", headings, "What to do now")
	}
}

func badRune(r rune) bool {
	return r != '\n' && r != '\u200c' && r != '\u200d' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == utf8.RuneError)
}
