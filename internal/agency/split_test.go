package agency_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

const twoToys = `[{"RecallNumber":"27001","Title":"Pretend Tops Recalled"},{"RecallNumber":"27002","Title":"Pretend Caps Recalled"}]`

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func asUTF16(s string, big bool) string {
	b := []byte{0xff, 0xfe}
	if big {
		b = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// TestSplitFiles: whatever a person hands us as a recorded answer.
func TestSplitFiles(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	tests := []struct {
		name, data   string
		notices      int
		aside        int
		says, reason string // in the error, in the first reason
	}{
		{"plain", twoToys, 2, 0, "", ""},
		{"gzip", zipped(twoToys), 2, 0, "", ""},
		{"byte order mark", "\ufeff" + twoToys, 2, 0, "", ""},
		{"UTF-16", asUTF16(twoToys, false), 2, 0, "", ""},
		{"UTF-16 big endian", asUTF16(twoToys, true), 2, 0, "", ""},
		{"blanks around", " \n" + twoToys + "\r\n ", 2, 0, "", ""},
		{"no records", "[]", 0, 0, "", ""},
		{"empty", "", 0, 0, "is empty", ""},
		{"blanks", " \n ", 0, 0, "is empty", ""},
		{"empty gzip", zipped(""), 0, 0, "is empty", ""},
		{"page", "\n<html><body>", 0, 0, "HTML page", ""},
		{"XML", "<?xml version='1.0'?><Recalls/>", 0, 0, "XML", ""},
		{"zip archive", "PK\x03\x04....", 0, 0, "ZIP", ""},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00", 0, 0, "binary", ""},
		{"gzip in gzip", zipped(zipped(twoToys)), 0, 0, "gzip within gzip", ""},
		{"half a gzip header", "\x1f\x8b\x08", 0, 0, "damaged gzip", ""},
		{"bomb", zipped("[" + strings.Repeat(" ", 8<<20)), 0, 0, "unpacks to far more", ""},
		{"bomb behind a record", zipped(`[{"RecallNumber":"27001"},` + strings.Repeat(" ", 8<<20)), 1, 1, "", "damaged"},
		{"cut off before the first record ends", twoToys[:20], 0, 0, "cut off", ""},
		{"cut off", twoToys[:70], 1, 1, "", "cut off"},
		{"cut off gzip", zipped(strings.Repeat(" ", 100) + twoToys)[:60], 0, 0, "cannot be read", ""},
		{"cut off between records", twoToys[:strings.Index(twoToys, "}")+2], 1, 1, "", "cut off"},
		{"something follows", twoToys + "x", 2, 1, "", "follows"},
		{"comma too many", `[{"RecallNumber":"27001"},]`, 1, 1, "", "']'"},
		{"bracket of another kind", `[{"RecallNumber":"27001"},{"a":[}]`, 1, 1, "", "'}'"},
		{"number, not a list", "17", 0, 0, "neither JSON nor an export", ""},
		{"words", "hello", 0, 0, "neither JSON nor an export", ""},
		{"null", "null", 0, 0, "neither JSON", ""},
		{"nested too deeply", `[{"RecallNumber":"27001","X":` + deep + `},{"RecallNumber":"27002"}]`, 1, 1, "", "deeper than 64"},
		{"huge record", `[{"RecallNumber":"27001","X":"` + strings.Repeat("x", 5<<20) + `"},{"RecallNumber":"27002"}]`, 1, 1, "", "larger than 4 MB"},
		{"bad UTF-8", "[{\"RecallNumber\":\"27001\",\"Title\":\"Pretend \xff Tops\"}]", 1, 0, "", ""},
		{"control characters in a text", "[{\"RecallNumber\":\"27001\",\"Title\":\"Pretend\x00\n\tTops\"}]", 1, 0, "", ""},
		{"NUL between records", "[{\"RecallNumber\":\"27001\"},\x00{\"RecallNumber\":\"27002\"}]", 1, 1, "", "not valid JSON"},
	}
	f := feed(t, "us-cpsc")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := &collect{}
			err := f.Split("toys.json", strings.NewReader(tt.data), sink)
			if len(sink.notices) != tt.notices || len(sink.aside) != tt.aside {
				t.Errorf("%d notices, %d set aside (%v), want %d and %d", len(sink.notices), len(sink.aside), sink.aside, tt.notices, tt.aside)
			}
			if tt.says == "" && err != nil {
				t.Errorf("error %v, want none", err)
			}
			if tt.says != "" && (babyshield.CodeOf(err) != babyshield.Invalid || !strings.Contains(babyshield.MessageOf(err), tt.says) || !strings.Contains(err.Error(), "toys.json")) {
				t.Errorf("error %v, want one that names the file and says %q", err, tt.says)
			}
			if tt.reason != "" && len(sink.aside) > 0 && !strings.Contains(sink.aside[0].Reason, tt.reason) {
				t.Errorf("reason %q, want %q in it", sink.aside[0].Reason, tt.reason)
			}
			for _, n := range sink.notices {
				if !json.Valid(n.Raw) {
					t.Errorf("raw of %s is not JSON: %q", n.Key, n.Raw)
				}
			}
		})
	}
}

