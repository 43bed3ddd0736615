package agency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// Recalls and safety alerts of Canada: Health Canada, CFIA (food) and Transport
// Canada in one file, about 34,000 records and 15 MB, rebuilt daily. There is no
// filter: each poll is the whole list, asked for conditionally.
//
// Identity is NID. There is no publication date, so Published stays unknown, and
// Last updated, the one date there is, dates the record. Brand, model, barcodes,
// lots and pictures are on the notice's page only. The English file holds French
// notices too; those are set aside, their English twins carry the content.
const codeHealthCanada = "ca-health-canada"

const (
	canadaHost = "recalls-rappels.canada.ca"
	canadaFile = "https://" + canadaHost + "/sites/default/files/opendata-donneesouvertes/HCRSAMOpenData.json"
)

var caHealthCanada = Feed{
	Agency: babyshield.Agency{
		Code:     codeHealthCanada,
		Name:     "Recalls and safety alerts of Canada (Health Canada, CFIA, Transport Canada)",
		Country:  "CA",
		Language: "en",
		Covers: []string{
			"toys", "nursery products", "children's clothing", "furniture", "household products", "electronics",
			"cosmetics", "food", "medicines", "medical devices", "vehicles and car seats",
		},
		Homepage:    "https://recalls-rappels.canada.ca/en",
		Licence:     "Open Government Licence - Canada",
		Attribution: "Contains information licensed under the Open Government Licence – Canada.",
		Cadence:     "daily",
		Every:       4 * time.Hour,
		Proven:      true,
	},
	Hosts: []string{canadaHost},
	Fetch: fetchHealthCanada,
	Split: splitHealthCanada,
	Parse: parseHealthCanada,
}

var canadaWire = wire{code: codeHealthCanada, identify: func(o object) (string, error) {
	f := &fields{o: o}
	nid := f.line("NID")
	if f.err == nil && nid == "" {
		f.err = noIdentity(codeHealthCanada, o, "NID")
	}
	return nid, f.err
}}

func splitHealthCanada(name string, r io.Reader, sink Sink) error {
	br, err := Open(name, r)
	if err != nil {
		return err
	}
	return canadaWire.splitJSON(name, br, sink)
}

func fetchHealthCanada(ctx context.Context, c *fetch.Client, req Request, sink Sink) (Result, error) {
	ask := fetch.Request{
		Agency: codeHealthCanada, URL: canadaFile, Hosts: []string{canadaHost}, Accept: "application/json",
	}
	if !req.Full {
		ask.ETag, ask.LastModified = req.Cursor.ETag, req.Cursor.LastModified
	}
	resp, err := c.Get(ctx, ask)
	if err != nil {
		return Result{}, err
	}
	res := Result{Cursor: req.Cursor}
	res.Cursor.Watermark = req.watermark()
	if resp.NotModified {
		res.NotModified = true
		return res, nil
	}
	p, err := canadaWire.page(resp, nil)
	if err != nil {
		return Result{}, err
	}
	if p.records() == 0 {
		return Result{}, fetch.ShapeError(codeHealthCanada, resp.URL, errors.New("the whole list is empty"))
	}
	res.Cursor.ETag, res.Cursor.LastModified = resp.ETag, resp.LastModified
	res.Complete, res.Records = true, p.records()
	return res, deliver(p, req.Now, sink)
}

func parseHealthCanada(n babyshield.Notice) (babyshield.Recall, error) {
	o, err := decodeObject(n.Raw)
	if err != nil {
		return babyshield.Recall{}, err
	}
	f := &fields{o: o}
	organization := f.line("Organization")
	todo := unglue(f.prose("What you should do"), organization == "CFIA")
	r := babyshield.Recall{
		Agency:   codeHealthCanada,
		Number:   f.line("NID"),
		Form:     n.Form,
		Title:    f.line("Title"),
		URL:      f.line("URL"),
		Class:    f.line("Recall class"),
		Updated:  f.day("Last updated"),
		Details:  todo,
		Contact:  canadaContact(todo),
		Language: "en",
	}
	r.Kind = kindByTitle(r.Title)
	if f.raw("Archived") == "1" {
		r.Status = "Archived"
	}
	r.Products = canadaProducts(f, r.Title)
	r.Hazards = canadaHazards(f.line("Issue"), r.Title, organization)
	r.Remedies = remedySentences(todo)
	r.Severity = severity(r.Class, r.Hazards, "")
	switch {
	case f.err != nil:
	case r.Number == "":
		f.err = noIdentity(codeHealthCanada, o, "NID")
	case !english(r.URL):
		f.err = fmt.Errorf("the notice is not of the English site: %s", short(r.URL, 200))
	}
	if f.err != nil {
		return babyshield.Recall{}, f.err
	}
	return r, nil
}

