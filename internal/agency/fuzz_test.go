package agency_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

// seeds are the raw parts of the testdata and of the samples.
func seeds(f *testing.F, code string) [][]byte {
	files, err := filepath.Glob(filepath.Join("testdata", code, "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	var out [][]byte
	for _, path := range files {
		_, _, raw, _ := readCase(f, path)
		out = append(out, []byte(raw))
	}
	if b, err := os.ReadFile("samples/" + code + ".json"); err == nil {
		out = append(out, b)
	}
	return out
}

// fuzzParse: any bytes in any form give a recall that keeps the rules, or an
// error; twice the same.
func fuzzParse(f *testing.F, code string) {
	ag, ok := agency.Get(code)
	if !ok {
		f.Fatal("no agency ", code)
	}
	for _, raw := range seeds(f, code) {
		sink := &collect{}
		_ = ag.Split("seed", bytes.NewReader(raw), sink)
		for _, n := range sink.notices {
			f.Add(int(n.Form), n.Raw)
		}
	}
	f.Fuzz(func(t *testing.T, form int, raw []byte) {
		n := babyshield.Notice{Agency: code, Form: babyshield.Form(form), Raw: raw}
		r, err := ag.Parse(n)
		if err != nil {
			return
		}
		if r.Agency != code || r.Number == "" {
			t.Errorf("a recall without identity: %+v", r)
		}
		checkWords(t, r)
		if again, err := ag.Parse(n); err != nil || !cmp.Equal(r, again) {
			t.Errorf("parsed again: %v %s", err, cmp.Diff(r, again))
		}
	})
}

func FuzzParseCPSC(f *testing.F)         { fuzzParse(f, "us-cpsc") }
func FuzzParseHealthCanada(f *testing.F) { fuzzParse(f, "ca-health-canada") }
func FuzzParseFDAFood(f *testing.F)      { fuzzParse(f, "us-fda-food") }

// FuzzSplit: any file gives records with what the store needs, or is refused in
// words for a person.
func FuzzSplit(f *testing.F) {
	for i, ag := range agency.All() {
		for _, raw := range seeds(f, ag.Agency.Code) {
			f.Add(i, raw)
			f.Add(i, []byte(zipped(string(raw))))
		}
	}
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		all := agency.All()
		ag := all[uint(i)%uint(len(all))]
		sink := &collect{}
		err := ag.Split("file", bytes.NewReader(data), sink)
		var known *babyshield.Error
		if err != nil && (!errors.As(err, &known) || known.Code != babyshield.Invalid || len(sink.notices) > 0) {
			t.Errorf("%d notices and the error %v", len(sink.notices), err)
		}
		for _, n := range sink.notices {
			if n.Agency != ag.Agency.Code || n.Key == "" || n.Position < 1 || len(n.Digest) != 64 || !json.Valid(n.Raw) || n.Raw[0] != '{' {
				t.Errorf("notice %+v", n)
			}
		}
		for _, s := range sink.aside {
			if s.Agency != ag.Agency.Code || s.Source != "file" || s.Reason == "" || s.Position < 1 {
				t.Errorf("set aside %+v", s)
			}
		}
	})
}
