package agency_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

var update = flag.Bool("update", false, "write what was read into the testdata")

// TestTestdata reads every testdata/<code>/*.txt. Such a file is a case that
// anybody can add:
//
//	A sentence on what the case is about.
//	-- file.json --
//	the bytes as the agency gives them
//	-- want --
//	what is read from them, a field a line
//
// Run "go test ./internal/agency -update" to write the last part, and read it
// before you believe it. All names in it are invented.
func TestTestdata(t *testing.T) {
	for _, f := range agency.All() {
		files, err := filepath.Glob(filepath.Join("testdata", f.Agency.Code, "*.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			t.Run(filepath.ToSlash(strings.TrimPrefix(path, "testdata/")), func(t *testing.T) {
				about, name, raw, want := readCase(t, path)
				got := render(split(f, name, []byte(raw)))
				if *update {
					out := fmt.Sprintf("%s-- %s --\n%s-- want --\n%s", about, name, raw, got)
					if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("what is read differs (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func readCase(tb testing.TB, path string) (about, name, raw, want string) {
	tb.Helper()
	text := string(readFile(tb, path))
	about, rest, ok := strings.Cut(text, "-- ")
	if !ok {
		tb.Fatalf("%s has no line \"-- file --\"", path)
	}
	name, rest, _ = strings.Cut(rest, " --\n")
	raw, want, _ = strings.Cut(rest, "-- want --\n")
	return about, name, raw, want
}

// render writes what was read as text, empty fields left out.
func render(recalls []babyshield.Recall, sink *collect, err error) string {
	var b strings.Builder
	put := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, strings.ReplaceAll(value, "\n", "\n    "))
		}
	}
	for _, r := range recalls {
		fmt.Fprintf(&b, "recall %s\n", r.Number)
		put("part", r.Part)
		put("form", []string{"full", "export", "summary"}[r.Form])
		put("kind", string(r.Kind))
		put("title", r.Title)
		put("url", r.URL)
		put("status", r.Status)
		put("class", r.Class)
		put("severity", string(r.Severity))
		put("published", string(r.Published))
		put("updated", string(r.Updated))
		for _, h := range r.Hazards {
			put("hazard "+string(h.Code), h.Text)
		}
		for _, m := range r.Remedies {
			put("remedy "+string(m.Code), m.Text)
		}
		for _, f := range r.Firms {
			put(f.Role, f.Name)
		}
		for _, p := range r.Products {
			put("product", p.Name)
			put("  brand", p.Brand)
			put("  model", p.Model)
			put("  category", p.Category)
			put("  codes", p.Codes)
			put("  upcs", strings.Join(p.UPCs, ", "))
			put("  units", p.Units)
			put("  key", p.Key)
		}
		put("details", r.Details)
		put("units", r.Units)
		put("injuries", r.Injuries)
		put("sold at", r.SoldAt)
		put("contact", r.Contact)
		for _, i := range r.Images {
			put("image", strings.TrimSpace(i.URL+" "+i.Caption))
		}
		put("joint", strings.Join(r.Joint, "\n"))
		put("made in", strings.Join(r.MadeIn, ", "))
		b.WriteByte('\n')
	}
	for _, s := range sink.aside {
		fmt.Fprintf(&b, "set aside %d: %s\n", s.Position, s.Reason)
	}
	if err != nil {
		fmt.Fprintf(&b, "error: %s\n", babyshield.MessageOf(err))
	}
	return b.String()
}
