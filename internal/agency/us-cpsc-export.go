package agency

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// CPSC's two CSV exports, each poorer than the API.
//
// The export of cpsc.gov/Recalls has a column a field. It also lists unilateral
// warnings, products whose seller did not agree to a recall: rows with a Product
// Safety Warning Number and no Recall Number. Those are safety alerts; their number
// is "w" and the warning's number ("w26080"), since nothing documents that warnings
// and recalls are numbered in one sequence, and a collision would merge two
// strangers. Where a warning has become a recall, the row has both numbers and is
// that recall.
//
// The export of SaferProducts.gov has a disclaimer in its first line, and the whole
// press release in one column.

// maxCSV bounds a CSV file: one stray quote makes the rest of it a single field,
// and the reader holds a record in memory. The exports have at most 1 MB.
const maxCSV = 64 << 20

// export is one CSV format.
type export struct {
	columns []string // that only this format has
	form    babyshield.Form
	key     func(row object) string // canonical number, "" = none
}

var exports = []export{
	{[]string{"Recall Number", "Recall Heading", "Product Safety Warning Number"}, babyshield.FormExport, exportKey},
	{[]string{"Title", "Date", "Summary", "Recall Number"}, babyshield.FormSummary, summaryKey},
}

func exportKey(row object) string {
	f := &fields{o: row}
	if number := cpscNumber(f.raw("Recall Number")); number != "" {
		return number
	}
	if number := cpscNumber(f.raw("Product Safety Warning Number")); number != "" {
		return "w" + number
	}
	return ""
}

func summaryKey(row object) string { return cpscNumber((&fields{o: row}).raw("Recall Number")) }

func splitCPSCExport(name string, br *bufio.Reader, sink Sink) error {
	rd := &reading{agency: codeCPSC, name: name, sink: sink}
	in := csv.NewReader(fetch.Limit(br, maxCSV))
	in.FieldsPerRecord = -1
	header, err := exportHeader(in)
	if err != nil {
		return unreadable(name, err)
	}
	i := slices.IndexFunc(exports, func(x export) bool { return containsAll(header, x.columns) })
	if i < 0 {
		return unreadable(name, fmt.Errorf("it is neither JSON nor an export of CPSC: its first line is %q", short(strings.Join(header, ","), 80)))
	}
	return rd.finish(exportRows(rd, in, header, exports[i]))
}

// exportHeader reads the header, which stands below a disclaimer in one export.
func exportHeader(in *csv.Reader) ([]string, error) {
	for range 2 {
		row, err := in.Read()
		if err != nil {
			return nil, fmt.Errorf("it is neither JSON nor CSV: %w", err)
		}
		if !strings.HasPrefix(row[0], "Disclaimer:") {
			for i := range row {
				row[i] = strings.TrimSpace(row[i])
			}
			return row, nil
		}
	}
	return nil, errors.New("it has disclaimers and no header")
}

func containsAll(have, want []string) bool {
	return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) })
}

func exportRows(rd *reading, in *csv.Reader, header []string, x export) error {
	for pos := 1; ; pos++ {
		row, err := in.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &syntax):
			if err := rd.setAside(pos, "", fmt.Sprintf("the row is not CSV: %v (line %d)", syntax.Err, syntax.StartLine), nil); err != nil {
				return err
			}
			continue
		case err != nil:
			return &damage{pos: pos, what: "it cannot be read further", err: err}
		}
		if err := exportRow(rd, pos, header, row, x); err != nil {
			return err
		}
	}
}

// exportRow turns a row into a JSON object keyed by the header; empty cells are
// left out, which is the same content.
func exportRow(rd *reading, pos int, header, row []string, x export) error {
	if len(row) != len(header) {
		return rd.setAside(pos, "", fmt.Sprintf("the row has %d cells, the header %d: it is cut off or damaged", len(row), len(header)), nil)
	}
	o := object{}
	for i, cell := range row {
		if cell != "" && header[i] != "" {
			if _, twice := o[header[i]]; twice {
				return rd.setAside(pos, "", fmt.Sprintf("the row has the column %q twice", header[i]), nil)
			}
			o[header[i]] = strings.ToValidUTF8(cell, "\ufffd")
		}
	}
	raw, err := marshalPlain(o)
	if err != nil {
		return rd.setAside(pos, "", err.Error(), nil)
	}
	number := x.key(o)
	if number == "" {
		return rd.setAside(pos, "", "the row has no recall number", raw)
	}
	return rd.keep(babyshield.Notice{Agency: codeCPSC, Key: number, Form: x.form, Digest: digest(o), Raw: raw, Position: pos})
}

