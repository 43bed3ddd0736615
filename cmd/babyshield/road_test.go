package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// road is what an operator types, from an empty folder to an alert that was
// delivered. $NAME is the id that the last command with "=> NAME" printed.
var road = []string{
	"migrate",
	"agency list --json",
	"agency list",
	"recall list --agency us-fda-food --json",
	"household add Home --countries us --json => HOME",
	"household add home",
	"household list --json",
	"household list",
	"item list",
	"item add bassinet --brand 'Invented Nestling' --model NB-40 --date-code 2615 --ref crib --json => ITEM",
	"item add 'norvik wooden spoon'",
	"item add",
	"item list --json",
	"channel add log: --json => CHANNEL",
	"channel add carrier-pigeon:coop",
	"channel list --json",
	"channel list",
	"channel test $CHANNEL --json",
	"channel log $CHANNEL",
	"check 'norvik wooden spoon' --countries US --json",
	"agency import us-cpsc testdata/cpsc.json --alert --json",
	"agency import us-cpsc testdata/cpsc.json",
	"agency set-aside us-cpsc",
	"agency set-aside us-cpsc --json",
	"agency list --json",
	"work --drain",
	"alert list --json => ALERT",
	"alert list",
	"alert ack $ALERT --json",
	"alert ack alt_nothing",
	"channel log $CHANNEL --json",
	"match list --json => MATCH",
	"match list",
	"match answer $MATCH maybe",
	"match answer $MATCH mine --field lot",
	"match answer $MATCH not-mine --field shelf",
	"match answer $MATCH not-mine --field date-code --reason 'the label says 2701' --json",
	"match answer $MATCH not-mine --field date-code --reason 'the label says 2701'",
	"match answer mat_nothing not-sure",
	"match list --json",
	"match list",
	"item list",
	"match answer $MATCH not-sure",
	"item list",
	"agency disable us-fda-food --json",
	"agency disable us-nothing",
	"item list --json",
	"check bassinet --brand 'Invented Nestling' --model NB-40 --date-code 2615 --json => RECALL",
	"check bassinet --brand 'Invented Nestling' --model NB-40 --date-code 2615",
	"check bassinet --brand 'Invented Nestling' --model NB-40",
	"check 'norvik wooden spoon' --countries US --json",
	"check 'norvik wooden spoon' --countries US",
	"check 'norvik wooden spoon' --countries JP",
	"check 'norvik wooden spoon' --countries USA",
	"recall list --json",
	"recall list --since 2026-10-06",
	"recall list --since yesterday",
	"recall show $RECALL --json",
	"recall show $RECALL",
	"recall show rcl_nothing",
	"recall reread --json",
	"screen testdata/stock.csv --countries US --json",
	"screen testdata/stock.csv --countries US",
	"item import testdata/stock.csv --json",
	"item edit crib --state sold --notes '' --json",
	"item edit crib --state eaten",
	"item edit crib",
	"item remove l1 --json",
	"item remove l1",
	"item list", // matching waits for a worker, and still no match is claimed that is none
	"audit --json",
	"audit",
	"doctor",
	"doctor --json",
	"channel remove $CHANNEL --json",
	"channel test $CHANNEL",
}

// TestRoad keeps all that the commands print, on both databases alike.
func TestRoad(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		var transcript strings.Builder
		names := map[string]string{}
		st := &steady{ids: map[string]string{}, database: b.env["BABYSHIELD_DATABASE"]}
		for _, line := range road {
			command, name, _ := strings.Cut(line, " => ")
			typed := os.Expand(command, func(n string) string { return names[n] })
			stdout, stderr, code := b.run("", words(typed)...)
			if name != "" {
				names[name] = idIn(stdout)
			}
			fmt.Fprintf(&transcript, "$ babyshield %s\n%s", command, st.text(stdout))
			for l := range strings.Lines(st.text(stderr)) {
				transcript.WriteString("stderr: " + l)
			}
			if code != 0 {
				fmt.Fprintf(&transcript, "code %d\n", code)
			}
			transcript.WriteString("\n")
		}
		golden(t, "road.golden", transcript.String())
	})
}

