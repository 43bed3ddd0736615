package babyshield_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/babyshield/babyshield"

// source is one Go file of the module. All files are read, whatever their build
// tags, without the go command: so the test sees what other platforms build, and
// go test's cache knows what the result depends on.
type source struct {
	path string // of the file, within the module
	dir  string // import path of its package within the module
	file *ast.File
}

func (s *source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// isExternalTest tells whether the file is in package x_test.
func (s *source) isExternalTest() bool {
	return s.isTest() && strings.HasSuffix(s.file.Name.Name, "_test")
}

// imports maps each import path to the name it has in the file.
func (s *source) imports() map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser accepts only string literals
		}
		names[p] = path.Base(p)
		if spec.Name != nil {
			names[p] = spec.Name.Name
		}
	}
	return names
}

// readModule parses every Go file of the module: not those in testdata, in
// hidden folders and in modules of their own (tools).
func readModule(fsys fs.FS) (files []source, err error) {
	fset := token.NewFileSet()
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || exists(fsys, p+"/go.mod")) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(p) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, p, text, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parsing %s: %w", p, err)
		}
		files = append(files, source{path: p, dir: path.Dir(p), file: file})
		return nil
	})
	return files, err
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// checkModule is every broken rule, a line each, "file: what is wrong".
func checkModule(files []source) (broken []string) {
	rooms := map[string]room{}
	for _, r := range floors {
		rooms[r.path] = r
	}
	for i := range files {
		s := &files[i]
		r, ok := rooms[s.dir]
		problems := checkName(s)
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("package %s has no floor in arch_test.go", s.dir))
		case s.isTest():
			problems = slices.Concat(problems, checkTestImports(s), checkSkips(s))
		default:
			problems = slices.Concat(problems, checkImports(s, r), checkClock(s, r), checkSyntax(s, r))
		}
		for _, p := range problems {
			broken = append(broken, s.path+": "+p)
		}
	}
	return broken
}

// checkName refuses names that say nothing of what is inside.
func checkName(s *source) []string {
	for _, vague := range []string{"util", "utils", "common", "helper", "helpers", "models", "types", "service", "manager"} {
		if path.Base(s.dir) == vague || s.file.Name.Name == vague {
			return []string{"a package is not named " + vague}
		}
	}
	return nil
}

// checkImports holds a file against the floor of its room.
func checkImports(s *source, r room) (problems []string) {
	for p := range s.imports() {
		inner, isOurs := within(p, module)
		first, _, _ := strings.Cut(p, "/")
		switch {
		case isOurs && inner == "internal/babyshieldtest":
			problems = append(problems, "only tests import babyshieldtest")
		case isOurs && !slices.Contains(r.may, inner):
			problems = append(problems, fmt.Sprintf("%s may not import %s", s.dir, inner))
		case r.path == "." && strings.Contains(first, "."):
			problems = append(problems, "the root imports the standard library only, not "+p)
		case r.pure && impure(p):
			problems = append(problems, fmt.Sprintf("%s is pure and may not import %s", s.dir, p))
		case !r.data && !isOurs && database(p):
			problems = append(problems, "only the store imports "+p)
		}
	}
	slices.Sort(problems)
	return problems
}

// within is the path of an import inside a module, "." for its root, and whether
// it is inside at all.
func within(p, module string) (string, bool) {
	if p == module {
		return ".", true
	}
	return strings.CutPrefix(p, module+"/")
}

// under tells whether an import is one of the given packages or below it.
func under(p string, parents ...string) bool {
	return slices.ContainsFunc(parents, func(parent string) bool {
		return p == parent || strings.HasPrefix(p, parent+"/")
	})
}

func impure(p string) bool {
	return under(p, "net", "os", "database/sql", "log", "syscall") && p != "net/url" && p != "net/mail"
}

func database(p string) bool {
	return under(p, "database/sql", "github.com/jackc/pgx", "modernc.org/sqlite")
}

// checkTestImports: babyshieldtest imports the packages under test, so only an
// external test can import it. The commands are imported by nobody, so their
// tests may be internal ones.
func checkTestImports(s *source) []string {
	_, imported := s.imports()[module+"/internal/babyshieldtest"]
	if imported && !s.isExternalTest() && s.file.Name.Name != "main" {
		return []string{"babyshieldtest is imported by external tests (package x_test) only"}
	}
	return nil
}

// checkClock finds the clock in rooms that are given the time by their caller.
func checkClock(s *source, r room) (problems []string) {
	name, imported := s.imports()["time"]
	if !r.pure || !imported {
		return nil
	}
	if name == "." {
		return []string{"a pure package does not import time by dot"}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && isName(sel.X, name) && readsClock(sel.Sel.Name) {
			problems = append(problems, fmt.Sprintf("%s is pure and may not use time.%s: the caller passes the time", s.dir, sel.Sel.Name))
		}
		return true
	})
	return problems
}

func readsClock(name string) bool {
	return slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}, name)
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// checkSyntax finds goroutines without an owner, and contexts that are kept.
func checkSyntax(s *source, r room) (problems []string) {
	ctx := s.imports()["context"]
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if _, allowed := goroutines[s.path]; !r.spawn && !allowed {
				problems = append(problems, "goroutines are started by cmd, jobs and bounded pools only")
			}
		case *ast.StructType:
			for _, f := range n.Fields.List {
				if sel, ok := f.Type.(*ast.SelectorExpr); ok && isName(sel.X, ctx) && sel.Sel.Name == "Context" {
					problems = append(problems, "a struct does not keep a context")
				}
			}
		}
		return true
	})
	return problems
}

// checkSkips: a test that skips itself for a reason of its own is a test that
// nobody knows does not run. The reasons are babyshieldtest's and -short.
func checkSkips(s *source) (problems []string) {
	var guards []ast.Node // the if statements that ask for testing.Short
	ast.Inspect(s.file, func(n ast.Node) bool {
		if cond, ok := n.(*ast.IfStmt); ok && asksShort(cond.Cond) {
			guards = append(guards, cond.Body)
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) || !isTB(sel.X) {
			return true
		}
		inside := func(g ast.Node) bool { return g.Pos() <= n.Pos() && n.End() <= g.End() }
		if !slices.ContainsFunc(guards, inside) {
			problems = append(problems, "tests skip through babyshieldtest, or beside testing.Short()")
		}
		return true
	})
	return problems
}

// isTB tells a testing.T, B, F, TB or rapid.T by its name.
func isTB(e ast.Expr) bool {
	return slices.ContainsFunc([]string{"t", "b", "f", "tb"}, func(name string) bool { return isName(e, name) })
}

func asksShort(cond ast.Expr) (found bool) {
	ast.Inspect(cond, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		found = found || ok && isName(sel.X, "testing") && sel.Sel.Name == "Short"
		return !found
	})
	return found
}
