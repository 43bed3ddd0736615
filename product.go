package babyshield

// RecalledProduct is a line of a recall as package match reads it: identity in
// normal form and the bounds that decide who is affected. Text fields keep the
// agency's spelling; matching folds them.
type RecalledProduct struct {
	Name      string   `json:"name,omitempty"`
	Brand     string   `json:"brand,omitempty"`
	Brands    []string `json:"brands,omitempty"` // other names it was sold under
	Models    []string `json:"models,omitempty"`
	GTINs     []string `json:"gtins,omitempty"` // 14 digits, check digit verified
	Lots      []string `json:"lots,omitempty"`
	Serials   []Range  `json:"serials,omitempty"`
	DateCodes []string `json:"date_codes,omitempty"`
	Made      Period   `json:"made,omitzero"`
	Sold      Sold     `json:"sold,omitzero"`
	Colors    []string `json:"colors,omitempty"`
	Sizes     []string `json:"sizes,omitempty"`
	Category  string   `json:"category,omitempty"`
	Scope     Scope    `json:"scope,omitzero"`
	Key       string   `json:"key,omitempty"` // ProductEntry.Key
}

// Range is an inclusive range of serial numbers, or one number where To is "".
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
	At   []string `json:"at,omitempty"` // sellers, as named
}

// Scope names the item fields that decide whether a unit is within the recall,
// most deciding first (item keys of CONTRACT). Empty = all units of the line.
type Scope struct {
	Fields []string `json:"fields,omitempty"`
	Source string   `json:"source,omitempty"` // the words that it came from
}
