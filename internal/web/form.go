package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
)

// field is an input of the form about a product. Its key is an item key of
// CONTRACT.
type field struct {
	key, label, hint string
	numeric          bool // a keyboard with digits
	value            string
	wanted           bool // the answer depends on it
}

// mainFields are always seen; moreFields are folded away until one is used.
var (
	mainFields = []field{
		{key: "name", label: "What is it?", hint: "Words or a barcode number"},
		{key: "brand", label: "Brand"},
		{key: "model", label: "Model", hint: "Often on a label underneath"},
		{key: "gtin", label: "Barcode number", hint: "The 8 to 14 digits under the bars", numeric: true},
	}
	moreFields = []field{
		{key: "date_code", label: "Date code", hint: "As printed on the label"},
		{key: "lot", label: "Lot or batch", hint: "As printed on the label"},
		{key: "serial", label: "Serial number"},
		{key: "made", label: "Date of manufacture", hint: "Such as 2024-03"},
		{key: "bought", label: "Date of purchase", hint: "Such as 2024-03"},
		{key: "seller", label: "Where it was bought", hint: "The name of the shop or site"},
		{key: "color", label: "Color"},
		{key: "size", label: "Size"},
	}
)

// checkForm is the form with what was typed.
type checkForm struct {
	main, more []field
	open       bool // the folded fields are in use
	countries  []choice
	problem    string // why it could not be used
	button     string
}

// newForm shows an item in the form. wanted are item keys to ask for.
func newForm(t *site, item *babyshield.Item, country string, wanted []string) checkForm {
	f := checkForm{main: fill(mainFields, item, wanted), more: fill(moreFields, item, wanted), button: "Check"}
	f.open = slices.ContainsFunc(f.more, func(m field) bool { return m.value != "" || m.wanted }) || country != ""
	f.countries = []choice{{value: "", label: "All agencies that we read", chosen: country == ""}}
	if t != nil {
		f.countries = append(f.countries, t.countries(country)...)
	}
	return f
}

func fill(fields []field, item *babyshield.Item, wanted []string) []field {
	out := slices.Clone(fields)
	for i := range out {
		out[i].value = *item.Field(out[i].key)
		out[i].wanted = slices.Contains(wanted, out[i].key)
	}
	return out
}

// countries are those of the agencies, by name.
func (t *site) countries(chosen string) []choice {
	var out []choice
	for _, a := range t.states {
		c := choice{value: a.Country, label: countryName(a.Country), chosen: a.Country == chosen}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b choice) int { return strings.Compare(a.label, b.label) })
	return out
}

// readForm reads what was typed. A barcode in the field for words is a barcode.
func readForm(r *http.Request) (item babyshield.Item, country string, err error) {
	if err := r.ParseForm(); err != nil {
		return item, "", babyshield.Wrap(babyshield.Invalid, err, "The form could not be read. Go back and send it again.")
	}
	for _, f := range slices.Concat(mainFields, moreFields) {
		*item.Field(f.key) = r.PostForm.Get(f.key)
	}
	item.Clean()
	if _, err := babyshield.NormalizeGTIN(item.Name); err == nil && item.GTIN == "" {
		item.GTIN, item.Name = item.Name, ""
	}
	return item, strings.ToUpper(strings.TrimSpace(r.PostForm.Get("country"))), nil
}

// barcodeNote says what is odd about the barcode. The check goes on without it.
func barcodeNote(item *babyshield.Item) string {
	if item.GTIN == "" {
		return ""
	}
	if _, err := babyshield.NormalizeGTIN(item.GTIN); err != nil {
		return "We could not use the barcode number: " + notify.Clean(err.Error(), maxQuote) + "."
	}
	return ""
}
