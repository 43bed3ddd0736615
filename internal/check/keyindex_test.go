package check

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestKeyIndex: every pair that was placed is found, also where what is placed is
// not what was counted: recalls were amended between the two rounds.
func TestKeyIndex(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		want := map[int64][]int32{}
		x := newKeyIndex(int(seed) * 20)
		strangers := 0
		for recall := range int32(200) {
			for range rng.IntN(20) {
				key := int64(rng.Uint64())
				if rng.IntN(4) == 0 {
					key = int64(rng.IntN(5)) << 60 // the same as many others'
				}
				if rng.IntN(10) > 0 {
					x.count(key)
				}
				if rng.IntN(10) > 0 && !slices.Contains(want[key], recall) {
					want[key] = append(want[key], recall)
				}
			}
		}
		x.counted()
		for key, recalls := range want {
			for _, r := range recalls {
				x.place(key, r)
			}
		}
		for key, recalls := range want {
			got := x.appendTo(nil, key)
			for _, r := range recalls {
				if !slices.Contains(got, r) {
					t.Fatalf("seed %d: recall %d is not found by its key %x", seed, r, key)
				}
			}
			strangers += len(got) - len(recalls)
		}
		for range 1000 {
			strangers += len(x.appendTo(nil, int64(rng.Uint64())))
		}
		if strangers > 5 {
			t.Errorf("seed %d: %d recalls are found by keys that they do not have", seed, strangers)
		}
	}
}