// english says whether an address is of the English site, or none is given.
func english(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && strings.HasPrefix(u.Path, "/en/")
}

// brandInTitle is how CFIA writes: "Some Name brand Thing recalled due to ...".
var brandInTitle = regexp.MustCompile(`^(?:Certain )?(.{1,60}?) brand `)

func canadaProducts(f *fields, title string) []babyshield.ProductEntry {
	p := babyshield.ProductEntry{Name: f.line("Product"), Category: f.line("Category")}
	if m := brandInTitle.FindStringSubmatch(title); m != nil && !strings.Contains(m[1], " recalled ") {
		p.Brand = m[1]
	}
	if p.Name == "" {
		p.Name = title
	}
	if p.Name == "" && p.Brand == "" && p.Category == "" {
		return nil
	}
	return []babyshield.ProductEntry{p}
}

// allergens are what CFIA names as the issue without another word ("Milk").
var allergens = words(`milk`, `eggs?`, `peanuts?`, `soy(?:beans?)?`, `wheat`, `gluten`, `sesame`, `mustard`, `sulphites?`, `(?:tree )?nuts?`,
	`almonds?`, `brazil nuts?`, `cashews?`, `hazelnuts?`, `macadamia nuts?`, `pecans?`, `pine nuts?`, `pistachios?`, `walnuts?`,
	`fish`, `crustaceans?`, `shellfish`, `mollus[ck]s?`, `triticale`, `barley`)

// canadaHazards reads Issue, a list like "Fire hazard - Burn hazard".
func canadaHazards(issue, title, organization string) []babyshield.Hazard {
	var texts []string
	var out []babyshield.Hazard
	for s := range strings.SplitSeq(issue, " - ") {
		switch s = strings.TrimSpace(s); {
		case s == "":
		case organization == "CFIA" && allergens.matches(s) && codes(hazardRules, s) == nil:
			out = append(out, babyshield.Hazard{Code: "allergen", Text: s})
		default:
			texts = append(texts, s)
		}
	}
	return append(out, hazards(texts, title)...)
}

// canadaContact picks the sentence on how to reach the firm.
func canadaContact(todo string) string {
	for _, s := range sentences(todo) {
		if strings.Contains(s, "can contact ") || strings.Contains(s, "may contact ") {
			return s
		}
	}
	return ""
}

// listStart are the words with which CFIA's list items begin; in the file they
// are glued to the item before, which ends without a stop.
var listStart = regexp.MustCompile(`([\pL\pN)])(Do not |Recalled products |Check to see |Learn more|Sign up for |View our |Report a |If you |Food contaminated )`)

// unglue gives back the paragraphs that the file lost: "...the product.Consumers
// must..." A full stop directly before a capital ends a paragraph, unless it
// stands within an address or a name like "U.S.Navy".
func unglue(s string, cfia bool) string {
	var b strings.Builder
	begin := 0
	for i := 1; i+1 < len(s); i++ {
		if s[i] != '.' && s[i] != '!' && s[i] != '?' && s[i] != ':' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		if !unicode.IsUpper(after) || !endsWord(before) || inAddress(s[:i], s[i+1:]) {
			continue
		}
		b.WriteString(s[begin : i+1])
		b.WriteByte('\n')
		begin = i + 1
	}
	b.WriteString(s[begin:])
	out := b.String()
	if cfia {
		out = listStart.ReplaceAllString(out, "$1\n$2")
	}
	return out
}

func endsWord(r rune) bool {
	return unicode.IsLower(r) || unicode.IsDigit(r) || r == ')' || r == '"' || r == '”'
}

// maxWord is how far inAddress looks to both sides, so that a text without blanks
// is not read over and over.
const maxWord = 200

// inAddress says whether a full stop between head and tail is part of a web or
// mail address: the word around it has another dot, an at sign or a slash ("a.m"
// and "p.m" are words of their own), or it goes on like a domain.
func inAddress(head, tail string) bool {
	head, tail = head[max(0, len(head)-maxWord):], tail[:min(len(tail), maxWord)]
	word := head[strings.LastIndexAny(head, " \n")+1:]
	next, _, _ := strings.Cut(tail, " ")
	if strings.ContainsAny(word, "@/.") && word != "a.m" && word != "p.m" {
		return true
	}
	return strings.EqualFold(word, "www") || strings.Contains(next, "@") || domainEnd.MatchString(next)
}

var domainEnd = regexp.MustCompile(`^(?i:com|ca|org|net|gov)(?:$|[^\pL])`)
