// Package match reads recalls and items and judges whether they meet. It is
// pure: values in, values out, no clock, no file, no network. The same input
// gives the same output in every process and every direction, so what a new
// recall finds among stored items, what an item finds among stored recalls and
// what bulk screening finds are one set.
//
// # Reading
//
// [Read] takes a recall as the agency gave it and returns its products with
// what identifies them (brand, models, GTINs) and what bounds them (lots,
// serial ranges, date codes, made and sold periods), out of fields first and
// out of prose where there are no fields. It never guesses: what is not
// recognised stays unread, and a sentence that says what is not included is
// left out whole. In Models and in the bounds of Serials a trailing "*" means
// "any ending"; in DateCodes "A to B" is a range as printed.
//
// # Keys
//
// [Prepare] and [PrepareItem] fold their argument once. Keys of both sides are
// 64-bit hashes of: a GTIN; a model code that is long enough to stand alone; a
// brand with a short model code; a brand with a word of the name or of the
// description. No key stands for a brand, a colour or a kind of product alone,
// so a new recall has few candidates among a million items.
//
// The law of the package: [Compare] has a verdict only where the two share a
// key. It holds by construction, since Compare judges only the lines of the
// recall that share a key with the item, and a nested loop over all pairs
// therefore finds exactly what an index of keys finds.
//
// # Judging
//
// Identity is settled by a listed GTIN, by brand and listed model, or, where the
// recall lists no model, by brand and enough of the distinguishing words of the
// name. Words weigh by a table that is part of the program (words.go), never by
// counting a corpus: a count would make the answer depend on what else is
// stored. Empty never equals empty; a brand alone is nothing.
//
// Scope decides next. A listed model, lot, serial number, date code, made
// period or sold period that the item contradicts is no match, and Differ says
// which. One that the item agrees with settles it. One that the item does not
// record makes the verdict check, with the missing fields named, at most two.
// A serial number or lot that is inside outweighs a date that is outside.
//
// Hashes may collide: that costs a needless comparison, never a wrong verdict.
package match
