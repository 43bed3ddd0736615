package babyshield_test

import "testing/fstest"

// archCase is a made-up module of one file, and the one rule that it breaks.
type archCase struct {
	name, file, text string
	more             []string // further files, all "package x"
	want             string   // "" = none
}

func (c archCase) module() fstest.MapFS {
	fsys := fstest.MapFS{c.file: {Data: []byte(c.text)}}
	for _, name := range c.more {
		fsys[name] = &fstest.MapFile{Data: []byte("package x\n")}
	}
	return fsys
}

// importing is a file that imports the given package.
func importing(pkg, imported string) string {
	return "package " + pkg + "\nimport _ \"" + imported + "\"\n"
}

var archCases = []archCase{
	// Floors.
	{name: "below is fine", file: "internal/check/x.go", text: importing("check", module+"/internal/store")},
	{name: "the root is fine", file: "internal/fetch/x.go", text: importing("fetch", module)},
	{name: "main plugs it together", file: "cmd/babyshield/x.go", text: importing("main", module+"/internal/demo")},
	{name: "web takes the check", file: "internal/web/x.go", text: importing("web", module+"/internal/check")},
	{name: "jobs take the agencies", file: "internal/jobs/x.go", text: importing("jobs", module+"/internal/agency")},
	{name: "the store takes its queries", file: "internal/store/x.go", text: importing("store", module+"/internal/store/gen")},
	{
		name: "upwards", file: "internal/match/x.go", text: importing("match", module+"/internal/store"),
		want: "internal/match may not import internal/store",
	},
	{
		name: "the root imports nothing of ours", file: "x.go", text: importing("babyshield", module+"/internal/match"),
		want: ". may not import internal/match",
	},
	{
		name: "same floor, ground", file: "internal/notify/x.go", text: importing("notify", module+"/internal/match"),
		want: "internal/notify may not import internal/match",
	},
	{
		name: "same floor, top", file: "internal/web/x.go", text: importing("web", module+"/internal/api"),
		want: "internal/web may not import internal/api",
	},
	{
		name: "pages leave jobs in the store", file: "internal/api/x.go", text: importing("api", module+"/internal/jobs"),
		want: "internal/api may not import internal/jobs",
	},
	{
		name: "pages do not fetch", file: "internal/web/x.go", text: importing("web", module+"/internal/fetch"),
		want: "internal/web may not import internal/fetch",
	},
	{
		name: "pages do not parse", file: "internal/api/x.go", text: importing("api", module+"/internal/agency"),
		want: "internal/api may not import internal/agency",
	},
	{
		name: "agencies know no store", file: "internal/agency/x.go", text: importing("agency", module+"/internal/store"),
		want: "internal/agency may not import internal/store",
	},
	{
		name: "the store does not read stock lists", file: "internal/store/x.go", text: importing("store", module+"/internal/stock"),
		want: "internal/store may not import internal/stock",
	},
	{
		name: "queries are the store's own", file: "internal/jobs/x.go", text: importing("jobs", module+"/internal/store/gen"),
		want: "internal/jobs may not import internal/store/gen",
	},
	{
		name: "nobody imports main", file: "internal/demo/x.go", text: importing("demo", module+"/cmd/babyshield"),
		want: "internal/demo may not import cmd/babyshield",
	},
	{
		name: "a package without a floor", file: "internal/cache/x.go", text: "package cache\n",
		want: "package internal/cache has no floor in arch_test.go",
	},
	{
		name: "a package below a room has no floor", file: "internal/web/page/x.go", text: "package page\n",
		want: "package internal/web/page has no floor in arch_test.go",
	},
	{
		name: "other modules, testdata and hidden folders are not ours", file: "doc.go", text: "package babyshield\n",
		more: []string{"tools/go.mod", "tools/x/x.go", "internal/web/testdata/x.go", ".ci/x.go", "_old/x.go"},
	},

	// What a room may touch.
	{
		name: "the root is stdlib only", file: "x.go", text: importing("babyshield", "golang.org/x/text/language"),
		want: "the root imports the standard library only, not golang.org/x/text/language",
	},
	{name: "url in a pure package", file: "internal/stock/x.go", text: importing("stock", "net/url")},
	{name: "mail in a pure package", file: "internal/notify/x.go", text: importing("notify", "net/mail")},
	{name: "a library in a pure package", file: "internal/match/x.go", text: importing("match", "golang.org/x/text/cases")},
	{
		name: "network in a pure package", file: "internal/match/x.go", text: importing("match", "net/http"),
		want: "internal/match is pure and may not import net/http",
	},
	{
		name: "files in a pure package", file: "internal/stock/x.go", text: importing("stock", "os"),
		want: "internal/stock is pure and may not import os",
	},
	{
		name: "log in a pure package", file: "internal/incident/x.go", text: importing("incident", "log/slog"),
		want: "internal/incident is pure and may not import log/slog",
	},
	{
		name: "database in a pure package", file: "internal/notify/x.go", text: importing("notify", "database/sql"),
		want: "internal/notify is pure and may not import database/sql",
	},
	{name: "files in the test of a pure package", file: "internal/stock/x_test.go", text: importing("stock_test", "os")},
	{name: "database in the store", file: "internal/store/x.go", text: importing("store", "modernc.org/sqlite")},
	{name: "database in a test", file: "internal/jobs/x_test.go", text: importing("jobs_test", "database/sql")},
	{
		name: "database in a page", file: "internal/web/x.go", text: importing("web", "database/sql"),
		want: "only the store imports database/sql",
	},
	{
		name: "database in main", file: "cmd/babyshield/x.go", text: importing("main", "github.com/jackc/pgx/v5/pgxpool"),
		want: "only the store imports github.com/jackc/pgx/v5/pgxpool",
	},

	// Clock, goroutines, contexts.
	{
		name: "a clock in a pure package", file: "internal/notify/x.go",
		text: "package notify\nimport \"time\"\nvar now = time.Now\n",
		want: "internal/notify is pure and may not use time.Now: the caller passes the time",
	},
	{
		name: "a clock by another name", file: "internal/notify/x.go",
		text: "package notify\nimport clock \"time\"\nfunc age(t clock.Time) clock.Duration { return clock.Since(t) }\n",
		want: "internal/notify is pure and may not use time.Since: the caller passes the time",
	},
	{
		name: "a clock by dot", file: "internal/notify/x.go", text: "package notify\nimport . \"time\"\nvar now = Now\n",
		want: "a pure package does not import time by dot",
	},
	{
		name: "times without a clock", file: "internal/notify/x.go",
		text: "package notify\nimport \"time\"\nfunc late(now time.Time) bool { return now.Hour() > 21 }\n",
	},
	{
		name: "a goroutine in a page", file: "internal/web/x.go", text: "package web\nfunc f() { go f() }\n",
		want: "goroutines are started by cmd, jobs and bounded pools only",
	},
	{name: "a goroutine in jobs", file: "internal/jobs/x.go", text: "package jobs\nfunc f() { go f() }\n"},
	{name: "a goroutine in a test", file: "internal/web/x_test.go", text: "package web_test\nfunc f() { go f() }\n"},
	{
		name: "a kept context", file: "internal/store/x.go",
		text: "package store\nimport \"context\"\ntype tx struct { ctx context.Context }\n",
		want: "a struct does not keep a context",
	},

	// Tests.
	{name: "an external test has help", file: "internal/store/x_test.go", text: importing("store_test", module+"/internal/babyshieldtest")},
	{name: "a test of main has help", file: "cmd/babyshield/x_test.go", text: importing("main", module+"/internal/babyshieldtest")},
	{
		name: "an internal test has none", file: "internal/store/x_test.go", text: importing("store", module+"/internal/babyshieldtest"),
		want: "babyshieldtest is imported by external tests (package x_test) only",
	},
	{
		name: "the program has none", file: "cmd/babyshield/x.go", text: importing("main", module+"/internal/babyshieldtest"),
		want: "only tests import babyshieldtest",
	},
	{
		name: "a test that skips itself", file: "internal/store/x_test.go",
		text: "package store_test\nfunc TestX(t *testing.T) { if slow { t.Skip() } }\n",
		want: "tests skip through babyshieldtest, or beside testing.Short()",
	},
	{
		name: "a test that skips when short", file: "internal/store/x_test.go",
		text: "package store_test\nfunc TestX(t *testing.T) { if testing.Short() { t.Skip(\"slow\") } }\n",
	},

	// Names.
	{
		name: "a name that says nothing", file: "internal/store/x.go", text: "package util\n",
		want: "a package is not named util",
	},
}