// words splits a command line at blanks outside of single quotes.
func words(s string) []string {
	var out []string
	for i, part := range strings.Split(s, "'") {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

var anyID = regexp.MustCompile(`"(?:recall_)?id":"([a-z]{3}_[a-z0-9]+)"`)

func idIn(s string) string {
	if m := anyID.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// TestScreenFile: the answers appear whole or not at all, and nothing is left
// beside them.
func TestScreenFile(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
	dir := t.TempDir()
	out := filepath.Join(dir, "checked.csv")
	if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := b.run("nothing,we\nknow,of\n", "screen", "-", "-o", out); code != exitError {
		t.Errorf("a list without a header: code %d, %s, want 1", code, stderr)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "old" {
		t.Errorf("after an error the file holds %q (%v), want what it held", got, err)
	}
	if stdout := b.must(int(foundAffected), "screen", "testdata/stock.csv", "-o", out); stdout != "" {
		t.Errorf("with -o standard output has %q, want nothing", stdout)
	}
	if got, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(got), "ref,brand,name,model,date_code,Shelf,email,bs_status,") {
		t.Errorf("the file holds %q (%v), want the caller's columns and ours", got, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the file alone", left, err)
	}
	if line := b.refused("screen", "testdata/stock.csv", "-o", filepath.Join(dir, "none", "x.csv")); !strings.Contains(line, "no folder") {
		t.Errorf("got %q, want a word on the folder", line)
	}
}

// TestScreenAgain: a list that was screened before is screened again with the same
// outcome, in whatever encoding and with whatever separator it came; a barcode that
// is no use is named in its row.
func TestScreenAgain(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
	const list = "ref;brand;name;model;upc;E-mail;notes\r\n1;Invented Nestling;bassinet;NB-40;;a@example.org;=1+1\r\n2;Pindle;spoon Gr\xf6\xdfe 2;;36000291453;;\"a;\r\nb\"\r\n3;Pindle;ladle;;8.5E+11;;-5\r\n"
	first, stderr, _ := b.run(list, "screen", "-")
	again, _, _ := b.run(first, "screen", "-")
	if d := cmp.Diff(timeless(t, []byte(first)), timeless(t, []byte(again))); d != "" {
		t.Errorf("screened again (-first +again):\n%s", d)
	}
	for _, want := range []string{
		"1,Invented Nestling,bassinet,NB-40,,,'=1+1,check,check,", "2,Pindle,spoon Größe 2,,36000291453,,\"a;\r\nb\",no_match,",
		"\"The barcode 36000291453 has 11 digits, and no leading zeros make its check digit right", "3,Pindle,ladle,,8.5E+11,,-5,not_checked,",
		"a spreadsheet damaged the barcode 8.5E+11: its digits are lost",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the output lacks %q:\n%s", want, first)
		}
	}
	if want := `The column "E-mail" looks like customer data: it was not read.`; !strings.Contains(stderr, want) || strings.Contains(first, "example.org") {
		t.Errorf("the customer's column: %q\n%s", stderr, first)
	}
}

// TestExitCodes of screen: what counts as found is the caller's choice, and what
// was found weighs more than what could not be looked at.
func TestExitCodes(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
	const affected, toCheck, miss = "Invented Nestling,bassinet,NB-40,2615\n", "Invented Nestling,bassinet,NB-40,\n", "Nobody's,norvik wooden spoon,,\n"
	for _, tt := range []struct {
		name, rows string
		flags      []string
		want       int
	}{
		{name: "nothing found", rows: miss, want: 0},
		{name: "no row", rows: "", want: 0},
		{name: "affected", rows: miss + affected, want: 3},
		{name: "to check", rows: toCheck + miss, want: 0},
		{name: "to check counts", rows: toCheck + miss, flags: []string{"--fail-on", "check"}, want: 3},
		{name: "a row without identity", rows: miss + ",,,2615\n", want: 4},
		{name: "affected weighs more", rows: ",,,2615\n" + affected, want: 3},
		{name: "a stale agency", rows: miss, flags: []string{"--countries", "US"}, want: 4},
		{name: "no agency", rows: miss, flags: []string{"--countries", "JP"}, want: 4},
		{name: "a match whatever is stale", rows: affected, flags: []string{"--countries", "US,CA"}, want: 3},
		{name: "a word that we do not know", rows: miss, flags: []string{"--fail-on", "possible"}, want: 2},
		{name: "no country", rows: miss, flags: []string{"--countries", "USA"}, want: 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"screen", "-", "--json"}, tt.flags...)
			stdout, stderr, code := b.run("brand,name,model,date_code\n"+tt.rows, args...)
			if code != tt.want {
				t.Errorf("code %d, want %d\n%s%s", code, tt.want, stdout, stderr)
			}
		})
	}
}

// TestMail is the first ten minutes of the README with a mail server: one owner,
// one alert, one message, and no second one however often the jobs run.
func TestMail(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		sink := babyshieldtest.NewSMTPSink(t)
		b.env["BABYSHIELD_SMTP"], b.env["BABYSHIELD_MAIL_FROM"] = sink.URL(), "BabyShield <alerts@example.org>"
		b.env["BABYSHIELD_BASE_URL"] = "https://babyshield.example.org/"
		b.must(0, "migrate")
		b.must(0, "household", "add", "Home")
		b.must(0, "item", "add", "bassinet", "--brand", "Invented Nestling", "--model", "NB-40", "--date-code", "2615")
		channel := idIn(b.must(0, "channel", "add", "mailto:person@example.org", "--json"))
		b.must(0, "channel", "test", channel)
		b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json", "--alert")
		b.must(0, "work", "--drain")
		b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json", "--alert")
		b.must(0, "work", "--drain")
		b.must(0, "audit")
		got := sink.Messages()
		if len(got) != 2 {
			t.Fatalf("%d messages, want the test and the alert", len(got))
		}
		for i, want := range []string{"test message", "Stop using the Invented Nestling"} {
			if text := string(got[i].Raw); !strings.Contains(text, want) || got[i].To[0] != "person@example.org" {
				t.Errorf("message %d to %s lacks %q:\n%s", i, got[i].To, want, text)
			}
		}
		if !strings.Contains(string(got[1].Raw), "https://babyshield.example.org/recalls/rcl_") {
			t.Errorf("no link to our page:\n%s", got[1].Raw)
		}
		sink.SetFaults(babyshieldtest.SMTPFaults{TempFail: true})
		if _, stderr, code := b.run("", "channel", "test", channel); code != exitError || !strings.Contains(stderr, "was not accepted") {
			t.Errorf("a refused test: code %d, %q, want 1 and a word on it", code, stderr)
		}
	})
}
