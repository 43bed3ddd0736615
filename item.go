package babyshield

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Item is a product that a household owns, or a row of a stock list. Its JSON
// keys, CSV headers and flags are those of CONTRACT.
type Item struct {
	Ref      string `json:"ref,omitempty"` // the caller's own reference
	Name     string `json:"name,omitempty"`
	Brand    string `json:"brand,omitempty"`
	Model    string `json:"model,omitempty"`
	GTIN     string `json:"gtin,omitempty"` // as given; package match normalises it
	Lot      string `json:"lot,omitempty"`
	Serial   string `json:"serial,omitempty"`
	DateCode string `json:"date_code,omitempty"`
	Made     string `json:"made,omitempty"`   // a date in any of several forms
	Bought   string `json:"bought,omitempty"` // likewise
	Seller   string `json:"seller,omitempty"`
	Color    string `json:"color,omitempty"`
	Size     string `json:"size,omitempty"`
	Category string `json:"category,omitempty"`
	Location string `json:"location,omitempty"`
	Quantity string `json:"quantity,omitempty"`
	URL      string `json:"url,omitempty"`
	Notes    string `json:"notes,omitempty"`
}

// ItemKeys are the names of an item's fields, in the order of CONTRACT: CSV
// headers, JSON keys and (with a dash) flags.
var ItemKeys = []string{
	"ref", "name", "brand", "model", "gtin", "lot", "serial", "date_code", "made", "bought",
	"seller", "color", "size", "category", "location", "quantity", "url", "notes",
}

// Field returns a pointer to the field with the given key, or nil.
func (i *Item) Field(key string) *string {
	switch key {
	case "ref":
		return &i.Ref
	case "name":
		return &i.Name
	case "brand":
		return &i.Brand
	case "model":
		return &i.Model
	case "gtin":
		return &i.GTIN
	case "lot":
		return &i.Lot
	case "serial":
		return &i.Serial
	case "date_code":
		return &i.DateCode
	case "made":
		return &i.Made
	case "bought":
		return &i.Bought
	case "seller":
		return &i.Seller
	case "color":
		return &i.Color
	case "size":
		return &i.Size
	case "category":
		return &i.Category
	case "location":
		return &i.Location
	case "quantity":
		return &i.Quantity
	case "url":
		return &i.URL
	case "notes":
		return &i.Notes
	}
	return nil
}

// MaxField is the longest field that is accepted, in bytes. Longer text is the
// caller's mistake, not a product.
const MaxField = 10_000

// maxRef is the longest ref, in bytes: it is a key.
const maxRef = 1000

// Clean trims every field and folds control characters and runs of blanks. Bytes
// that are no UTF-8 become U+FFFD, as they would in JSON: PostgreSQL refuses them.
func (i *Item) Clean() {
	for _, k := range ItemKeys {
		if f := i.Field(k); !isClean(*f) {
			*f = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(*f, "\ufffd"), isBlank), " ")
		}
	}
}

// isClean spares the usual field the work: a million rows are cleaned twice each.
// It is false where it is not sure.
func isClean(s string) bool {
	last, ascii := byte(' '), true
	for n := range len(s) {
		c := s[n]
		ascii = ascii && c < utf8.RuneSelf
		switch {
		case c == ' ' && last == ' ', c < ' ', c == 0x7f, c == 0xc2, c == 0xe2, c == 0xef: // the last three begin the blanks beyond ASCII
			return false
		}
		last = c
	}
	return s == "" || last != ' ' && (ascii || utf8.ValidString(s))
}

func isBlank(r rune) bool {
	return r <= ' ' || r == '\u007f' || r == '\u00a0' || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

// Identified says whether there is anything to go by: a name, brand, GTIN or
// model with at least one letter or digit.
func (i *Item) Identified() bool {
	for _, s := range []string{i.Name, i.Brand, i.GTIN, i.Model} {
		if strings.ContainsFunc(s, isAlnum) {
			return true
		}
	}
	return false
}

// Validate returns an Invalid error in plain words, or nil.
func (i *Item) Validate() error {
	if len(i.Ref) > maxRef {
		return Errorf(Invalid, "The ref is longer than %d bytes.", maxRef)
	}
	for _, k := range ItemKeys {
		if len(*i.Field(k)) > MaxField {
			return Errorf(Invalid, "The field %q is longer than %d bytes.", k, MaxField)
		}
	}
	if !i.Identified() {
		return Errorf(Invalid, "Give at least one of name, brand, gtin or model.")
	}
	return nil
}

// ItemState is where an owned item is in its life.
type ItemState string

const (
	ItemInUse     ItemState = "in_use"
	ItemStored    ItemState = "stored"
	ItemSold      ItemState = "sold"
	ItemDestroyed ItemState = "destroyed"
	ItemRemedied  ItemState = "remedied"
)

// OwnedItem is an item in a household, as stored.
type OwnedItem struct {
	Item
	ID        string // itm_...
	Household string // the household's name
	State     ItemState
	Created   time.Time
	Status    Status   // the worst open match, or no_match / not_checked
	NotMine   []string // recalls (rcl_...) that somebody said are about another product
	Muted     bool     // its matches were found by a back-fill and alerted nobody
}
