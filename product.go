package babyshield

// RecalledProduct is a line of a recall as package match reads it: identity in
// normal form and the bounds that decide who is affected. Text fields keep the
// agency's spelling; matching folds them.
//
// In Models, Lots, DateCodes and the From of Serials a star stands for what the
// notice leaves open: "LT*" begins with LT, "*K" ends in K, "*417*" holds 417.
// A range of serial numbers whose To ends in a star is one of beginnings: "A10"
// to "A15*" holds what begins with A10, A11 ... A15. A model, lot or date code
// "A to B" is a range as printed, where it could not be spelled out.
type RecalledProduct struct {
	Name       string   `json:"name,omitempty"`
	Brand      string   `json:"brand,omitempty"`
	Brands     []string `json:"brands,omitempty"` // other names it was sold under
	Models     []string `json:"models,omitempty"` // model, style, item, part and stock numbers
	Years      []int    `json:"years,omitempty"`  // model years, spelled out, ascending
	ASINs      []string `json:"asins,omitempty"`  // Amazon's product numbers: ASINs, and FNSKUs of its labels
	GTINs      []string `json:"gtins,omitempty"`  // 14 digits, check digit verified
	Lots       []string `json:"lots,omitempty"`
	Serials    []Range  `json:"serials,omitempty"`
	DateCodes  []string `json:"date_codes,omitempty"`
	DateFormat string   `json:"date_format,omitempty"` // how the notice says that its date codes are written: "YYWW" (match.DateFormat)
	Made       Period   `json:"made,omitzero"`
	Sold       Sold     `json:"sold,omitzero"`
	Colors     []string `json:"colors,omitempty"`
	Sizes      []string `json:"sizes,omitempty"`
	Category   string   `json:"category,omitempty"`
	Excluded   Excluded `json:"excluded,omitzero"`
	Scope      Scope    `json:"scope,omitzero"`
	Key        string   `json:"key,omitempty"` // ProductEntry.Key
}

// Excluded is what the notice names as not recalled. No code stands both here and
// among what is recalled.
type Excluded struct {
	Models    []string `json:"models,omitempty"`
	Lots      []string `json:"lots,omitempty"`
	Serials   []Range  `json:"serials,omitempty"`
	DateCodes []string `json:"date_codes,omitempty"`
	Words     []string `json:"words,omitempty"` // the sentences, cut to a decent length
}

// Range is an inclusive range of serial numbers, or one number where To is "".
// Stars: see RecalledProduct.
type Range struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Period is an inclusive span of days; an empty bound is open.
type Period struct {
	From Day `json:"from,omitempty"`
	To   Day `json:"to,omitempty"`
}

// Sold says when and where a product was sold.
type Sold struct {
	From Day      `json:"from,omitempty"`
	To   Day      `json:"to,omitempty"`
	At   []string `json:"at,omitempty"`   // sellers, as named: shops, market places, and who sold there
	Only bool     `json:"only,omitempty"` // the notice says that nobody else sold it
}

// Scope names the item fields that decide whether a unit is within the recall,
// most deciding first (item keys of CONTRACT). Empty = all units of the line, or
// nothing could be read. Colour and size stand here only where the notice says
// that they decide; a list of what it was sold in decides nothing.
type Scope struct {
	Fields  []string `json:"fields,omitempty"`
	All     bool     `json:"all,omitempty"`     // the notice says so: "all units", "all models"
	Sources []Source `json:"sources,omitempty"` // the words that the values came from
}

// Source is the words of the notice that values of a field came from, cut to a
// decent length. Field is an item key, or "years", "all", "excluded".
type Source struct {
	Field string `json:"field"`
	Words string `json:"words"`
}
