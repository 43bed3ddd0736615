package stock_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/stock"
)

// readAll reads a list to its end.
func readAll(tb interface {
	Helper()
	Fatalf(format string, args ...any)
}, in string,
) (*stock.Reader, []stock.Row) {
	tb.Helper()
	r, err := stock.NewReader("list.csv", strings.NewReader(in))
	if err != nil {
		tb.Fatalf("NewReader: %v", err)
	}
	var rows []stock.Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r, rows
		}
		if err != nil {
			tb.Fatalf("Next: %v", err)
		}
		rows = append(rows, row)
	}
}

func utf16Bytes(s string, big, bom bool) string {
	var b bytes.Buffer
	units := utf16.Encode([]rune(s))
	if bom {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func TestEncodingsAndSeparators(t *testing.T) {
	const plain = "name,brand,gtin\nDrehstuhl Größe 2,Bébélu,036000291452\n"
	want := []babyshield.Item{{Name: "Drehstuhl Größe 2", Brand: "Bébélu", GTIN: "036000291452"}}
	for name, in := range map[string]string{
		"UTF-8":             plain,
		"UTF-8 with BOM":    "\ufeff" + plain,
		"CRLF":              strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":                strings.ReplaceAll(plain, "\n", "\r"),
		"no last line end":  strings.TrimSpace(plain),
		"semicolons":        strings.ReplaceAll(plain, ",", ";"),
		"tabs":              strings.ReplaceAll(plain, ",", "\t"),
		"sep line":          "sep=;\r\n" + strings.ReplaceAll(plain, ",", ";"),
		"blank lines":       "\n\n" + strings.ReplaceAll(plain, "\n", "\n\n"),
		"Windows-1252":      "name,brand,gtin\nDrehstuhl Gr\xf6\xdfe 2,B\xe9b\xe9lu,036000291452\n",
		"UTF-16 LE BOM":     utf16Bytes(plain, false, true),
		"UTF-16 BE BOM":     utf16Bytes(plain, true, true),
		"UTF-16 LE":         utf16Bytes(plain, false, false),
		"UTF-16 BE":         utf16Bytes(plain, true, false),
		"NDJSON":            `{"name":"Drehstuhl Größe 2","brand":"Bébélu","gtin":"036000291452"}`,
		"NDJSON BOM, upper": "\ufeff\n" + `{"Name":"Drehstuhl Größe 2","BRAND":"Bébélu","Gtin":"036000291452","lot":null}` + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, rows := readAll(t, in)
			var got []babyshield.Item
			for _, r := range rows {
				if r.Problem != "" {
					t.Errorf("row %d: problem %q", r.Number, r.Problem)
				}
				got = append(got, r.Item)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("items (-want +got):\n%s", d)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     babyshield.Item
	}{
		{
			"Homebox", "HB.import_ref,HB.location,HB.quantity,HB.name,HB.manufacturer,HB.model_number,HB.serial_number,HB.purchase_time,HB.field.UPC,HB.field.Lot,HB.notes\n" +
				"a1,Attic,2,Rocker,Mullo,MR-77,S100,2024-05-01,036000291452,L9,from aunt\n",
			babyshield.Item{Ref: "a1", Location: "Attic", Quantity: "2", Name: "Rocker", Brand: "Mullo", Model: "MR-77", Serial: "S100", Bought: "2024-05-01", GTIN: "036000291452", Lot: "L9", Notes: "from aunt"},
		},
		{
			"Grocy", "Product name;Product barcodes;best_before_date;Location\nOat rings;036000291452,12;2026-01-31;Pantry\n",
			babyshield.Item{Name: "Oat rings", GTIN: "036000291452", DateCode: "2026-01-31", Location: "Pantry"},
		},
		{
			"Snipe-IT", "Asset Tag,Item Name,Model name,Model Number,Manufacturer,Serial,Location\nT-1,Pad lamp,Glow,GL-20,Lumo,77,Room 3\n",
			babyshield.Item{Ref: "T-1", Name: "Pad lamp", Model: "GL-20", Brand: "Lumo", Serial: "77", Location: "Room 3"},
		},
		{
			"Shopify", "Handle,Title,Vendor,Type,Variant SKU,Variant Barcode\nsoft-bear,Soft bear,Mullo,Toys,SB-1,'036000291452\n",
			babyshield.Item{Ref: "soft-bear/SB-1", Name: "Soft bear", Brand: "Mullo", Category: "Toys", GTIN: "036000291452"},
		},
		{
			"Google Merchant", "id\ttitle\tbrand\tgtin\tmpn\tlink\timage_link\tcondition\n7\tSwing\tMullo\t036000291452\tSW1\thttps://shop.example/7\thttps://shop.example/7.png\tnew\n",
			babyshield.Item{Ref: "7", Name: "Swing", Brand: "Mullo", GTIN: "036000291452", Model: "SW1", URL: "https://shop.example/7"},
		},
		{
			"eBay", "Custom label (SKU),Title,Brand,MPN,UPC,Condition\nc9,Swing,Mullo,SW1,Does not apply,used\n",
			babyshield.Item{Ref: "c9", Name: "Swing", Brand: "Mullo", Model: "SW1"},
		},
		{
			"description is the name where nothing better is", "SKU,Description\n4,Bath ring\n",
			babyshield.Item{Ref: "4", Name: "Bath ring"},
		},
		{
			"description is a note beside a name", "Item Name,Description\nBath ring,blue\n",
			babyshield.Item{Name: "Bath ring", Notes: "blue"},
		},
		{
			"the better of two columns, whatever the order", "Model name,Model Number,name\nGlow,,Lamp\n",
			babyshield.Item{Model: "Glow", Name: "Lamp"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows := readAll(t, tt.in)
			if len(rows) != 1 {
				t.Fatalf("got %d rows, want 1", len(rows))
			}
			if d := cmp.Diff(tt.want, rows[0].Item); d != "" {
				t.Errorf("item (-want +got):\n%s", d)
			}
			if rows[0].Problem != "" || len(r.Warnings()) > 0 {
				t.Errorf("problem %q, warnings %q; want none", rows[0].Problem, r.Warnings())
			}
			if got, want := len(rows[0].Cells), len(r.Header()); got != want {
				t.Errorf("got %d cells, want %d", got, want)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	r, rows := readAll(t, "name,Customer E-mail,Flavour,Phone No.,Shipping Address,gtin\nSwing,who@example.org,sour,555,1 Road,036000291453\n")
	want := []string{
		`The column "Customer E-mail" looks like customer data: it was not read.`,
		`The column "Flavour" is not known: it was ignored.`,
		`The column "Phone No." looks like customer data: it was not read.`,
		`The column "Shipping Address" looks like customer data: it was not read.`,
		`Barcodes that could not be used (not a barcode number, or a wrong check digit): 1.`,
	}
	if d := cmp.Diff(want, r.Warnings()); d != "" {
		t.Errorf("warnings (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"Swing", "", "sour", "", "", "036000291453"}, rows[0].Cells); d != "" {
		t.Errorf("cells (-want +got):\n%s", d)
	}
}

func TestBadRows(t *testing.T) {
	type row struct {
		Number, Line  int
		Name, Problem string
	}
	long := strings.Repeat("x", babyshield.MaxField+1)
	for _, tt := range []struct {
		name, in string
		want     []row
	}{
		{"quote never closed", "name,brand\na,b\n\"c,d\ne,f\ng,h\n", []row{{1, 2, "a", ""}, {2, 3, `"c`, "a quote is opened and never closed"}, {3, 4, "e", ""}, {4, 5, "g", ""}}},
		{"quoted line end", "name,brand\n\"a\nb\",x\nc,d\n", []row{{1, 2, "a b", ""}, {2, 4, "c", ""}}},
		{"doubled quote", "name\n\"a \"\"b\"\" c\"\n", []row{{1, 2, `a "b" c`, ""}}},
		{"inch sign", "name,brand\n24\" bike,x\n", []row{{1, 2, `24" bike`, ""}}},
		{"text after a quote", "name,brand\n\"a\"b,c\nd,e\n", []row{{1, 2, "ab", "a quoted field has text after its closing quote"}, {2, 3, "d", ""}}},
		{"too many fields", "name,brand\na,b,c\nd,e\n", []row{{1, 2, "a", "the row has 3 fields, the header 2"}, {2, 3, "d", ""}}},
		{"padded row", "name,brand\na,b,,,\n", []row{{1, 2, "a", ""}}},
		{"short row", "name,brand\na\n", []row{{1, 2, "a", ""}}},
		{"long field", "name,brand\n" + long + ",b\nd,e\n", []row{{1, 2, "", "the field name is longer than 10000 bytes"}, {2, 3, "d", ""}}},
		{"scientific barcode", "name,gtin\na,8.54E+11\nb,\n", []row{{1, 2, "a", "a spreadsheet damaged the barcode 8.54E+11: its digits are lost"}, {2, 3, "b", ""}}},
		{"bad JSON line", "{\"name\":\"a\"}\n{\"name\":\n{\"name\":\"c\"} x\n{\"name\":\"d\"}\n", []row{
			{1, 1, "a", ""},
			{2, 2, "", `the line is not a JSON object: reading the value of "name": EOF`},
			{3, 3, "", "the line is not a JSON object: there is text after it"},
			{4, 4, "d", ""},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, rows := readAll(t, tt.in)
			var got []row
			for _, r := range rows {
				got = append(got, row{r.Number, r.Line, r.Item.Name, r.Problem})
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
}

func TestNoList(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "The file list.csv is empty."},
		{"blank", " \n\n\t\n", "The file list.csv is empty."},
		{"no header", "Mullo swing,2024\nMullo rocker,2023\n", "has no header that is known"},
		{"only quantities", "quantity,location\n1,attic\n", "has no header that is known"},
		{"page", "<!DOCTYPE html>\n<html>\n", "has no header that is known"},
		{"too many columns", "name" + strings.Repeat(",", 600) + "\n", "has 601 columns"},
		{"array", "[{\"name\":\"a\"}]\n", "has no header that is known"},
		{"broken object", "{\"name\"\n", "is not a JSON object"},
		{"binary", "PK\x03\x04\x00\x00\x08\x00", "has no header that is known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := stock.NewReader("list.csv", strings.NewReader(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "list.csv") {
				t.Errorf("NewReader: got error %v, want one with %q and the file's name", err, tt.want)
			}
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("cable out") }

func TestInputError(t *testing.T) {
	r, err := stock.NewReader("list.csv", io.MultiReader(strings.NewReader("name\n"+strings.Repeat("swing\n", 20_000)), brokenReader{}))
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			t.Fatal("a broken input ended as if it were complete")
		}
		if err != nil {
			return
		}
	}
}

func TestLayout(t *testing.T) {
	l := stock.NewLayout([]string{"name", "bs_status", "=cmd", " spaced "})
	got := string(l.AppendHeader(nil))
	for _, cells := range [][]string{
		{"=1+1", "old", "-5"},
		{"+1 555", "old", "@x"},
		{"-", "old", "\tx"},
		{"＝1", "old", "+1,5", "a;b"},
		{"\r=1", "old", "-1+2", `say "x"`},
		{"plain", "old"},
	} {
		got = string(l.AppendRow([]byte(got), cells, &stock.Result{Status: "check", Because: "=bad", AsOf: "2026-01-02T03:04:05Z"}))
	}
	tail := ",check,,,,,'=bad,,,2026-01-02T03:04:05Z\n"
	want := "name,'=cmd,\" spaced \"," + strings.Join(stock.Columns, ",") + "\n" +
		"'=1+1,-5," + tail + "'+1 555,'@x," + tail + "'-,'\tx," + tail + "'＝1,\"+1,5\",a;b" + tail +
		"\"'\r=1\",'-1+2,\"say \"\"x\"\"\"" + tail + "plain,," + tail
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("output (-want +got):\n%s", d)
	}
}

// What a Layout writes reads back cell for cell, begins no formula, and is the
// same when it is written again.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[=+@'a-z0-9 ,;"\t\r\n\x{e9}-]{0,12}`)
		header := []string{"name", "notes", "Customer e-mail", "own column"}
		l := stock.NewLayout(header)
		out := l.AppendHeader(nil)
		var want [][]string
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			cells := []string{"x" + cell.Draw(t, "name"), cell.Draw(t, "notes"), "", cell.Draw(t, "own")}
			want = append(want, cells)
			out = l.AppendRow(out, cells, &stock.Result{Status: "no_match"})
		}
		records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatalf("the output is no CSV: %v", err)
		}
		for _, rec := range records {
			for _, c := range rec {
				if c != "" && strings.ContainsRune("=@\t\r\n", rune(c[0])) {
					t.Fatalf("the cell %q begins a formula", c)
				}
			}
		}
		r, rows := readAll(t, string(out))
		if d := cmp.Diff(append(slices.Clone(header), stock.Columns...), r.Header()); d != "" {
			t.Fatalf("header (-want +got):\n%s", d)
		}
		again := stock.NewLayout(r.Header())
		second := again.AppendHeader(nil)
		for n, row := range rows {
			for i, c := range want[n] {
				if got := row.Cells[i]; got != c && got != "'"+c {
					t.Fatalf("cell %d of row %d is %q, want %q or it with an apostrophe", i, n+1, got, c)
				}
			}
			it := babyshield.Item{Name: want[n][0], Notes: want[n][1]}
			it.Clean()
			if !strings.HasPrefix(want[n][1], "'") && row.Item != it { // a caller's own apostrophe may be taken for ours
				t.Fatalf("item %+v, want %+v", row.Item, it)
			}
			second = again.AppendRow(second, row.Cells, &stock.Result{Status: "no_match"})
		}
		if d := cmp.Diff(string(out), string(second)); d != "" {
			t.Fatalf("screened again (-first +second):\n%s", d)
		}
	})
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("name,brand\na,\"b\nc\nd"))
	f.Add([]byte("\ufeffname;gtin\n\"x\";8.5E+11\n"))
	f.Add([]byte(utf16Bytes("name\nx\n", false, true)))
	f.Add([]byte("{\"name\":\"a\",\"gtin\":1e400}\n{\"b\":[1]}\n"))
	f.Add([]byte("sep=;\nname\n" + strings.Repeat("\"\n", 300)))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := stock.NewReader("f", bytes.NewReader(in))
		if err != nil {
			return
		}
		n := 0
		for {
			row, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatalf("bytes in memory gave the error %v", err)
				}
				break
			}
			n++
			if row.Problem == "" && row.Note == "" && row.Item.GTIN != "" {
				if _, err := babyshield.NormalizeGTIN(row.Item.GTIN); err != nil {
					t.Fatalf("the barcode %q is no good, and nothing says so", row.Item.GTIN)
				}
			}
			if row.Number != n || row.Line < 1 || len(row.Cells) != len(r.Header()) {
				t.Fatalf("row %d: number %d, line %d, %d cells for %d columns", n, row.Number, row.Line, len(row.Cells), len(r.Header()))
			}
			for _, k := range babyshield.ItemKeys {
				if v := *row.Item.Field(k); len(v) > 3*babyshield.MaxField {
					t.Fatalf("the field %s has %d bytes", k, len(v))
				}
			}
		}
		sameAgain(t, in, n)
		if n > bytes.Count(in, []byte("\n"))+bytes.Count(in, []byte("\r"))+len(in)/2+1 {
			t.Fatalf("%d rows of %d bytes", n, len(in))
		}
	})
}

