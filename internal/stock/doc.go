// Package stock reads stock lists as shops and households keep them, and writes
// them back with an answer beside each row. It is pure: an io.Reader in, items
// out, bytes back.
//
// # What is read
//
// CSV with comma, semicolon or tab, or NDJSON (one object a line) where the
// first character is "{". UTF-8 with or without a byte order mark, UTF-16 of
// either order with or without one, and Windows-1252: a line that is not UTF-8
// is read as Windows-1252. Lines may end in LF, CRLF or CR. A first line
// "sep=;", as Excel writes, names the separator; lines that begin with #INFO or
// Info, as eBay's templates have, are passed over.
//
// The first line that is not blank is the header. It is compared without case,
// blanks and punctuation with the item keys of CONTRACT and with what Homebox,
// Grocy, Snipe-IT, Shopify, Google Merchant, eBay, Amazon and Square call them
// (aliases.go). A column that is not known is ignored with a warning. A column that
// looks like data about customers or staff is refused with a warning that names
// it: its cells are dropped as they are read, and are empty in Row.Cells and in the
// output.
//
// Rows of a product's variants (the same Handle in Shopify, Relationship Variation
// in eBay) have the name, brand, category and page of the product's own row. An
// ASIN is no barcode; it fills the model where that is empty.
//
// # What is promised
//
//   - A bad row (wrong quoting, too many fields, a field or line that is too
//     long, a code that a spreadsheet damaged) comes back with Problem set and
//     with what could be read of it; the rows after it are read as if it were
//     good. A quote that is opened and never closed costs its own line alone.
//   - A barcode is repaired only where the check digit proves the repair. One that
//     is no use for a reason that nobody can tell is named in Note: the row is
//     judged by the rest of it.
//   - Memory is bounded by the longest row, time by the length of the input.
//   - What a row is depends on the text up to it, not on how it came in pieces: a
//     list that is read again gives the same rows, and Digest tells that it is the
//     same list.
//   - A cell that is written is the caller's byte for byte, with one exception: an
//     apostrophe goes before what a spreadsheet would compute.
//   - Nothing of a row appears in a warning.
//
// A Reader is used by one goroutine, a Layout by as many as like.
package stock
