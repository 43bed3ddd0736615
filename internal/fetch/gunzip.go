package fetch

import (
	"cmp"
	"compress/gzip"
	"errors"
	"io"
)

// Caps bound what compressed data may unpack to. Zero fields take defaults.
type Caps struct {
	Bytes      int64 // of the unpacked data; DefaultMaxBytes
	Ratio      int64 // unpacked to packed; 200 (JSON and CSV of agencies stay below 30)
	RatioAfter int64 // unpacked bytes before the ratio counts; 1 MiB, since short runs may well be dense
}

// Gunzip unpacks r within caps. It is for whoever takes gzip from outside,
// whether over HTTP or from a file. IsBomb tells its refusals from damage.
func Gunzip(r io.Reader, caps Caps) (io.Reader, error) {
	packed := &countingReader{r: r}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	return &ratioReader{
		r:      &limitedReader{r: z, left: cmp.Or(caps.Bytes, DefaultMaxBytes)},
		packed: packed,
		ratio:  cmp.Or(caps.Ratio, 200),
		after:  cmp.Or(caps.RatioAfter, 1<<20),
	}, nil
}

// IsBomb says whether err is a refusal for size or ratio.
func IsBomb(err error) bool {
	return errors.Is(err, errTooLarge) || errors.Is(err, errBomb)
}

// Limit reads r and errs where it holds more than n bytes, unlike io.LimitReader,
// which would pass a cut-off text as a whole one.
func Limit(r io.Reader, n int64) io.Reader { return &limitedReader{r: r, left: n} }

type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1] // one more than allowed, to tell "exactly" from "too much"
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), errTooLarge
	}
	l.left -= int64(n)
	return n, err
}

// countingReader counts what the unpacker took. It is a byte reader, so that the
// unpacker does not wrap it in a buffer of its own and read ahead uncounted.
type countingReader struct {
	r   io.Reader
	n   int64
	buf [4096]byte
	beg int
	end int
	err error
}

func (c *countingReader) fill() error {
	if c.beg < c.end {
		return nil
	}
	if c.err != nil {
		return c.err
	}
	c.beg, c.end = 0, 0
	c.end, c.err = c.r.Read(c.buf[:])
	if c.end > 0 {
		return nil
	}
	if c.err == nil {
		c.err = io.ErrNoProgress
	}
	return c.err
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.fill(); err != nil {
		return 0, err
	}
	n := copy(p, c.buf[c.beg:c.end])
	c.beg += n
	c.n += int64(n)
	return n, nil
}

func (c *countingReader) ReadByte() (byte, error) {
	if err := c.fill(); err != nil {
		return 0, err
	}
	b := c.buf[c.beg]
	c.beg++
	c.n++
	return b, nil
}

type ratioReader struct {
	r            io.Reader
	packed       *countingReader
	out          int64
	ratio, after int64
}

func (g *ratioReader) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.out += int64(n)
	if g.out > g.after && g.out > g.ratio*g.packed.n {
		return 0, errBomb
	}
	return n, err
}
