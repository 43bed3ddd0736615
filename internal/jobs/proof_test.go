package jobs_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// ledger is what the database says in the end.
type ledger struct {
	alerts   []babyshield.Alert
	attempts map[string]outcomes // by wire key
}

// outcomes are the attempts of a delivery.
type outcomes struct{ accepted, unknown, other int }

// readLedger reads alerts through the store and attempts beside it.
func readLedger(t *testing.T, s *store.Store, db *sql.DB) ledger {
	t.Helper()
	l := ledger{alerts: babyshieldtest.Alerts(t, s), attempts: map[string]outcomes{}}
	rows, err := db.QueryContext(t.Context(), "SELECT d.wire_key, t.outcome FROM attempts t JOIN deliveries d ON d.id = t.delivery_id")
	if err != nil {
		t.Fatalf("reading the attempts: %v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, outcome string
		if err := rows.Scan(&key, &outcome); err != nil {
			t.Fatalf("reading the attempts: %v", err)
		}
		o := l.attempts[key]
		switch babyshield.Outcome(outcome) {
		case babyshield.OutcomeAccepted:
			o.accepted++
		case babyshield.OutcomeUnknown:
			o.unknown++
		default:
			o.other++
		}
		l.attempts[key] = o
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("reading the attempts: %v", err)
	}
	return l
}

// proof is the account of a run: five numbers that are always told together, and
// what is wrong with them.
type proof struct {
	Expected   int // E: alerts that must be, by brute force
	Intents    int // alerts in the ledger
	Copies     int // messages that arrived whole
	Keys       int // distinct wire keys among them
	Unknown    int // attempts left unknown
	Deliveries int // E times the channels of each household
	Possible   int // pairs that are shown and alert nobody

	Lost        []string // what must be and is not, in the ledger or on the wire
	Doubled     []string // what is there twice, or must not be at all
	Unexplained []string // copies without an attempt that was left unknown
	Altered     []string // copies of one key that differ
}

func (p *proof) String() string {
	return fmt.Sprintf("E %d alerts (%d deliveries), intents %d, wire copies %d, distinct keys %d, unknown attempts %d; "+
		"%d lost, %d doubled in the ledger, %d extra copies of which %d unexplained, %d altered; %d pairs only possible",
		p.Expected, p.Deliveries, p.Intents, p.Copies, p.Keys, p.Unknown,
		len(p.Lost), len(p.Doubled), p.Copies-p.Keys, len(p.Unexplained), len(p.Altered), p.Possible)
}

// problems is everything that is wrong, a line each.
func (p *proof) problems() (out []string) {
	for _, list := range []struct {
		what string
		all  []string
	}{{"lost", p.Lost}, {"doubled", p.Doubled}, {"unexplained", p.Unexplained}, {"altered", p.Altered}} {
		for _, one := range list.all {
			out = append(out, list.what+": "+one)
		}
	}
	return out
}

// prove holds the ledger and the wire against the truth.
func prove(w *truth, l ledger, wire []wireCopy) *proof {
	expected, possible := w.expected()
	p := &proof{Expected: len(expected), Intents: len(l.alerts), Copies: len(wire), Possible: possible}
	for k := range w.planted {
		if expected[k] == nil {
			p.Lost = append(p.Lost, fmt.Sprintf("the matcher does not find the planted owner %v", k))
		}
	}
	for k := range expected {
		p.Deliveries += len(w.addresses[k.household])
	}
	for _, o := range l.attempts {
		p.Unknown += o.unknown
	}
	copies := map[string][]wireCopy{}
	for _, c := range wire {
		copies[c.Key] = append(copies[c.Key], c)
	}
	p.Keys = len(copies)
	known := p.proveAlerts(w, l, expected, copies)
	for key := range copies {
		if !known[key] {
			p.Doubled = append(p.Doubled, "a message of a key that is not in the ledger: "+key)
		}
	}
	return p
}

// proveAlerts goes through the ledger's alerts and returns their wire keys.
func (p *proof) proveAlerts(w *truth, l ledger, expected map[told][]string, copies map[string][]wireCopy) (keys map[string]bool) {
	keys = map[string]bool{}
	seen := map[told]bool{}
	for _, a := range l.alerts {
		k := told{a.Household, a.Number}
		if seen[k] || expected[k] == nil {
			p.Doubled = append(p.Doubled, fmt.Sprintf("alert %s of %v, revision %d", a.ID, k, a.Revision))
		}
		seen[k] = true
		got, want := slices.Sorted(slices.Values(a.Items)), slices.Sorted(slices.Values(expected[k]))
		if !slices.Equal(got, want) {
			p.Lost = append(p.Lost, fmt.Sprintf("alert of %v is about the items %v, want %v", k, got, want))
		}
		var reached []string
		for _, d := range a.Deliveries {
			keys[d.WireKey] = true
			p.proveDelivery(d, l.attempts[d.WireKey], copies[d.WireKey])
			if c := copies[d.WireKey]; len(c) > 0 {
				reached = append(reached, c[0].To)
			}
		}
		slices.Sort(reached)
		if want := w.addresses[a.Household]; !slices.Equal(reached, want) {
			p.Lost = append(p.Lost, fmt.Sprintf("alert of %v reached %v, want %v", k, reached, want))
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(expected), func(a, b told) int {
		return cmp.Or(strings.Compare(a.household, b.household), strings.Compare(a.number, b.number))
	}) {
		if !seen[k] {
			p.Lost = append(p.Lost, fmt.Sprintf("no alert of %v", k))
		}
	}
	return keys
}

func (p *proof) proveDelivery(d babyshield.DeliveryInfo, o outcomes, copies []wireCopy) {
	switch {
	case d.State != babyshield.DeliveryAccepted || o.accepted == 0:
		p.Lost = append(p.Lost, fmt.Sprintf("delivery %s is %s after %d attempts, %d of them accepted", d.WireKey, d.State, d.Attempts, o.accepted))
	case o.accepted > 1:
		p.Doubled = append(p.Doubled, fmt.Sprintf("delivery %s was accepted %d times", d.WireKey, o.accepted))
	}
	if extra := len(copies) - 1; extra > o.unknown {
		p.Unexplained = append(p.Unexplained, fmt.Sprintf("delivery %s: %d extra copies, %d attempts left unknown", d.WireKey, extra, o.unknown))
	}
	hashes := map[[sha256.Size]byte]bool{}
	to := map[string]bool{}
	for _, c := range copies {
		hashes[c.Hash], to[c.To] = true, true
	}
	if len(hashes) > 1 || len(to) > 1 {
		p.Altered = append(p.Altered, fmt.Sprintf("delivery %s: %d different messages to %d addresses", d.WireKey, len(hashes), len(to)))
	}
}

// openBeside opens the database beside the store, as another program would.
func openBeside(tb testing.TB, url string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(besideDriver(url))
	if err != nil {
		tb.Fatalf("opening the database beside the store: %v", err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

// besideDriver is the driver, which the store has registered, and its address.
func besideDriver(url string) (driver, address string) {
	if path, ok := store.SQLitePath(url); ok {
		return "sqlite", "file:" + path + "?_pragma=busy_timeout(10000)"
	}
	return "pgx", url
}

func count(ctx context.Context, db *sql.DB, query string, args ...any) (n int, err error) {
	err = db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// intact asks SQLite whether its file is whole. PostgreSQL has no such question.
func intact(t *testing.T, url string, db *sql.DB) {
	t.Helper()
	if _, ok := store.SQLitePath(url); !ok {
		return
	}
	var said string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("PRAGMA integrity_check: %q, %v, want ok", said, err)
	}
}
