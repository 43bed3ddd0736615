package match

import (
	"encoding/binary"
	"errors"
	"iter"
	"math"
	"strings"

	"github.com/babyshield/babyshield"
)

// Prepare costs a hundred times what Compare costs, so what it gives is stored
// beside the recall, packed: one item among many recalls and a list against all
// of them then need no text at all.
//
// Every number is a varint, every hash eight bytes with the low one first, every
// string or list its length and then its elements. The form is stored with the
// Reader that wrote it and is read by the same Reader only, so it may change
// whenever Reader does.

// Pack writes the recall down: its keys, which an index needs, apart from its
// lines. Unpack of both compares with every item as the recall does.
func (r *Recall) Pack() (keys, lines []byte) {
	var k, l packer
	k.uint(len(r.keys))
	for _, key := range r.keys {
		k.hash(uint64(key))
	}
	if len(r.lines) != 1 {
		k.uint(len(r.index))
		for _, kl := range r.index {
			k.hash(uint64(kl.key))
			k.uint(int(kl.line))
		}
	}
	l.uint(len(r.lines))
	l.str(string(r.published))
	for i := range r.lines {
		l.line(&r.lines[i])
	}
	return k, l
}

// errPacked is what was not packed by this program, or is damaged.
var errPacked = errors.New("a packed recall is damaged")

// PackedKeys are the keys of a packed recall, sorted and unique.
func PackedKeys(keys string) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		u := unpacker{s: keys}
		for range u.count(8) {
			if !yield(int64(u.hash())) {
				return
			}
		}
	}
}

// Unpack reads what Pack wrote. Its strings are parts of the given ones. Without
// keys ("") it is for items only that are known to share one with the recall, as
// those are that an index of keys finds; ok is false where the keys are needed
// all the same, to tell several lines apart.
func Unpack(keys, lines string) (r *Recall, ok bool, err error) {
	r = &Recall{}
	ok, err = UnpackInto(r, keys, lines)
	return r, ok, err
}

// UnpackInto is Unpack into the memory of a recall that nobody uses any more.
func UnpackInto(r *Recall, keys, lines string) (ok bool, err error) {
	u := unpacker{s: lines}
	n := u.count(1)
	if keys == "" && n > 1 {
		return false, u.err()
	}
	r.published, r.keyed = babyshield.Day(u.str()), keys == "" && n == 1
	r.lines = sized(r.lines, n)
	for i := range r.lines {
		u.line(&r.lines[i])
	}
	r.keys, r.index = r.keys[:0], r.index[:0]
	if keys == "" {
		return true, u.end()
	}
	k := unpacker{s: keys}
	r.keys = sized(r.keys, k.count(8))
	for i := range r.keys {
		r.keys[i] = int64(k.hash())
	}
	if n == 1 {
		r.index = sized(r.index, len(r.keys))
		for i, key := range r.keys {
			r.index[i] = keyLine{key, 0}
		}
		return true, errors.Join(u.end(), k.end())
	}
	r.index = sized(r.index, k.count(9))
	for i := range r.index {
		r.index[i] = keyLine{int64(k.hash()), int32(k.uint())}
		k.bad = k.bad || int(r.index[i].line) >= n
	}
	return true, errors.Join(u.end(), k.end())
}

// packer appends.
type packer []byte

func (p *packer) uint(n int)    { *p = binary.AppendUvarint(*p, uint64(n)) }
func (p *packer) hash(h uint64) { *p = binary.LittleEndian.AppendUint64(*p, h) }

func (p *packer) str(s string) {
	p.uint(len(s))
	*p = append(*p, s...)
}

func (p *packer) strs(list []string) {
	p.uint(len(list))
	for _, s := range list {
		p.str(s)
	}
}

func (p *packer) word(h uint32) { *p = binary.LittleEndian.AppendUint32(*p, h) }

func (p *packer) words(list []uint32) {
	p.uint(len(list))
	for _, h := range list {
		p.word(h)
	}
}

func (p *packer) measures(list []measure) {
	p.uint(len(list))
	for _, m := range list {
		p.word(math.Float32bits(m.value))
		p.uint(int(m.unit))
	}
}

func (p *packer) ranges(list []babyshield.Range) {
	p.uint(len(list))
	for _, r := range list {
		p.str(r.From)
		p.str(r.To)
	}
}

func (p *packer) bool(b bool) {
	n := 0
	if b {
		n = 1
	}
	p.uint(n)
}

func (p *packer) span(s span) {
	p.str(string(s.from))
	p.str(string(s.to))
}

func (p *packer) matcher(m *matcher) {
	p.strs(m.whole)
	p.strs(m.stars)
	p.uint(len(m.spans))
	for _, s := range m.spans {
		p.str(s[0])
		p.str(s[1])
	}
}

func (p *packer) brands(list []brandName) {
	p.uint(len(list))
	for i := range list {
		b := &list[i]
		p.str(b.joined)
		p.parts(b.joined, b.words)
		p.parts(b.joined, b.forms)
		p.words(b.hashes)
		p.bool(b.broad)
	}
}

// parts writes strings that are mostly parts of another one as where they are.
func (p *packer) parts(whole string, list []string) {
	p.uint(len(list))
	for _, s := range list {
		at := strings.Index(whole, s)
		if p.uint(at + 1); at < 0 {
			p.str(s)
			continue
		}
		p.uint(len(s))
	}
}

func (p *packer) line(l *line) {
	p.brands(l.brands)
	p.names(l)
	p.matcher(&l.models)
	p.strs(l.mentioned)
	p.strs(l.gtins)
	p.strs(l.asins)
	p.matcher(&l.lots)
	p.ranges(l.serials)
	p.uint(len(l.dates))
	for _, d := range l.dates {
		p.str(d.code)
		p.str(d.to)
		for _, n := range [...]int{d.low[0], d.low[1], d.high[0], d.high[1]} {
			p.uint(n)
		}
		p.span(d.days)
	}
	p.str(l.format)
	p.uint(len(l.sizes))
	for _, s := range l.sizes {
		p.uint(int(s.system))
		p.str(s.text)
		p.uint(s.n)
	}
	p.matcher(&l.notModels)
	p.matcher(&l.notLots)
	p.ranges(l.notSerials)
	p.span(l.made)
	p.span(l.sold)
	p.brands(l.soldAt)
	p.strs(l.needs)
}

// names writes what the names and the description say.
func (p *packer) names(l *line) {
	p.bool(l.obscure)
	p.bool(l.all)
	p.uint(len(l.core))
	for _, w := range l.core {
		p.word(w.h)
		p.uint(int(w.c))
	}
	p.strs(l.coreStems)
	p.strs(l.kinds)
	p.strs(l.heads)
	p.words(l.text)
	p.measures(l.measures)
	p.measures(l.prose)
	p.strs(l.colors)
	p.strs(l.tokens)
	p.strs(l.named)
	p.uint(int(l.audience))
	p.uint(len(l.years))
	for _, y := range l.years {
		p.uint(y)
	}
}
