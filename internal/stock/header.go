package stock

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/babyshield/babyshield"
)

// fold is a header without case, blanks and punctuation. The prefix of Google's
// XML names goes too.
func fold(h string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimPrefix(strings.TrimSpace(h), "g:"))
}

// meaningOf is what a folded header means. Homebox puts HB.field. before what its
// user called a field, Square the name of the shop after "Current Quantity".
func meaningOf(folded string) []meaning {
	if m := meanings[folded]; m != nil {
		return m
	}
	if t, ok := strings.CutPrefix(folded, "hbfield"); ok {
		return meanings[t]
	}
	if strings.HasPrefix(folded, "currentquantity") {
		return meanings["currentquantity"]
	}
	return nil
}

// noise says whether a column of a known program means nothing here.
func noise(folded string) bool {
	if folded == "" || ignored[folded] || strings.Contains(folded, "productmetafields") {
		return true
	}
	return slices.ContainsFunc(ignoredBefore, func(p string) bool { return strings.HasPrefix(folded, p) })
}

// isPersonal says whether a column looks like data about people. What a program
// is known to call a column of its products is none.
func isPersonal(folded string) bool {
	switch {
	case personalWhole[folded]:
		return true
	case ignored[folded], meanings[folded] != nil, slices.ContainsFunc(placed, func(p string) bool { return strings.HasPrefix(folded, p) }):
		return false
	}
	rest := things.Replace(strings.TrimPrefix(folded, "hbfield"))
	if personalWhole[rest] {
		return true
	}
	return slices.ContainsFunc(personal, func(p string) bool { return strings.Contains(rest, p) })
}

// role is what a column does beside filling a field.
type role uint8

const (
	roleNone      role = iota
	roleHandle         // Shopify: rows with the same one are variants of a product
	roleSKU            // Shopify: of the variant
	roleRelation       // eBay: "Variation" under the product's own row
	roleIDType         // Amazon: what the product-id is
	roleASIN           // Amazon's number; other things stand there for books
	roleISBN           // a barcode only where it has 13 digits
	roleModelName      // Snipe-IT: what the thing is called where nobody named it
)

var roles = map[string]role{
	"handle": roleHandle, "urlhandle": roleHandle, "variantsku": roleSKU, "relationship": roleRelation,
	"productidtype": roleIDType, "externalproductidtype": roleIDType, "asin": roleASIN, "asin1": roleASIN, "isbn": roleISBN, "pisbn": roleISBN, "productisbn": roleISBN,
	"modelname": roleModelName,
}

// column is what a column of the list means.
type column struct {
	key     string // item key; "" = ignored
	at      int    // of the key among the item keys
	rank    int
	role    role
	typed   bool // a product-id, whose kind another column may tell
	refused bool
}

func (c *column) set(m meaning) {
	c.key, c.rank, c.at = m.key, m.rank, slices.Index(babyshield.ItemKeys, m.key)
	if c.role == roleModelName {
		c.rank = lastRank
	}
}

// lastRank is behind every alias.
const lastRank = 100

// maxKeys is room for a rank for each of the item keys.
const maxKeys = 32

// columns is the header of a list, read.
type columns struct {
	list     []column
	warnings []string
	kind     kind
	known    int // how many have a key
	idType   int // which tells what a product-id is; -1 = none
}

// readHeader gives the columns' meanings and the warnings.
func readHeader(header []string) columns {
	c := columns{list: make([]column, len(header)), idType: -1}
	folded := make([]string, len(header))
	for i, h := range header {
		folded[i] = fold(h)
	}
	c.kind = kindOf(folded)
	best := map[string]int{} // the best rank of a key's columns, for "description"
	for i, h := range header {
		f, col := folded[i], &c.list[i]
		if isPersonal(f) || c.kind == kindAssets && f == "title" {
			col.refused = true
			c.warnings = append(c.warnings, fmt.Sprintf("The column %q looks like customer data: it was not read.", clip(h)))
			continue
		}
		col.role = c.roleOf(f)
		col.typed = f == "productid" || f == "externalproductid"
		if col.role == roleIDType {
			c.idType = i
		}
		ms := meaningOf(f)
		if len(ms) == 0 {
			if !noise(f) && !isAnswer(h) {
				c.warnings = append(c.warnings, fmt.Sprintf("The column %q is not known: it was ignored.", clip(h)))
			}
			continue
		}
		col.set(ms[0])
		c.known++
		if r, ok := best[col.key]; !ok || ms[0].rank < r {
			best[col.key] = ms[0].rank
		}
	}
	for i, f := range folded {
		ms := meaningOf(f)
		if !c.list[i].refused && len(ms) > 1 && best[ms[0].key] < ms[0].rank {
			c.list[i].set(ms[1])
		}
	}
	return c
}

// kind is a kind of list in which a header means something else than usual.
type kind uint8

const (
	kindUsual   kind = iota
	kindAssets       // Snipe-IT: "Title" is the job of who has the thing, "Model" a name beside "Model No."
	kindShopify      // "SKU" is a variant's
)

func kindOf(folded []string) kind {
	switch {
	case slices.Contains(folded, "assettag"):
		return kindAssets
	case slices.Contains(folded, "urlhandle"):
		return kindShopify
	}
	return kindUsual
}

func (c *columns) roleOf(folded string) role {
	switch {
	case c.kind == kindAssets && folded == "model":
		return roleModelName
	case c.kind == kindShopify && folded == "sku":
		return roleSKU
	}
	return roles[folded]
}

// clip shortens a header for a warning.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
