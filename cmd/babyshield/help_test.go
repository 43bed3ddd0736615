package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// leaves are all commands, in words.
func leaves(t *testing.T) []string {
	t.Helper()
	k, err := kong.New(&commands{}, kong.Name("babyshield"), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range k.Model.Leaves(true) {
		path := strings.Fields(n.Path())
		out = append(out, strings.Join(path, " "))
	}
	return out
}

// TestHelp keeps the help of every command. The common flags are the same for
// all and stand in the golden of the program itself.
func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	b := newBench(t)
	golden(t, "help/babyshield.golden", b.must(0, "--help"))
	for _, command := range leaves(t) {
		t.Run(command, func(t *testing.T) {
			b := newBench(t)
			help := b.must(0, append(strings.Fields(command), "--help")...)
			if !strings.Contains(help, "Examples:\n\n    ") {
				t.Errorf("the help of %s has no examples:\n%s", command, help)
			}
			own, _, _ := strings.Cut(help, "\nCommon flags")
			golden(t, "help/"+strings.ReplaceAll(command, " ", "-")+".golden", own)
		})
	}
}

// TestCommands is the list of CONTRACT, as far as it is built.
func TestCommands(t *testing.T) {
	want := `serve, work, migrate, version, doctor, audit, ` +
		`agency list, agency enable, agency disable, agency run, agency import, agency set-aside, ` +
		`recall list, recall show, recall reread, household add, household list, ` +
		`item add, item list, item edit, item remove, item import, ` +
		`channel add, channel list, channel test, channel log, channel remove, ` +
		`check, screen, match list, match answer, alert list, alert ack, eval`
	if got := strings.Join(leaves(t), ", "); got != want {
		t.Errorf("commands:\n got %s\nwant %s", got, want)
	}
}

// banned are words that no sentence of ours has: they promise, or play down.
var banned = regexp.MustCompile(`(?i)\b(voluntary|precaution\w*|abundance of caution|discretionary|in rare (cases|situations)|only|minor|isolated|no injuries reported|may potentially|safe|all clear|guaranteed|don't worry|failed to)\b`)

// TestWords looks through every string of this package, the texts of help and
// flags included.
func TestWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if word := banned.FindString(lit.Value); word != "" {
					t.Errorf("%s: the word %q in %s", fset.Position(lit.Pos()), word, lit.Value)
				}
			}
			return true
		})
	}
}
