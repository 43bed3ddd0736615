package agency

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// maxFile bounds a recorded answer after unpacking. Reading streams, so memory is
// bounded by a record (maxRecord) and not by this; it is there so that a bomb
// ends. The largest known list has 27 MB, and a gigabyte takes seconds.
const maxFile = 1 << 30

// wire is how an agency's JSON is read into notices.
type wire struct {
	code     string
	envelope string // key of the list, or "" where the text is the list
	form     babyshield.Form

	// identify returns the notice's key. Its error is the reason to set aside.
	identify func(o object) (string, error)
}

// notice makes a notice of one record, or says why it cannot.
func (w wire) notice(pos int, raw []byte, bad string) (babyshield.Notice, object, error) {
	n := babyshield.Notice{Agency: w.code, Form: w.form, Position: pos}
	if bad != "" {
		return n, nil, errors.New(bad)
	}
	n.Raw = bytes.ToValidUTF8(bytes.Clone(raw), []byte("\ufffd"))
	o, err := decodeObject(n.Raw)
	if err != nil {
		return n, nil, err
	}
	n.Key, err = w.identify(o)
	if err != nil {
		return n, o, err
	}
	n.Digest = digest(o)
	return n, o, nil
}

// Open makes a recorded answer readable: it unpacks gzip (known by its first
// bytes, whatever the name says) within caps, takes off a byte order mark and
// turns UTF-16 into UTF-8. It errs, in words for a person, on what can hold no
// records at all: nothing, a page, a picture, another archive.
func Open(name string, r io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(2)
	if bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := fetch.Gunzip(br, fetch.Caps{Bytes: maxFile})
		if err != nil {
			return nil, babyshield.Wrap(babyshield.Invalid, err, "%s is a damaged gzip file.", name)
		}
		br = bufio.NewReaderSize(z, 64<<10)
	} else {
		br = bufio.NewReaderSize(fetch.Limit(br, maxFile), 64<<10)
	}
	br = decodeText(br)
	head, err := br.Peek(512)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(name, err)
	}
	return br, sniff(name, bytes.TrimLeft(head, " \t\r\n"))
}

func decodeText(br *bufio.Reader) *bufio.Reader {
	head, _ := br.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = br.Discard(3) // they were peeked: cannot fail
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		return bufio.NewReaderSize(transform.NewReader(br, utf16), 64<<10)
	}
	return br
}

// sniff names what is not a text of records.
func sniff(name string, head []byte) error {
	is := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool {
			return len(head) >= len(p) && strings.EqualFold(string(head[:len(p)]), p)
		})
	}
	var what string
	switch {
	case len(head) == 0:
		return babyshield.Errorf(babyshield.Invalid, "%s is empty.", name)
	case is("<!doctype html", "<html", "<head", "<body", "<!--", "<script"):
		what = "an HTML page"
	case is("<"):
		what = "XML or HTML"
	case is("pk\x03\x04"):
		what = "a ZIP archive: unpack it first"
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		what = "gzip within gzip: unpack it first"
	case is("%pdf"), bytes.IndexByte(head, 0) >= 0 && !is("[", "{"):
		what = "a binary file"
	default:
		return nil
	}
	return babyshield.Errorf(babyshield.Invalid, "%s is not a recorded answer of an agency: it is %s.", name, what)
}

// unreadable says why nothing of a file can be read.
func unreadable(name string, err error) error {
	if fetch.IsBomb(err) {
		return babyshield.Wrap(babyshield.Invalid, err,
			"%s unpacks to far more than a recorded answer can hold (at most %d MB, and 200 times its size).", name, maxFile>>20)
	}
	return babyshield.Wrap(babyshield.Invalid, err, "%s cannot be read: %v.", name, err)
}

// reading is one file on its way to the sink.
type reading struct {
	agency, name string
	sink         Sink
	kept, aside  int
	first        string // reason of the first record set aside
}

// sinkError marks the sink's own failure, which ends the reading.
type sinkError struct{ err error }

func (e sinkError) Error() string { return e.err.Error() }
func (e sinkError) Unwrap() error { return e.err }

func (rd *reading) keep(n babyshield.Notice) error {
	rd.kept++
	if err := rd.sink.Notice(n); err != nil {
		return sinkError{fmt.Errorf("keeping record %d of %s: %w", n.Position, rd.name, err)}
	}
	return nil
}

func (rd *reading) setAside(pos int, key, reason string, raw []byte) error {
	return rd.put(babyshield.SetAside{Position: pos, Key: key, Reason: reason, Raw: raw})
}

// end sets aside the record at which the file stops being readable.
func (rd *reading) end(pos int, reason string) error {
	return rd.put(babyshield.SetAside{Position: pos, Reason: reason, Ends: true})
}

func (rd *reading) put(a babyshield.SetAside) error {
	a.Agency, a.Source = rd.agency, rd.name
	rd.aside++
	rd.first = cmp.Or(rd.first, fmt.Sprintf("record %d: %s", a.Position, a.Reason))
	if err := rd.sink.SetAside(a); err != nil {
		return sinkError{fmt.Errorf("setting aside record %d of %s: %w", a.Position, rd.name, err)}
	}
	return nil
}

