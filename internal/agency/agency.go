// Package agency knows the agencies: where each publishes, and how its records
// are read. One file an agency, testdata/<code>/ beside it.
//
// A Feed has three functions, and nothing of the database:
//
//   - Fetch asks the agency and hands raw notices to a Sink. A page counts whole
//     or not at all: where an answer is an error page, of another shape, cut off,
//     or damaged at any byte, Fetch errs and the sink has seen nothing of it. An
//     agency that was asked a narrow question must give a narrow answer.
//   - Split reads a recorded answer, a file that a person gives us. It keeps every
//     record before a damage and sets the damaged one aside with the reason. It
//     errs only where nothing could be read, and says what the file is instead.
//   - Parse turns one notice into a recall (or, where a recall comes in several
//     rows, into one part of it). It is pure: same notice, same recall.
//
// What is read as the agency's words stays its words: titles, hazards, remedies,
// classes. Our codes stand beside them. Text is cleaned of HTML, entities and
// invisible characters, and is untrusted all the same.
//
// Dates. An impossible date in the field that dates the record (each agency's
// file names it) sets the record aside: it would sort and compare wrongly for
// ever. In any other field the date is left out, the record kept, and the
// agency's characters shown in Recall.Details. A missing date is no fault.
//
// Bytes. Invalid UTF-8 is replaced by U+FFFD and the record kept, since the words
// around it are still a warning to somebody. A record with the same key twice is
// set aside: two readers would see two different records. Field names are
// compared exactly, unlike encoding/json. Nesting deeper than 64 is set aside.
package agency

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// Overlap is how far before the last read a delta asks again: agencies publish
// behind the cursor and amend without moving a date.
const Overlap = 30

// Feed is one agency.
type Feed struct {
	Agency babyshield.Agency
	Hosts  []string // allow-list

	// Fetch asks once and gives the sink whole pages. Of a failed Fetch's result
	// only Cursor.Resume counts: a whole listing in spans of time that was cut off
	// goes on from there. Keep the rest of the old cursor.
	Fetch func(ctx context.Context, c *fetch.Client, req Request, sink Sink) (Result, error)

	// Split reads a recorded answer of the agency; name is for messages. It
	// takes gzip, byte order marks and UTF-16. Notices have no FetchedAt and
	// records set aside no At: the sink knows when.
	Split func(name string, r io.Reader, sink Sink) error

	// Parse reads one notice.
	Parse func(n babyshield.Notice) (babyshield.Recall, error)
}

// Request is what a poll wants.
type Request struct {
	Cursor Cursor         // of the last good poll; zero = none yet
	Full   bool           // everything, whatever the cursor says
	Since  babyshield.Day // "" = by the cursor; else from this day on
	Now    time.Time      // FetchedAt of the notices, and the end of the window
}

// Result is what a good poll brought.
type Result struct {
	Cursor      Cursor
	NotModified bool     // the agency says that nothing changed; the sink saw nothing
	Complete    bool     // this was the agency's whole list: far fewer than last time is a fault, absence means something
	Records     int      // raw records read, those set aside included
	Notes       []string // what an operator should know and what did not stop the poll
}

// Sink takes what is read. An error of the sink ends the reading with that error.
type Sink interface {
	Notice(n babyshield.Notice) error
	SetAside(s babyshield.SetAside) error
}

// feeds are all agencies. One line an agency.
var feeds = []Feed{
	caHealthCanada,
	usCPSC,
	usFDAFood,
}

// All returns every agency, sorted by code.
func All() []Feed {
	out := slices.Clone(feeds)
	slices.SortFunc(out, func(a, b Feed) int { return strings.Compare(a.Agency.Code, b.Agency.Code) })
	return out
}

// Get returns the agency with the given code.
func Get(code string) (Feed, bool) {
	i := slices.IndexFunc(feeds, func(f Feed) bool { return f.Agency.Code == code })
	if i < 0 {
		return Feed{}, false
	}
	return feeds[i], true
}

// window is the first day that a delta asks for, and false where everything is
// wanted: asked for by the caller, or because nothing was ever read.
func (r Request) window() (babyshield.Day, bool) {
	switch {
	case r.Full:
		return "", false
	case r.Since != "":
		return r.Since.First(), true
	case r.Cursor.Resume != "":
		return "", false
	}
	mark, ok := r.Cursor.Watermark.Time()
	if !ok {
		return "", false
	}
	return babyshield.MakeDay(mark.AddDate(0, 0, -Overlap)), true
}

// watermark is the cursor after a good poll: the day of asking, never the newest
// date seen, since one record dated next year would then hide all others.
func (r Request) watermark() babyshield.Day { return babyshield.MakeDay(r.Now.UTC()) }

// deliver hands a proven page to the sink.
func deliver(p *page, now time.Time, sink Sink) error {
	for _, n := range p.notices {
		n.FetchedAt = now.UTC()
		if err := sink.Notice(n); err != nil {
			return fmt.Errorf("keeping notice %d of %s: %w", n.Position, n.URL, err)
		}
	}
	for _, s := range p.aside {
		s.At = now.UTC()
		if err := sink.SetAside(s); err != nil {
			return fmt.Errorf("setting aside record %d of %s: %w", s.Position, s.Source, err)
		}
	}
	return nil
}
