package check

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Label is one line of labelled data: an item, a recall, and what a careful
// reader said of the two. It speaks of the named recall alone.
type Label struct {
	File    string             // base name, for messages
	Line    int                // from 1
	ID      string             // of the item; several lines may share it
	Agency  string             // "us-cpsc" unless the line says another
	Number  string             // of the recall, folded by FoldNumber
	Truth   babyshield.Verdict // "" = none: another product, or outside of the scope
	Missing []string           // item keys that a check waits for; other words are left out
	Why     string
	Item    babyshield.Item
}

// Half is which half of the labelled data the line belongs to.
func (l *Label) Half() Half { return HalfOf(l.Number) }

// LabelFile is a file of labelled data.
type LabelFile struct {
	Name     string
	Labels   []Label
	Warnings []string // what of it was ignored
}

// labelRow is a line as it is written.
type labelRow struct {
	ID      text            `json:"id"`
	Agency  text            `json:"agency"`
	Recall  text            `json:"recall"`
	Label   string          `json:"label"`
	Missing []string        `json:"missing"`
	Why     string          `json:"why"`
	Item    map[string]text `json:"item"`
}

// text is a string that may be written as a number: recall numbers and barcodes
// often are.
type text string

// UnmarshalJSON reads a string, a number or null.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	var n json.Number
	switch {
	case string(b) == "null":
		*t = ""
	case json.Unmarshal(b, &s) == nil:
		*t = text(s)
	case json.Unmarshal(b, &n) == nil:
		*t = text(n)
	default:
		return fmt.Errorf("%.20s is neither text nor a number", b)
	}
	return nil
}

// maxLabelLine is the longest line, in bytes: an item of the longest fields fits.
const maxLabelLine = 4 << 20

// ReadLabels reads labelled data, a JSON object a line. A line that cannot be
// used is an error that names it, not set aside: figures over the others would
// look like figures over all. An item field that is not known is ignored with a
// warning.
func ReadLabels(name string, r io.Reader) (*LabelFile, error) {
	f := &LabelFile{Name: name}
	ignored := map[string]int{} // field -> the first line that has it
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLabelLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(line) == 0 {
			continue
		}
		l, unknown, err := parseLabel(line)
		if err != nil {
			return nil, babyshield.Wrap(babyshield.Invalid, err, "%s, line %d: %s.", name, n, err)
		}
		l.File, l.Line = name, n
		f.Labels = append(f.Labels, l)
		for _, key := range unknown {
			if ignored[key] == 0 {
				ignored[key] = n
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, babyshield.Wrap(babyshield.Invalid, err, "%s, after line %d: %s.", name, n, err)
	}
	if len(f.Labels) == 0 {
		return nil, babyshield.Errorf(babyshield.Invalid, "%s has no labelled pair.", name)
	}
	for _, key := range slices.Sorted(maps.Keys(ignored)) {
		f.Warnings = append(f.Warnings, fmt.Sprintf("%s, line %d: the item field %q is not known and is ignored", name, ignored[key], key))
	}
	return f, nil
}

// parseLabel reads a line. unknown are the fields of the item that we do not have.
func parseLabel(line []byte) (l Label, unknown []string, err error) {
	var row labelRow
	if err := json.Unmarshal(line, &row); err != nil {
		return l, nil, fmt.Errorf("this is no line of labelled data: %w", err)
	}
	l = Label{ID: string(row.ID), Agency: string(row.Agency), Why: row.Why}
	if l.Agency == "" {
		l.Agency = "us-cpsc"
	}
	if l.ID == "" {
		return l, nil, fmt.Errorf("there is no id")
	}
	if row.Recall == "" {
		return l, nil, fmt.Errorf("there is no recall")
	}
	l.Number = FoldNumber(string(row.Recall))
	switch row.Label {
	case "affected", "check", "possible":
		l.Truth = babyshield.Verdict(row.Label)
	case "none":
	default:
		return l, nil, fmt.Errorf("the label is affected, check, possible or none, not %q", row.Label)
	}
	for _, key := range row.Missing {
		if slices.Contains(babyshield.ItemKeys, key) {
			l.Missing = append(l.Missing, key)
		}
	}
	for key, value := range row.Item {
		if field := l.Item.Field(key); field != nil {
			*field = string(value)
		} else {
			unknown = append(unknown, key)
		}
	}
	l.Item.Clean()
	if err := l.Item.Validate(); err != nil {
		return l, nil, fmt.Errorf("the item cannot be judged: %w", err)
	}
	return l, unknown, nil
}

// FoldNumber is a recall number as CONTRACT compares it: without dashes and
// blanks, letters folded, leading digits padded to five. Both sides of a
// comparison are folded; it is no form to show or store.
func FoldNumber(number string) string {
	number = strings.Map(func(r rune) rune {
		switch r {
		case '-', '\u2010', '\u2011', '\u2012', '\u2013', ' ':
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(number)))
	digits := len(number) - len(strings.TrimLeft(number, "0123456789"))
	return strings.Repeat("0", max(0, 5-digits)) + number
}

// Half is a half of the labelled data. Somebody who improves the matcher reads
// the rows of the seen half and leaves those of the unseen half alone, so that
// its figures tell whether an improvement holds for what nobody looked at.
type Half string

// The halves.
const (
	HalfAll    Half = "all"
	HalfSeen   Half = "seen"
	HalfUnseen Half = "unseen"
)

// Halves are all values of Half.
var Halves = []Half{HalfAll, HalfSeen, HalfUnseen}

// HalfOf tells the half of a recall number that is folded: the parity of its
// 32-bit FNV-1a hash. All pairs of a recall are in one half, whatever file they
// stand in and however many recalls there are.
func HalfOf(number string) Half {
	h := fnv.New32a()
	h.Write([]byte(number)) // never fails
	if h.Sum32()%2 == 0 {
		return HalfSeen
	}
	return HalfUnseen
}
