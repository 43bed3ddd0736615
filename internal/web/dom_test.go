package web_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// doc is a page as a browser sees it. Tests assert on it, not on bytes.
type doc struct {
	t    *testing.T
	root *html.Node
	raw  string
}

func parse(t *testing.T, w *httptest.ResponseRecorder) *doc {
	t.Helper()
	raw := w.Body.String()
	root, err := html.Parse(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("parsing the page: %v", err)
	}
	return &doc{t: t, root: root, raw: raw}
}

// all finds the elements that a selector of the form tag.class matches; either
// part may be missing, and a descendant may follow after a blank.
func (d *doc) all(selector string) []*html.Node {
	found := []*html.Node{d.root}
	for part := range strings.FieldsSeq(selector) {
		tag, class, _ := strings.Cut(part, ".")
		var next []*html.Node
		for _, from := range found {
			for n := range from.Descendants() {
				if n.Type == html.ElementNode && (tag == "" || n.Data == tag) && (class == "" || slices.Contains(strings.Fields(attr(n, "class")), class)) {
					next = append(next, n)
				}
			}
		}
		found = next
	}
	return found
}

// one finds the only element of the selector.
func (d *doc) one(selector string) *html.Node {
	d.t.Helper()
	found := d.all(selector)
	if len(found) != 1 {
		d.t.Fatalf("%d elements %q, want 1, in:\n%s", len(found), selector, d.raw)
	}
	return found[0]
}

func (d *doc) texts(selector string) (out []string) {
	for _, n := range d.all(selector) {
		out = append(out, text(n))
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// text is what a person reads in a node.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// sound checks what holds for every page.
func (d *doc) sound() {
	d.t.Helper()
	if len(d.raw) > 50_000 {
		d.t.Errorf("the page has %d bytes, want at most 50,000", len(d.raw))
	}
	if attr(d.one("html"), "lang") != "en" || text(d.one("title")) == "" {
		d.t.Error("the page lacks its language or its title")
	}
	d.one("main")
	d.one("h1")
	ids := map[string]bool{}
	labels := map[string]bool{}
	for _, l := range d.all("label") {
		labels[attr(l, "for")] = true
	}
	level := 0
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" && ids[id] {
			d.t.Errorf("the id %q stands twice", id)
		} else {
			ids[id] = true
		}
		d.allowed(n)
		switch n.Data {
		case "input", "select":
			if attr(n, "type") != "hidden" && !labels[attr(n, "id")] {
				d.t.Errorf("the input %q has no label", attr(n, "name"))
			}
		case "h1", "h2", "h3":
			next := int(n.Data[1] - '0')
			if next > level+1 {
				d.t.Errorf("the heading %q jumps from level %d to %d", text(n), level, next)
			}
			level = next
		case "svg":
			if attr(n, "aria-hidden") != "true" {
				d.t.Error("an icon is read aloud")
			}
		}
	}
	for _, n := range d.all("input") {
		if by := attr(n, "aria-describedby"); by != "" && !ids[by] {
			d.t.Errorf("the hint %q is not there", by)
		}
	}
}

// allowed checks one element against what no page of ours may hold.
func (d *doc) allowed(n *html.Node) {
	d.t.Helper()
	if slices.Contains([]string{"script", "style", "iframe", "img", "object", "embed", "base", "b"}, n.Data) {
		d.t.Errorf("the page has a <%s>", n.Data)
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			d.t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
		case (a.Key == "href" || a.Key == "action" || a.Key == "src") && !goodLink(n, a.Val):
			d.t.Errorf("<%s %s=%q> leads where it must not", n.Data, a.Key, a.Val)
		case a.Key == "content" && strings.Contains(a.Val, "user-scalable"):
			d.t.Error("the page forbids zooming")
		}
	}
}

// goodLink: what is loaded is ours; a link to elsewhere is http or https.
func goodLink(n *html.Node, to string) bool {
	ours := strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") || to == "#content"
	if n.Data != "a" {
		return ours
	}
	return ours || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")
}

// wantText fails unless the node says all the parts.
func (d *doc) wantText(n *html.Node, parts ...string) {
	d.t.Helper()
	for _, p := range parts {
		if !strings.Contains(text(n), p) {
			d.t.Errorf("<%s class=%q> says %q, want a part %q", n.Data, attr(n, "class"), text(n), p)
		}
	}
}

// wantOrder fails unless the headings of the level stand in this order; others
// may stand between them.
func (d *doc) wantOrder(selector string, want ...string) {
	d.t.Helper()
	i := 0
	got := d.texts(selector)
	for _, h := range got {
		if i < len(want) && h == want[i] {
			i++
		}
	}
	if i < len(want) {
		d.t.Errorf("headings %q, want %q in this order", got, want)
	}
}
