package agency_test

import (
	"bytes"
	"testing"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// BenchmarkRecorded reads and parses the two big recorded answers.
func BenchmarkRecorded(b *testing.B) {
	for _, x := range recorded {
		if x.records < 900 {
			continue
		}
		f := feed(b, x.code)
		data := readFile(b, babyshieldtest.Shared(b, "feeds", x.code, x.file))
		b.Run("split/"+x.code, func(b *testing.B) {
			for b.Loop() {
				if err := f.Split("x", bytes.NewReader(data), &collect{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		sink := &collect{}
		if err := f.Split("x", bytes.NewReader(data), sink); err != nil {
			b.Fatal(err)
		}
		b.Run("parse/"+x.code, func(b *testing.B) {
			for b.Loop() {
				for _, n := range sink.notices {
					if _, err := f.Parse(n); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(sink.notices)), "µs/record")
		})
	}
}
