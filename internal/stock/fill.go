package stock

import (
	"fmt"
	"strings"

	"github.com/babyshield/babyshield"
)

// family is what the variants of a product have from its first row: Shopify and
// eBay write a product's title and brand once, and one row more for each colour
// and size.
type family struct {
	handle string
	parent babyshield.Item
}

// inherited are the fields that hold for all variants. A model or a barcode is
// each variant's own.
var inherited = []string{"name", "brand", "category", "url"}

// inherit fills what a variant's row leaves to the row of its product.
func (f *family) inherit(it *babyshield.Item, handle string, variation bool) {
	if it.Name == "" && (variation || handle != "" && handle == f.handle) {
		for _, key := range inherited {
			if field := it.Field(key); *field == "" {
				*field = *f.parent.Field(key)
			}
		}
		return
	}
	f.handle, f.parent = handle, *it
}

// fill takes the cells, one for each column, into the row and its item.
func (rd *Reader) fill(row *Row, cells []string) {
	row.Cells = cells
	// Problems and ranks are looked at in the order of the columns.
	var ranks [maxKeys]int
	handle, sku, model, variation := "", "", "", false
	idType := rd.idType(cells)
	for i := range rd.columns.list {
		col := &rd.columns.list[i]
		if col.refused {
			cells[i] = ""
			continue
		}
		if col.role == roleRelation {
			variation = strings.EqualFold(strings.TrimSpace(cells[i]), "variation")
		}
		if col.key == "" || cells[i] == "" {
			continue
		}
		value := rd.clean(row, col, cells[i], idType)
		if value == "" {
			continue
		}
		switch col.role { // Shopify: a product's variants share its handle
		case roleHandle:
			handle = value
		case roleSKU:
			sku = value
		case roleModelName:
			model = value
		case roleNone, roleRelation, roleIDType, roleASIN, roleISBN:
		}
		if ranks[col.at] == 0 || col.rank < ranks[col.at]-1 {
			ranks[col.at] = col.rank + 1
			*row.Item.Field(col.key) = value
		}
	}
	if handle != "" && sku != "" {
		row.Item.Ref = handle + "/" + sku
	}
	if row.Item.Name == "" {
		row.Item.Name = model
	}
	row.Item.Clean()
	rd.family.inherit(&row.Item, handle, variation)
}

// idType is what Amazon says that the product-id of the row is, "" if nothing.
func (rd *Reader) idType(cells []string) string {
	if rd.columns.idType < 0 {
		return ""
	}
	return strings.ToUpper(strings.TrimSpace(cells[rd.columns.idType]))
}

// clean is a cell as an item's field.
func (rd *Reader) clean(row *Row, col *column, cell, idType string) string {
	if len(cell) > babyshield.MaxField {
		if row.Problem == "" {
			row.Problem = fmt.Sprintf("the field %s is longer than %d bytes", col.key, babyshield.MaxField)
		}
		return ""
	}
	switch col.key {
	case "gtin":
		r := readID(col, cell, idType)
		if row.Problem == "" {
			row.Problem = r.problem
		}
		if row.Note == "" {
			row.Note = r.note
		}
		return r.gtin
	case "model", "lot", "serial":
		value := strings.TrimSpace(unneutralised(cell))
		if col.role == roleASIN && !asin.MatchString(value) {
			return ""
		}
		if p := damagedCode(col.key, value); p != "" {
			if row.Problem == "" {
				row.Problem = p
			}
			return ""
		}
		return value
	}
	return strings.TrimSpace(unneutralised(cell))
}

// readID reads a barcode, or another number of a column that has several kinds.
// Of Amazon's kinds 1 is an ASIN, 2 an ISBN; 3, 4 and 5 are barcodes.
func readID(col *column, cell, idType string) reading {
	switch {
	case col.role == roleISBN:
		return isbn(cell)
	case !col.typed:
		return barcode(cell)
	}
	switch idType {
	case "1", "ASIN", "GCID":
		return reading{}
	case "2", "ISBN":
		return isbn(cell)
	}
	return barcode(cell)
}
