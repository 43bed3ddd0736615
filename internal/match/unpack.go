package match

import (
	"encoding/binary"
	"math"

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

func (u *unpacker) word() uint32 {
	if len(u.s) < 4 {
		u.s, u.bad = "", true
		return 0
	}
	s := u.s[:4]
	u.s = u.s[4:]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (u *unpacker) words(list []uint32) []uint32 {
	list = sized(list, u.count(4))
	for i := range list {
		list[i] = u.word()
	}
	return list
}

func (u *unpacker) measures(list []measure) []measure {
	list = sized(list, u.count(5))
	for i := range list {
		list[i] = measure{value: math.Float32frombits(u.word()), unit: unit(u.uint())}
	}
	return list
}

func (u *unpacker) ranges(list []babyshield.Range) []babyshield.Range {
	list = sized(list, u.count(2))
	for i := range list {
		list[i] = babyshield.Range{From: u.str(), To: u.str()}
	}
	return list
}

func (u *unpacker) span() span {
	return span{babyshield.Day(u.str()), babyshield.Day(u.str())}
}

func (u *unpacker) matcher(m *matcher) {
	m.whole = u.strs(m.whole)
	m.stars = u.strs(m.stars)
	m.spans = sized(m.spans, u.count(2))
	for i := range m.spans {
		m.spans[i] = [2]string{u.str(), u.str()}
	}
}

func (u *unpacker) brands(list []brandName) []brandName {
	list = sized(list, u.count(5))
	for i := range list {
		b := &list[i]
		b.joined = u.str()
		b.words = u.parts(b.words, b.joined)
		b.forms = u.parts(b.forms, b.joined)
		b.hashes = u.words(b.hashes)
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
	u.names(l)
	u.matcher(&l.models)
	l.mentioned = u.strs(l.mentioned)
	l.gtins = u.strs(l.gtins)
	l.asins = u.strs(l.asins)
	u.matcher(&l.lots)
	l.serials = u.ranges(l.serials)
	l.dates = sized(l.dates, u.count(8))
	for i := range l.dates {
		l.dates[i] = dateCode{code: u.str(), to: u.str(), low: pair{u.uint(), u.uint()}, high: pair{u.uint(), u.uint()}, days: u.span()}
	}
	l.format = u.str()
	l.sizes = sized(l.sizes, u.count(3))
	for i := range l.sizes {
		l.sizes[i] = size{system: byte(u.uint()), text: u.str(), n: u.uint()}
	}
	u.matcher(&l.notModels)
	u.matcher(&l.notLots)
	l.notSerials = u.ranges(l.notSerials)
	l.made = u.span()
	l.sold = u.span()
	l.soldAt = u.brands(l.soldAt)
	l.needs = u.strs(l.needs)
}

func (u *unpacker) names(l *line) {
	l.obscure = u.uint() == 1
	l.all = u.uint() == 1
	l.core = sized(l.core, u.count(5))
	for i := range l.core {
		l.core[i] = word{h: u.word(), c: class(u.uint())}
	}
	l.coreStems = u.strs(l.coreStems)
	if len(l.coreStems) != len(l.core) {
		u.s, u.bad = "", true
		l.core, l.coreStems = l.core[:0], l.coreStems[:0]
	}
	l.kinds = u.strs(l.kinds)
	l.heads = u.strs(l.heads)
	l.text = u.words(l.text)
	l.measures = u.measures(l.measures)
	l.prose = u.measures(l.prose)
	l.colors = u.strs(l.colors)
	l.tokens = u.strs(l.tokens)
	l.named = u.strs(l.named)
	l.audience = audience(u.uint())
	l.years = sized(l.years, u.count(1))
	for i := range l.years {
		l.years[i] = u.uint()
	}
}
