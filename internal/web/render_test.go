package web

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

// TestEachStatus renders an answer of each status, and one that does not exist.
func TestEachStatus(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	read := now.Add(-4 * time.Minute)
	at := &site{now: now, states: []babyshield.AgencyState{
		{Code: "us-cpsc", Name: "Toy Agency", Country: "US", Homepage: "https://toys.example/", Enabled: true, LastSuccess: read},
	}}
	fresh := []babyshield.Checked{{Agency: "us-cpsc", State: babyshield.FeedOK, AsOf: &read}}
	stale := []babyshield.Checked{{Agency: "us-cpsc", State: babyshield.FeedStale, AsOf: &read}}
	tests := []struct {
		name    string
		status  babyshield.Status
		verdict babyshield.Verdict
		missing []string
		checked []babyshield.Checked
		class   string
		icon    string // a part of its drawing
		says    []string
	}{
		{
			"affected", "affected", "affected", nil, fresh, "affected", "M8 2h8l6 6v8", // an octagon
			[]string{"Recalled", "Stop using it. It is recalled."},
		},
		{
			"check", "check", "check", []string{"date_code"}, fresh, "check", "M12 3 22 21H2z", // a triangle
			[]string{"Check needed", "Stop using it until you check one thing."},
		},
		{
			"possible", "possible", "possible", nil, fresh, "possible", "M3 3h11v11H3z",
			[]string{"Compare", "A recall covers a product like yours."},
		},
		{
			"no match", "no_match", "", nil, fresh, "no-match", "m16 16 5.5 5.5", // a magnifier
			[]string{"No recall found for this item.", "We looked in 1 source at 14:05 UTC on 23 Nov 2026.", "This does not prove that nothing is wrong with it."},
		},
		{
			"not checked", "not_checked", "", nil, stale, "not-checked", "stroke-dasharray",
			[]string{"Not checked", "We could not check this now.", "Toy Agency was last read on 23 Nov 2026, 14:01 UTC."},
		},
		{
			"not covered", "not_covered", "", nil, nil, "not-covered", "M7.5 12h9",
			[]string{"Not covered", "We do not watch this kind of product here."},
		},
		{
			"a status of a later version", "splendid", "", nil, fresh, "not-checked", "stroke-dasharray",
			[]string{"Not checked", "We could not check this now."},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := babyshield.Answer{Status: tt.status, AsOf: now, Checked: tt.checked, Reason: "For a reason."}
			var recalls []store.StoredRecall
			if tt.verdict != "" {
				a.Matches = []babyshield.AnswerMatch{{Agency: "us-cpsc", Number: "1", RecallID: "rcl_1", Title: "Toy recalled", Verdict: tt.verdict, Missing: tt.missing}}
				recalls = []store.StoredRecall{recallOf(a.Matches[0])}
			}
			p := at.newAnswer(a, recalls, &babyshield.Item{Name: "toy"}, "")
			var page bytes.Buffer
			if err := answerBody(p).Render(t.Context(), &page); err != nil {
				t.Fatal(err)
			}
			panel, _, _ := strings.Cut(page.String(), "</section>")
			if !strings.Contains(panel, `class="panel `+tt.class+`"`) || !strings.Contains(panel, tt.icon) {
				t.Errorf("the panel is not %s with its icon:\n%s", tt.class, panel)
			}
			for _, s := range tt.says {
				if !strings.Contains(panel, s) {
					t.Errorf("the panel does not say %q:\n%s", s, panel)
				}
			}
			if _, err := html.Parse(&page); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLooksDiffer: no two statuses share a class, an icon or a word.
func TestLooksDiffer(t *testing.T) {
	seen := map[string]babyshield.Status{}
	for status, l := range looks {
		for _, key := range []string{"class " + l.class, "icon " + l.icon, "word " + l.word} {
			if other, ok := seen[key]; ok {
				t.Errorf("%s and %s have the same %s", status, other, key)
			}
			seen[key] = status
		}
	}
	if len(looks) != 6 {
		t.Errorf("%d looks, want one for each of the six statuses", len(looks))
	}
}

func TestWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{ago(now, now.Add(-30*time.Second)), "just now"},
		{ago(now, now.Add(time.Hour)), "just now"},
		{ago(now, now.Add(-time.Minute)), "1 minute ago"},
		{ago(now, now.Add(-47*time.Hour)), "47 hours ago"},
		{ago(now, now.Add(-72*time.Hour)), "3 days ago"},
		{period("2024-01", ""), "since Jan 2024"},
		{period("", "2024-01-02"), "until 2 Jan 2024"},
		{period("2024", "2024"), "2024"},
		{period("", ""), ""},
		{language("fr-CA"), "fr-CA"},
		{language(`en" x="`), ""},
		{strings.Join(paragraphs(" one \n\n two\n"), "|"), "one|two"},
		{hazardWords([]babyshield.Hazard{{Code: "electric_shock"}, {Code: "other"}, {Code: "fire"}, {Code: "fire"}}), "electric shock, fire"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if n := len([]rune(strings.Join(paragraphs(strings.Repeat("word \n", 5000)), ""))); n > maxText {
		t.Errorf("%d characters of text, want at most %d", n, maxText)
	}
}

// FuzzRecall renders a recall page from any text and reads it as a browser does:
// nothing of the notice may become markup, and the page stays small.
func FuzzRecall(f *testing.F) {
	f.Add("Rattle <script>alert(1)</script>", "javascript:alert(1)", "one\ntwo", "en-US")
	f.Add("\u202e\x00\xff", "https://a.example/?q=<b>", strings.Repeat("x ", 100), `en" onload="x`)
	f.Fuzz(func(t *testing.T, title, link, prose, lang string) {
		long := strings.Repeat(prose+" ", 50)
		r := store.StoredRecall{ID: "rcl_1", Revision: 2, Recall: babyshield.Recall{
			Agency: "us-cpsc", Number: title, Title: title, URL: link, Language: lang, Details: prose, Contact: prose, Units: title, Status: title,
			Hazards: []babyshield.Hazard{{Code: "fire", Text: prose}}, Remedies: []babyshield.Remedy{{Code: "other", Text: prose}},
			Firms: []babyshield.Firm{{Role: title, Name: title}}, Images: []babyshield.Image{{URL: link}},
		}}
		for range 200 {
			r.Lines = append(r.Lines, babyshield.RecalledProduct{Name: title, Models: []string{title, link}, Lots: strings.Fields(long)})
		}
		agency := babyshield.AgencyState{Name: "Toy Agency", Homepage: link}
		p := recallPage{recallView: newRecallView(&r, agency, ""), details: details(&r), text: paragraphs(long), pictures: pictureLinks(r.Images)}
		p.products, p.more = newProducts(r.Lines)
		var page bytes.Buffer
		if err := recallBody(p).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if page.Len() > 100_000 { // a text of nothing but <<<< is five times as long when escaped
			t.Errorf("the page has %d bytes", page.Len())
		}
		root, err := html.Parse(&page)
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !strings.Contains(knownElements, " "+n.Data+" ") {
				t.Errorf("the element <%s>", n.Data)
			}
			for _, a := range n.Attr {
				if !strings.Contains(knownAttributes, " "+a.Key+" ") {
					t.Errorf("the attribute %s of <%s>", a.Key, n.Data)
				}
				if a.Key == "href" && a.Val[0] != '/' && !strings.HasPrefix(strings.ToLower(a.Val), "http") {
					t.Errorf("the link %q", a.Val)
				}
			}
		}
	})
}

// What a recall page is made of.
const (
	knownElements   = " html head body article section h1 h2 h3 p ul li dl dt dd div span a figure figcaption blockquote "
	knownAttributes = " class lang dir href rel translate "
)
