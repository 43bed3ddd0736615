package babyshieldtest

import (
	"os"
	"testing"
)

// Rounds is how often a test that hunts for rare failures repeats itself: prove
// times under `make prove` (BABYSHIELD_PROVE=1), a fifth of usual where each
// round costs ten times as much (BABYSHIELD_RACE=1, set by `make race`) or where
// -short asks for it, else usual. It is never less than 1.
func Rounds(usual, prove int) int {
	switch {
	case os.Getenv("BABYSHIELD_PROVE") == "1":
		return prove
	case os.Getenv("BABYSHIELD_RACE") == "1" || testing.Short():
		return max(1, usual/5)
	}
	return max(1, usual)
}

// Size is how large a benchmark is: large under `make bench-large`
// (BABYSHIELD_BENCH_LARGE=1), else usual.
func Size(usual, large int) int {
	if os.Getenv("BABYSHIELD_BENCH_LARGE") == "1" {
		return large
	}
	return usual
}