// finish turns how the reading ended into the answer of Split. A damage behind
// readable records sets one record aside; a file that gave nothing is an error.
func (rd *reading) finish(err error) error {
	var sinkErr sinkError
	var d *damage
	switch {
	case errors.As(err, &sinkErr):
		return sinkErr.err
	case err == nil && rd.kept == 0 && rd.aside > 0:
		return babyshield.Errorf(babyshield.Invalid, "%s holds no record of %s that can be read (%s).", rd.name, rd.agency, rd.first)
	case err == nil:
		return nil
	case rd.kept == 0:
		if rd.first != "" {
			err = fmt.Errorf("%s, and %w", rd.first, err)
		}
		return unreadable(rd.name, err)
	case errors.As(err, &d):
		return rd.end(d.pos, "the file is damaged at this record: "+d.Error()+"; what follows could not be read")
	}
	return rd.end(rd.kept+rd.aside+1, "the file could not be read further: "+err.Error())
}

// splitJSON reads a recorded JSON answer.
func (w wire) splitJSON(name string, br *bufio.Reader, sink Sink) error {
	rd := &reading{agency: w.code, name: name, sink: sink}
	others, err := w.scan(br, func(pos int, raw []byte, bad string) error {
		n, _, err := w.notice(pos, raw, bad)
		if err != nil {
			return rd.setAside(pos, n.Key, err.Error(), n.Raw)
		}
		return rd.keep(n)
	})
	if e := apiError(others); e != "" && rd.kept == 0 {
		err = &damage{what: "it is an error answer (" + e + ")"}
	}
	return rd.finish(err)
}

func (w wire) scan(br *bufio.Reader, each eachRecord) (map[string][]byte, error) {
	s := &scanner{br: br}
	switch first := s.peek(); {
	case first == '[': // also where an envelope belongs: its records tell whose they are
		return nil, s.array(each)
	case w.envelope != "":
		return s.envelope(w.envelope, each)
	case first == '{': // an envelope where none belongs: an error, or another agency
		others, err := s.envelope("", each)
		if err != nil && apiError(others) == "" {
			what := "it is one JSON object"
			if _, ok := others["results"]; ok {
				what += " as openFDA sends"
			}
			err = &damage{what: what + ", not a list of records"}
		}
		return others, err
	}
	return nil, s.array(each)
}

// apiError is the message of an {"error": ...} envelope, or "".
func apiError(others map[string][]byte) string {
	raw, ok := others["error"]
	if !ok || string(raw) == "null" {
		return ""
	}
	if o, err := decodeObject(raw); err == nil {
		f := &fields{o: o}
		if s := paragraphs(f.line("code"), f.line("message")); s != "" {
			return line(s)
		}
	}
	return line(short(string(raw), 200))
}

// marks are fields that only one agency has, to tell a person whose file it is.
var marks = []struct{ field, code, name string }{
	{"RecallNumber", codeCPSC, codeCPSC},
	{"NID", codeHealthCanada, codeHealthCanada},
	{"recalling_firm", codeFDAFood, "openFDA"},
	{"reference_fiche", "fr-rappelconso", "fr-rappelconso"},
	{"field_recall_number", "us-usda-fsis", "us-usda-fsis"},
	{"NHTSACampaignNumber", "us-nhtsa", "us-nhtsa"},
}

// noIdentity is the reason for a record without the field that identifies it.
func noIdentity(code string, o object, field string) error {
	for _, m := range marks {
		if _, ok := o[m.field]; ok && m.code != code {
			return fmt.Errorf("the record has no %s; it looks like one of %s", field, m.name)
		}
	}
	return fmt.Errorf("the record has no %s", field)
}

// page is a proven answer of a poll.
type page struct {
	notices []babyshield.Notice
	aside   []babyshield.SetAside
	others  map[string][]byte // of the envelope
}

func (p *page) records() int { return len(p.notices) + len(p.aside) }

// page reads an answer whole. see is called with each readable record, for
// checks of the page as a whole; nil = none.
func (w wire) page(resp *fetch.Response, see func(o object)) (*page, error) {
	p := &page{}
	br := decodeText(bufio.NewReader(bytes.NewReader(resp.Body)))
	others, err := w.scan(br, func(pos int, raw []byte, bad string) error {
		n, o, unusable := w.notice(pos, raw, bad)
		switch {
		case unusable != nil:
			p.aside = append(p.aside, babyshield.SetAside{
				Agency: w.code, Source: resp.URL, Position: pos, Key: n.Key, Reason: unusable.Error(), Raw: n.Raw,
			})
		default:
			n.URL = resp.URL
			p.notices = append(p.notices, n)
			if see != nil {
				see(o)
			}
		}
		return nil
	})
	if e := apiError(others); e != "" {
		err = errors.New("the agency answers with an error: " + e)
	}
	if err == nil && len(p.notices) == 0 && len(p.aside) > 0 {
		err = fmt.Errorf("none of the %d records can be read (the first: %s)", len(p.aside), p.aside[0].Reason)
	}
	if err != nil {
		return nil, fetch.ShapeError(w.code, resp.URL, fmt.Errorf("reading the answer: %w", err))
	}
	p.others = others
	return p, nil
}