// marshalPlain is json.Marshal without its escapes for HTML.
func marshalPlain(o object) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any(o)); err != nil {
		return nil, fmt.Errorf("writing the row as JSON: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// cpscExport reads a row of the official export.
func cpscExport(f *fields) babyshield.Recall {
	r := babyshield.Recall{
		Number:   exportKey(f.o),
		Kind:     babyshield.KindRecall,
		Title:    f.line("Recall Heading"),
		Details:  f.prose("Description"),
		Units:    f.line("Units"),
		Injuries: f.prose("Incidents"),
		SoldAt:   f.prose("Sold At"),
	}
	date := "Date"
	if cpscNumber(f.raw("Recall Number")) == "" {
		r.Kind, date = babyshield.KindSafetyAlert, "Product Safety Warning Date"
	}
	r.Published = f.day(date, layoutLong)
	if made := f.line("Manufactured In"); made != "" {
		r.MadeIn = []string{made}
	}
	if name := f.line("Name of product"); name != "" || r.Title != "" {
		if name == "" {
			name = r.Title
		}
		r.Products = []babyshield.ProductEntry{{Name: name, Units: r.Units}}
	}
	r.Firms = exportFirms(f)
	r.Hazards = hazards(nonEmpty(f.prose("Hazard Description")), r.Title)
	text := paragraphs(f.prose("Remedy"), f.prose("Consumer Action"))
	var options []string
	for o := range strings.SplitSeq(f.line("Remedy Type"), ",") {
		if o = strings.TrimSpace(o); o != "" {
			options = append(options, o)
		}
	}
	r.Remedies = remedyOptions(options, text)
	r.Severity = severity("", r.Hazards, r.Injuries)
	return r
}

// exportFirms reads the columns of firms, and the pair of free columns that names
// one more ("Seller:", "Retailers:", "Recalling Firm:").
func exportFirms(f *fields) []babyshield.Firm {
	var out []babyshield.Firm
	add := func(role, name string) {
		if name != "" {
			out = append(out, babyshield.Firm{Role: role, Name: name})
		}
	}
	add("manufacturer", f.line("Manufacturers"))
	add("importer", f.line("Importers"))
	add("distributor", f.line("Distributors"))
	label := strings.ToLower(f.line("Custom Label"))
	switch {
	case strings.HasPrefix(label, "retailer"), strings.HasPrefix(label, "seller"):
		add("retailer", f.line("Custom Field"))
	case strings.HasPrefix(label, "recalling firm"):
		add("recalling_firm", f.line("Custom Field"))
	}
	return out
}

// cpscSummary reads a row of the SaferProducts.gov export. Hazards are read from
// the title, else from the first sentence of the release that speaks of one: the
// whole release is full of other words.
func cpscSummary(f *fields) babyshield.Recall {
	r := babyshield.Recall{
		Number:    summaryKey(f.o),
		Title:     f.line("Title"),
		URL:       f.line("Recall URL"),
		Details:   f.prose("Summary"),
		Published: f.day("Date", layoutSlash),
	}
	r.Kind = kindByTitle(r.Title)
	if r.Title != "" {
		r.Products = []babyshield.ProductEntry{{Name: r.Title}}
	}
	all := sentences(r.Details)
	if found := hazardCodes(r.Title); found[0] != "other" {
		r.Hazards = hazards([]string{r.Title}, "")
	} else if i := slices.IndexFunc(all, func(s string) bool { return codes(hazardRules, s) != nil }); i >= 0 {
		r.Hazards = hazards(all[i:i+1], "")
	}
	r.Remedies = remedySentences(r.Details)
	r.Severity = severity("", r.Hazards, "")
	return r
}
