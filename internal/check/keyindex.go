package check

import "math/bits"

// keyIndex tells which recalls have a key, in seven bytes a key of a recall
// instead of the forty of a map: a quarter of a million recalls have tens of
// millions of keys.
//
// A key's first bits choose a bucket, the next 24 are kept beside the recall. Two
// keys that are alike in all of these cost a needless comparison.
//
// It is filled in two rounds: count is told all keys, then place all pairs. What
// changed in between does not fit where it was counted and goes to late.
type keyIndex struct {
	shift  int
	starts []uint32 // of each bucket, and the end of the last
	prints []uint8  // three a pair
	at     []int32  // free where there is nothing
	late   map[int64][]int32
}

const free = -1

// newKeyIndex makes an index for about n keys.
func newKeyIndex(n int) *keyIndex {
	b := min(max(bits.Len(uint(n))-1, 6), 24)
	return &keyIndex{shift: 64 - b, starts: make([]uint32, 1<<b+1), late: map[int64][]int32{}}
}

func (x *keyIndex) bucket(key int64) int { return int(uint64(key) >> x.shift) }

func (x *keyIndex) print(key int64) [3]uint8 {
	p := uint64(key) << (64 - x.shift) >> 40
	return [3]uint8{uint8(p), uint8(p >> 8), uint8(p >> 16)}
}

// count is the first round.
func (x *keyIndex) count(key int64) { x.starts[x.bucket(key)+1]++ }

// counted ends the first round.
func (x *keyIndex) counted() {
	sum := uint32(0)
	for i := range x.starts {
		sum += x.starts[i]
		x.starts[i] = sum
	}
	x.at = make([]int32, sum)
	for i := range x.at {
		x.at[i] = free
	}
	x.prints = make([]uint8, 3*int(sum))
}

// place is the second round.
func (x *keyIndex) place(key int64, recall int32) {
	b := x.bucket(key)
	for i := x.starts[b]; i < x.starts[b+1]; i++ {
		if x.at[i] == free {
			x.at[i] = recall
			p := x.print(key)
			copy(x.prints[3*int(i):], p[:])
			return
		}
	}
	x.late[key] = append(x.late[key], recall)
}

// appendTo appends the recalls that have the key.
func (x *keyIndex) appendTo(list []int32, key int64) []int32 {
	b, p := x.bucket(key), x.print(key)
	for i := x.starts[b]; i < x.starts[b+1]; i++ {
		if at := 3 * int(i); x.at[i] != free && x.prints[at] == p[0] && x.prints[at+1] == p[1] && x.prints[at+2] == p[2] {
			list = append(list, x.at[i])
		}
	}
	return append(list, x.late[key]...)
}
