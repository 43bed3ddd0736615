package agency

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/babyshield/babyshield"
)

// samples are notices that this project made up, in the agencies' own formats, so
// that a fresh installation without a network shows what an answer looks like.
// Products and firms are invented; numbers begin with "sample", which no agency's
// do; barcodes have the GS1 prefix 952, which is kept for examples.
//
//go:embed samples/*.json
var samples embed.FS

// Samples returns the recalls of the sample notices, by agency and number. The
// caller marks them as samples wherever they are shown.
func Samples() ([]babyshield.Recall, error) {
	var out []babyshield.Recall
	for _, f := range All() {
		parts, err := sampleParts(f)
		if err != nil {
			return nil, fmt.Errorf("reading the sample notices of %s: %w", f.Agency.Code, err)
		}
		for len(parts) > 0 {
			n := 1
			for n < len(parts) && parts[n].Number == parts[0].Number {
				n++
			}
			out = append(out, babyshield.Merge(parts[:n]))
			parts = parts[n:]
		}
	}
	return out, nil
}

// sampleParts are an agency's sample notices, sorted by number. An agency may
// have none.
func sampleParts(f Feed) ([]babyshield.Recall, error) {
	name := "samples/" + f.Agency.Code + ".json"
	data, err := samples.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sink := &sampleSink{parse: f.Parse}
	if err := f.Split(name, bytes.NewReader(data), sink); err != nil {
		return nil, err
	}
	slices.SortStableFunc(sink.parts, func(a, b babyshield.Recall) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Part, b.Part))
	})
	return sink.parts, nil
}

// sampleSink parses as it goes; a sample that cannot be read is our own mistake.
type sampleSink struct {
	parse func(babyshield.Notice) (babyshield.Recall, error)
	parts []babyshield.Recall
}

func (s *sampleSink) Notice(n babyshield.Notice) error {
	r, err := s.parse(n)
	s.parts = append(s.parts, r)
	return err
}

func (s *sampleSink) SetAside(a babyshield.SetAside) error {
	return fmt.Errorf("record %d: %s", a.Position, a.Reason)
}
