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

func (u *unpacker) strs() []string {
	n := u.count(1)
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = u.str()
	}
	return list
}

func (u *unpacker) hashes() []uint64 {
	n := u.count(8)
	if n == 0 {
		return nil
	}
	list := make([]uint64, n)
	for i := range list {
		list[i] = u.hash()
	}
	return list
}

func (u *unpacker) span() span {
	return span{babyshield.Day(u.str()), babyshield.Day(u.str())}
}

func (u *unpacker) matcher(m *matcher) {
	m.whole = u.strs()
	m.prefix = u.strs()
}

func (u *unpacker) brands() []brandName {
	n := u.count(5)
	if n == 0 {
		return nil
	}
	list := make([]brandName, n)
	for i := range list {
		b := &list[i]
		b.joined = u.str()
		b.words = u.parts(b.joined)
		b.forms = u.parts(b.joined)
		b.hashes = u.hashes()
		b.broad = u.uint() == 1
	}
	return list
}

func (u *unpacker) parts(whole string) []string {
	n := u.count(2)
	if n == 0 {
		return nil
	}
	list := make([]string, n)
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
	l.brands = u.brands()
	if n := u.count(10); n > 0 {
		l.name = make([]word, n)
		for i := range l.name {
			w := &l.name[i]
			w.h, w.c = u.hash(), class(u.uint())
			if u.uint() == 1 {
				w.family = u.hash()
			}
		}
	}
	l.head = u.hash()
	l.text = u.hashes()
	u.matcher(&l.models)
	l.mentioned = u.strs()
	l.gtins = u.strs()
	u.matcher(&l.lots)
	if n := u.count(2); n > 0 {
		l.serials = make([]babyshield.Range, n)
		for i := range l.serials {
			l.serials[i] = babyshield.Range{From: u.str(), To: u.str()}
		}
	}
	if n := u.count(4); n > 0 {
		l.dates = make([]dateCode, n)
		for i := range l.dates {
			l.dates[i] = dateCode{code: u.str(), to: u.str(), days: u.span()}
		}
	}
	l.made = u.span()
	l.sold = u.span()
	l.soldAt = u.brands()
	l.needs = u.strs()
}
