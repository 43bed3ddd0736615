package agency

import (
	"encoding/json"
	"fmt"

	"github.com/babyshield/babyshield"
)

// Cursor is where the next poll goes on. It is kept as text between polls; what
// an agency does not need stays empty.
type Cursor struct {
	ETag         string         `json:"etag,omitempty"`
	LastModified string         `json:"last_modified,omitempty"`
	Watermark    babyshield.Day `json:"watermark,omitempty"` // day of the last good read
	Resume       babyshield.Day `json:"resume,omitempty"`    // a whole listing in spans goes on from this day
}

// String is the cursor as text, "" for the zero cursor.
func (c Cursor) String() string {
	if c == (Cursor{}) {
		return ""
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic("agency: cursor cannot be marshalled: " + err.Error()) // only strings: cannot happen
	}
	return string(b)
}

// ParseCursor reads what String wrote. Text that it did not write is an error:
// whoever keeps cursors then asks for everything.
func ParseCursor(s string) (Cursor, error) {
	var c Cursor
	if s == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(s), &c); err != nil {
		return Cursor{}, fmt.Errorf("reading the cursor %q: %w", s, err)
	}
	day, err := babyshield.ParseDay(string(c.Watermark))
	if err != nil {
		return Cursor{}, fmt.Errorf("reading the cursor %q: %w", s, err)
	}
	c.Watermark = day
	if c.Resume, err = babyshield.ParseDay(string(c.Resume)); err != nil {
		return Cursor{}, fmt.Errorf("reading the cursor %q: %w", s, err)
	}
	return c, nil
}
