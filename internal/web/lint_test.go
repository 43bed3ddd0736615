package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// banned are the words that our own text does not use: they belittle a hazard or
// promise what nobody can. Notices of agencies are quoted as they are.
var banned = regexp.MustCompile(`(?i)\b(voluntar(y|ily)|precaution(ary)?|abundance of caution|discretionary|in rare (cases|situations)|only|minor|isolated|no injuries reported|may potentially|safe(ly|ty)?|all clear|guaranteed?|don['’]t worry|failed to)\b`)

// TestOurWords reads every text in our sources, the generated templates too.
func TestOurWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			texts++
			said := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " ")
			if w := banned.FindString(said); w != "" {
				t.Errorf("%s: %q in %q", name, w, s)
			}
			if strings.Contains(said, "!") && strings.Contains(said, " ") && !strings.Contains(s, "<!") {
				t.Errorf("%s: an exclamation mark in %q", name, s)
			}
			return true
		})
	}
	if texts < 300 {
		t.Errorf("%d texts, want all of them", texts)
	}
}

// TestStyle: nothing green, nothing from elsewhere, and enough contrast in both
// color schemes (WCAG 2.2, 1.4.3 and 1.4.11).
func TestStyle(t *testing.T) {
	css, err := os.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`url\(|@import|animation|transition`).Find(css); m != nil {
		t.Errorf("the style has %s", m)
	}
	light, dark, ok := strings.Cut(string(css), "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("there are no dark colors")
	}
	for scheme, part := range map[string]string{"light": light, "dark": dark} {
		colors := map[string][3]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(part, -1) {
			var c [3]float64
			for i := range c {
				v, err := strconv.ParseUint(m[2][2*i:2*i+2], 16, 8)
				if err != nil {
					t.Fatal(err)
				}
				c[i] = float64(v)
			}
			if c[1] > c[0]+16 && c[1] > c[2]+16 {
				t.Errorf("%s --%s is green", scheme, m[1])
			}
			colors[m[1]] = c
		}
		for _, pair := range []struct {
			ink, paper string
			least      float64
		}{
			{"ink", "paper", 4.5},
			{"ink", "card", 4.5},
			{"soft", "paper", 4.5},
			{"soft", "card", 4.5},
			{"link", "paper", 4.5},
			{"link", "card", 4.5},
			{"button-ink", "button", 4.5},
			{"red-ink", "red", 4.5},
			{"amber-ink", "amber", 4.5},
			{"ink", "amber-paper", 4.5},
			{"ink", "blue", 4.5},
			{"ink", "grey", 4.5},
			{"ink", "hatch", 4.5},
			{"link", "grey", 4.5},
			{"link", "hatch", 4.5},
			{"line", "paper", 3},
			{"line", "card", 3},
			{"blue-line", "paper", 3},
			{"amber-line", "paper", 3},
			{"red-line", "paper", 3},
			{"red-line", "card", 3},
			{"focus", "paper", 3},
		} {
			ink, ok1 := colors[pair.ink]
			paper, ok2 := colors[pair.paper]
			if !ok1 || !ok2 {
				t.Errorf("%s: --%s or --%s is missing", scheme, pair.ink, pair.paper)
			} else if c := contrast(ink, paper); c < pair.least {
				t.Errorf("%s: --%s on --%s has contrast %.2f, want %.1f", scheme, pair.ink, pair.paper, c, pair.least)
			}
		}
	}
}

func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(c [3]float64) float64 {
	for i, v := range c {
		if v /= 255; v <= .04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+.055)/1.055, 2.4)
		}
	}
	return .2126*c[0] + .7152*c[1] + .0722*c[2]
}

// TestAssets: what the pages link to is there, under a name that changes with it.
func TestAssets(t *testing.T) {
	for _, link := range []string{styleLink, iconLink} {
		name := strings.TrimPrefix(link, "/static/")
		if a := assets[name]; len(a.body) == 0 || !regexp.MustCompile(`\.[0-9a-f]{12}\.(css|svg)$`).MatchString(name) {
			t.Errorf("%s: %d bytes", link, len(a.body))
		}
	}
}
