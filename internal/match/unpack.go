package match

import (
	"encoding/binary"

	"github.com/babyshield/babyshield"
)

// unpacker reads from the front of s. After damage it gives zeros and empty lists.
type unpacker struct {
	s   string
	bad bool
}

func (u *unpacker) err() error {
	if u.bad {
		return errPacked
	}
	return nil
}

// end is for where nothing may be left.
func (u *unpacker) end() error {
	if u.s != "" {
		return errPacked
	}
	return u.err()
}

func (u *unpacker) uint() int {
	if len(u.s) > 0 && u.s[0] < 0x80 { // nearly always
		n := int(u.s[0])
		u.s = u.s[1:]
		return n
	}
	return u.longUint()
}

func (u *unpacker) longUint() int {
	var n uint64
	for i := range min(len(u.s), binary.MaxVarintLen32) {
		b := u.s[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			u.s = u.s[i+1:]
			return int(n)
		}
	}
	u.s, u.bad = "", true
	return 0
}

// count is a length of elements of at least the given size; damage cannot make it
// larger than what is there.
func (u *unpacker) count(size int) int {
	n := u.uint()
	if n*size > len(u.s) {
		u.s, u.bad = "", true
		return 0
	}
	return n
}

func (u *unpacker) hash() uint64 {
	if len(u.s) < 8 {
		u.s, u.bad = "", true
		return 0
	}
	s := u.s[:8]
	u.s = u.s[8:]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func (u *unpacker) str() string {
	n := u.count(1)
	s := u.s[:n]
	u.s = u.s[n:]
	return s
}

// sized is a list of n elements, in the memory of an old one where it suffices.
func sized[T any](list []T, n int) []T {
	if n <= cap(list) {
		return list[:n]
	}
	return make([]T, n)
}

func (u *unpacker) strs(list []string) []string {
	list = sized(list, u.count(1))
	for i := range list {
		list[i] = u.str()
	}
	return list
}

func (u *unpacker) hashes(list []uint64) []uint64 {
	list = sized(list, u.count(8))
	for i := range list {
		list[i] = u.hash()
	}
	return list
}

func (u *unpacker) span() span {
	return span{babyshield.Day(u.str()), babyshield.Day(u.str())}
}

func (u *unpacker) matcher(m *matcher) {
	m.whole = u.strs(m.whole)
	m.prefix = u.strs(m.prefix)
}

func (u *unpacker) brands(list []brandName) []brandName {
	list = sized(list, u.count(5))
	for i := range list {
		b := &list[i]
		b.joined = u.str()
		b.words = u.parts(b.words, b.joined)
		b.forms = u.parts(b.forms, b.joined)
		b.hashes = u.hashes(b.hashes)
		b.broad = u.uint() == 1
	}
	return list
}

func (u *unpacker) parts(list []string, whole string) []string {
	list = sized(list, u.count(2))
	for i := range list {
		at := u.uint()
		if at == 0 {
			list[i] = u.str()
			continue
		}
		size := u.uint()
		if at-1+size > len(whole) {
			u.s, u.bad = "", true
			return nil
		}
		list[i] = whole[at-1 : at-1+size]
	}
	return list
}

func (u *unpacker) line(l *line) {
	l.brands = u.brands(l.brands)
	l.name = sized(l.name, u.count(10))
	for i := range l.name {
		w := word{h: u.hash(), c: class(u.uint())}
		if u.uint() == 1 {
			w.family = u.hash()
		}
		l.name[i] = w
	}
	l.head = u.hash()
	l.text = u.hashes(l.text)
	u.matcher(&l.models)
	l.mentioned = u.strs(l.mentioned)
	l.gtins = u.strs(l.gtins)
	u.matcher(&l.lots)
	l.serials = sized(l.serials, u.count(2))
	for i := range l.serials {
		l.serials[i] = babyshield.Range{From: u.str(), To: u.str()}
	}
	l.dates = sized(l.dates, u.count(4))
	for i := range l.dates {
		l.dates[i] = dateCode{code: u.str(), to: u.str(), days: u.span()}
	}
	l.made = u.span()
	l.sold = u.span()
	l.soldAt = u.brands(l.soldAt)
	l.needs = u.strs(l.needs)
}
