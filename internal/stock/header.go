package stock

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/babyshield/babyshield"
)

// aliases are what other programs and people call an item key, folded. Within a
// key the order is the rank: where two columns of a list mean the same key, the
// better one fills the field and the other where that is empty.
var aliases = map[string][]string{
	"ref":       {"ref", "hbimportref", "assettag", "variantsku", "handle", "customlabelsku", "customlabel", "sku", "reference", "referencehandle", "itemref", "id", "itemid", "token"},
	"name":      {"name", "hbname", "itemname", "productname", "title", "producttitle", "product", "item", "itemtitle", "productdescription", "itemdescription", "description"},
	"brand":     {"brand", "brandname", "hbmanufacturer", "manufacturer", "vendor", "make", "maker"},
	"model":     {"model", "modelnumber", "hbmodelnumber", "modelno", "mpn", "manufacturerpartnumber", "partnumber", "stylenumber", "modelname"},
	"gtin":      {"gtin", "upc", "ean", "barcode", "hbfieldupc", "hbfieldean", "hbfieldgtin", "variantbarcode", "productbarcodes", "productbarcode", "barcodes", "upccode", "eancode", "upcean", "gtin14", "gtin13", "gtin12", "productid"},
	"lot":       {"lot", "lotnumber", "lotno", "lotcode", "hbfieldlot", "batch", "batchnumber", "batchno", "batchcode"},
	"serial":    {"serial", "serialnumber", "hbserialnumber", "serialno", "sn"},
	"date_code": {"datecode", "bestbeforedate", "bestbefore", "bestby", "expirydate", "expirationdate", "expiry", "useby", "usebydate"},
	"made":      {"made", "manufacturedate", "manufacturingdate", "mfgdate", "productiondate", "dateofmanufacture", "manufacturedon"},
	"bought":    {"bought", "purchasedon", "hbpurchasetime", "hbpurchasedate", "purchasedate", "purchasetime", "datepurchased", "dateofpurchase", "boughton", "purchased"},
	"seller":    {"seller", "store", "shop", "retailer", "hbpurchasefrom", "purchasedfrom", "boughtfrom", "supplier"},
	"color":     {"color", "colour"},
	"size":      {"size"},
	"category":  {"category", "productcategory", "type", "producttype", "googleproductcategory"},
	"location":  {"location", "hblocation", "room", "shelf"},
	"quantity":  {"quantity", "hbquantity", "qty", "currentquantity", "variantinventoryqty", "instock"},
	"url":       {"url", "link", "hburl", "producturl", "website"},
	"notes":     {"notes", "note", "hbnotes", "comment", "comments", "hbdescription", "remarks", "description"},
}

// ignored are columns of the programs above that mean nothing here; a warning
// about each would be noise.
var ignored = map[string]bool{"condition": true, "imagelink": true, "imagesrc": true, "status": true, "price": true, "availability": true}

// personal are parts of folded headers that speak of customers.
var personal = []string{
	"email", "mailaddress", "phone", "telephone", "mobile", "customer", "client", "buyer", "billing", "recipient",
	"firstname", "lastname", "surname", "fullname", "givenname", "familyname", "contactname", "ownername", "address", "street",
	"zipcode", "postcode", "postalcode", "dateofbirth", "birthday", "creditcard", "childname",
}

// personalWhole are headers that are too short to look for inside others.
var personalWhole = map[string]bool{"dob": true, "ssn": true, "iban": true, "owner": true, "zip": true, "tel": true, "fax": true}

// meaning is one reading of a header: the key, and the rank within it.
type meaning struct {
	key  string
	rank int
}

// meanings turns aliases round, in the order of the item keys. The header
// "description" has two: the product's name, and notes where the list has a
// better column for the name.
var meanings = func() map[string][]meaning {
	m := map[string][]meaning{}
	for _, key := range babyshield.ItemKeys {
		for rank, a := range aliases[key] {
			m[a] = append(m[a], meaning{key, rank})
		}
	}
	return m
}()

// fold is a header without case, blanks and punctuation.
func fold(h string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, h)
}

// isPersonal says whether the column looks like data about customers.
func isPersonal(h string) bool {
	f := fold(h)
	if personalWhole[f] {
		return true
	}
	for _, p := range personal {
		if strings.Contains(f, p) {
			return true
		}
	}
	return false
}

// column is what a column of the list means.
type column struct {
	key     string // item key; "" = ignored
	rank    int
	refused bool
}

// readHeader gives the columns' meanings and the warnings, and how many columns
// have one.
func readHeader(header []string) (cols []column, warnings []string, known int) {
	cols = make([]column, len(header))
	best := map[string]int{} // the best rank of a name column, for "description"
	for i, h := range header {
		if isPersonal(h) {
			cols[i].refused = true
			warnings = append(warnings, fmt.Sprintf("The column %q looks like customer data: it was not read.", clip(h)))
			continue
		}
		ms := meanings[fold(h)]
		if len(ms) == 0 {
			if f := fold(h); f != "" && !ignored[f] && !strings.HasPrefix(f, "bs") {
				warnings = append(warnings, fmt.Sprintf("The column %q is not known: it was ignored.", clip(h)))
			}
			continue
		}
		cols[i].key, cols[i].rank = ms[0].key, ms[0].rank
		known++
		if r, ok := best[ms[0].key]; !ok || ms[0].rank < r {
			best[ms[0].key] = ms[0].rank
		}
	}
	for i, h := range header {
		ms := meanings[fold(h)]
		if !cols[i].refused && len(ms) > 1 && best[ms[0].key] < ms[0].rank {
			cols[i].key, cols[i].rank = ms[1].key, ms[1].rank
		}
	}
	return cols, warnings, known
}

// clip shortens a header for a warning.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