// sameAgain reads a list a second time, in pieces of a byte, to the middle and
// then to the end: an interrupted run goes on by the digest, so it must be the
// same wherever the input was cut.
func sameAgain(t *testing.T, in []byte, rows int) {
	t.Helper()
	one, err1 := stock.NewReader("f", bytes.NewReader(in))
	two, err2 := stock.NewReader("f", iotest.OneByteReader(bytes.NewReader(in)))
	if err1 != nil || err2 != nil {
		t.Fatalf("what could be opened once cannot again: %v, %v", err1, err2)
	}
	for n := range rows {
		a, err1 := one.Next()
		b, err2 := two.Next()
		if err1 != nil || err2 != nil {
			t.Fatalf("row %d of %d: %v, %v", n+1, rows, err1, err2)
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Fatalf("row %d (-whole +in pieces):\n%s", n+1, d)
		}
		if n%7 == 0 && !bytes.Equal(one.Digest(), two.Digest()) {
			t.Fatalf("after row %d the digests differ", n+1)
		}
	}
	if !bytes.Equal(one.Digest(), two.Digest()) {
		t.Fatal("at the end the digests differ")
	}
}

// Two lists have the same digest after a row only if they are the same up to it.
func TestDigest(t *testing.T) {
	at := func(in string, rows int) string {
		r, err := stock.NewReader("f", strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		for range rows {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		return string(r.Digest())
	}
	const list = "name,brand\na,b\n\"c\nd\",e\nf,g\n"
	for name, tt := range map[string]struct {
		other string
		rows  int
		same  bool
	}{
		"itself":              {list, 2, true},
		"more behind":         {list + "h,i\n", 3, true},
		"another row behind":  {"name,brand\na,b\n\"c\nd\",e\nX,g\n", 2, true},
		"another row":         {"name,brand\na,b\n\"c\nX\",e\nf,g\n", 2, false},
		"another header":      {"name,model\na,b\n\"c\nd\",e\nf,g\n", 1, false},
		"one cell for two":    {"name,brand\nab,\n\"c\nd\",e\nf,g\n", 1, false},
		"a blank line before": {"\n" + list, 1, false},
		"in UTF-16":           {utf16Bytes(list, true, true), 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := at(list, tt.rows) == at(tt.other, tt.rows); got != tt.same {
				t.Errorf("same digest: %v, want %v", got, tt.same)
			}
		})
	}
}

// A list whose quotes never close is read in a time that its length asks for: a
// hundred times the lines are not ten thousand times the work.
func TestOpenQuotes(t *testing.T) {
	r, rows := readAll(t, "name,brand\n"+strings.Repeat("a\"b,\"c\n", 100_000))
	if len(rows) != 100_000 {
		t.Fatalf("%d rows, want each line", len(rows))
	}
	if got := r.Vain(); got > 3_000_000 {
		t.Errorf("%d lines were read in vain for %d", got, len(rows))
	}
}

// A list of a million quotes costs no more than its length asks for.
func TestHostileQuotes(t *testing.T) {
	_, rows := readAll(t, "name\n"+strings.Repeat("\"\n", 2_001))
	if len(rows) == 0 {
		t.Error("no rows")
	}
}

func BenchmarkReader(b *testing.B) {
	in := "name,brand,model,gtin,notes\n" + strings.Repeat("\"Swing, blue\",Mullo,SW-1,036000291452,from the shop\n", 1000)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		readAll(b, in)
	}
}