// TestSplitOversizeCSV: one stray quote must not swallow a file without end.
func TestSplitOversizeCSV(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 64 MB")
	}
	head := "Title,Date,Summary,Recall Number\nPretend Tops,9/25/2000,x,00186\n\"stray"
	sink := &collect{}
	err := feed(t, "us-cpsc").Split("toys.csv", strings.NewReader(head+strings.Repeat(" ", 65<<20)), sink)
	if err != nil || len(sink.notices) != 1 || len(sink.aside) != 1 {
		t.Errorf("%d notices, %d set aside, %v, want 1, 1 and no error", len(sink.notices), len(sink.aside), err)
	}
}

// TestDigest: carriers reorder keys and drop what is empty; neither is a change.
func TestDigest(t *testing.T) {
	digestOf := func(t interface{ Fatal(...any) }, record string) string {
		sink := &collect{}
		f, _ := agency.Get("us-cpsc")
		if err := f.Split("x", strings.NewReader("["+record+"]"), sink); err != nil || len(sink.notices) != 1 {
			t.Fatal(err, sink.aside)
		}
		return sink.notices[0].Digest
	}
	const base = `{"RecallNumber":"27001","Title":"Tops","L":[{"A":"1","B":"2"}]}`
	for name, same := range map[string]string{
		"order":         `{"L":[{"B":"2","A":"1"}],"Title":"Tops","RecallNumber":"27001"}`,
		"blanks":        ` { "RecallNumber" : "27001","Title":"Tops", "L":[ {"A":"1","B":"2"}]}`,
		"escapes":       `{"RecallNumber":"27001","Title":"T\u006fps","L":[{"A":"1","B":"2"}]}`,
		"empty fields":  `{"RecallNumber":"27001","Title":"Tops","X":null,"Y":"","Z":[],"W":{},"L":[{"A":"1","B":"2","C":""}]}`,
		"nested empty":  `{"RecallNumber":"27001","Title":"Tops","X":[{"Y":null},"",[]],"L":[{"A":"1","B":"2"},{}]}`,
		"other carrier": `{"RecallNumber":"27001","Title":"Tops","L":[null,{"A":"1","B":"2"}]}`,
	} {
		if digestOf(t, same) != digestOf(t, base) {
			t.Errorf("%s: the digest differs", name)
		}
	}
	for name, other := range map[string]string{
		"text":          `{"RecallNumber":"27001","Title":"tops","L":[{"A":"1","B":"2"}]}`,
		"number":        `{"RecallNumber":"27001","Title":"Tops","L":[{"A":1,"B":"2"}]}`,
		"false is said": `{"RecallNumber":"27001","Title":"Tops","X":false,"L":[{"A":"1","B":"2"}]}`,
	} {
		if digestOf(t, other) == digestOf(t, base) {
			t.Errorf("%s: the digest is the same", name)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.MapOf(rapid.StringMatching(`[A-Z][a-z]{1,5}`), rapid.SampledFrom([]any{"", nil, "x", 7, []any{}, []any{"y"}})).Draw(t, "fields")
		fields["RecallNumber"] = "27001"
		kept := map[string]any{}
		for k, v := range fields {
			if l, isList := v.([]any); v != nil && v != any("") && (!isList || len(l) > 0) {
				kept[k] = v
			}
		}
		full, _ := json.Marshal(fields)
		poor, _ := json.Marshal(kept)
		if digestOf(t, string(full)) != digestOf(t, string(poor)) {
			t.Fatalf("%s and %s differ", full, poor)
		}
	})
}
