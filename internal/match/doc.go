// Package match reads recalls and items and judges whether they meet. It is
// pure: values in, values out, no clock, no file, no network. The same input
// gives the same output in every process and every direction, so what a new
// recall finds among stored items, what an item finds among stored recalls and
// what bulk screening finds are one set.
//
// # Reading
//
// [Read] takes a recall as the agency gave it and returns its products with
// what identifies them (brand, models, model years, GTINs, ASINs), what bounds
// them (lots, serial ranges, date codes, made and sold periods, where the notice
// says so colours and sizes) and what the notice names as left out, out of fields
// first and out of prose where there are no fields. Scope.Sources has the words
// that each came from.
//
// It never guesses: what is not recognised stays unread. Half a list of lots,
// serial numbers or date codes is worse than none, since it calls the other half
// unaffected; such a list is dropped whole where a bound cannot be written down
// ("and higher"), where the cells of a table cannot be told apart, and where the
// notice only gives an example. Periods of several models are one envelope.
//
// Prose is read by announcements ("model numbers", "lot", "manufactured") and the
// list behind them (announce.go, readlist.go). Tables that lost their lines and
// columns are read by their headings (readheads.go, readtable.go). Sentences and
// clauses that say what is not included are read apart (lex.go, readscope.go).
//
// In Models, Lots, DateCodes and the From of a serial number a star stands for
// what the notice leaves open: "LT*", "*K", "*417*". "A to B" in Models, Lots and
// DateCodes is a range as printed; Range{"YA325", "YA724*"} is all that begins with
// YA325 to YA724. DateFormat says how date codes are written ("YYWW"), where the
// notice explains it; Made then holds what the codes mean.
//
// # Keys
//
// [Prepare] and [PrepareItem] fold their argument once. Keys of both sides are
// 64-bit hashes of: a GTIN or an ASIN; a long lot; a model code that is long enough
// to stand alone; a brand with a short model code, with a kind of product, or with
// a word of the name or of the description; and a brand alone, but for those that
// make many kinds of things (words.go). An item without a brand tries the brands of
// the table that its name holds, its seller, and the words that may be a brand. No
// key stands for a colour or a kind of product alone, so a new recall has few
// candidates among a million items.
//
// The law of the package: [Compare] has a verdict only where the two share a
// key. It holds by construction, since Compare judges only the lines of the
// recall that share a key with the item, and a nested loop over all pairs
// therefore finds exactly what an index of keys finds. [Recall.Pack] writes down
// what Prepare gives, for indexes that hold all recalls.
//
// # Judging
//
// Identity is settled by a listed GTIN or ASIN, by brand and listed model, or by
// brand and name. Names are judged by points (compare.go): for the words that the
// notice has too, for naming what the product is, and against words that the
// notice does not know, another line of the brand, an accessory. One detail that
// contradicts outweighs all that agrees: another number with its unit (12-drawer),
// another colour, model year, designation ("570" for "850") or wearer, what the item
// itself denies, a purchase after the end of sales. Of a brand that makes many kinds
// of things the line must be named too; of one that nobody else knows, the kind
// suffices. What cannot be compared contradicts nothing: a shop's number in the
// model field, a size of another system.
//
// What words mean is data that is part of the program: classes and synonyms
// (words.go), kinds of products out of WordNet and of our own (kinds.txt,
// kinds_own.txt), brands and who they belong to (brands.txt). Nothing is counted in
// a corpus: a count would make the answer depend on what else is stored. Empty
// never equals empty; a brand alone is nothing.
//
// Scope decides next. A listed model, lot, serial number, date code, model year,
// made period or sold period that the item contradicts is no match, and Differ
// says which. One that the item agrees with settles it. One that the item does not
// record makes the verdict check, with the missing fields named, at most two; so
// does one that the notice decides by and does not list ("certain VINs"). A serial
// number or lot that is inside outweighs a date that is outside.
//
// Hashes may collide. For keys that costs a needless comparison; words of a name
// have 32 bits, so that of a million pairs one may have a word more in common than
// it has.
package match
