package stock

import (
	"strings"

	"github.com/babyshield/babyshield"
)

// aliases are what other programs and people call an item key, folded. Within a
// key the order is the rank: where two columns of a list mean the same key, the
// better one fills the field and the other where that is empty.
var aliases = map[string][]string{
	"ref":       {"ref", "hbimportref", "assettag", "variantsku", "handle", "urlhandle", "customlabelsku", "customlabel", "sellersku", "sku", "reference", "referencehandle", "itemref", "hbassetid", "id", "itemid", "itemnumber", "token"},
	"name":      {"name", "hbname", "itemname", "assetname", "productname", "title", "producttitle", "product", "item", "itemtitle", "customerfacingname", "productdescription", "itemdescription", "description"},
	"brand":     {"brand", "brandname", "cbrand", "productbrand", "hbmanufacturer", "manufacturer", "vendor", "make", "maker"},
	"model":     {"model", "modelnumber", "hbmodelnumber", "modelno", "cmodel", "mpn", "cmpn", "productmpn", "manufacturerpartnumber", "googleshoppingmpn", "googleshoppingmanufacturerpartnumbermpn", "partnumber", "stylenumber", "modelname", "asin", "asin1"},
	"gtin":      {"gtin", "upc", "ean", "barcode", "variantbarcode", "variantbarcodes", "productupc", "productean", "pupc", "pean", "cupc", "cean", "productbarcodes", "productbarcode", "barcodes", "upccode", "eancode", "upcean", "gtin14", "gtin13", "gtin12", "isbn", "pisbn", "productisbn", "productid", "externalproductid"},
	"lot":       {"lot", "lotnumber", "lotno", "lotcode", "batch", "batchnumber", "batchno", "batchcode"},
	"serial":    {"serial", "serialnumber", "hbserialnumber", "serialno", "sn"},
	"date_code": {"datecode", "bestbeforedate", "bestbefore", "bestby", "expirydate", "expirationdate", "expiry", "useby", "usebydate", "nextduedate"},
	"made":      {"made", "manufacturedate", "manufacturingdate", "mfgdate", "productiondate", "dateofmanufacture", "manufacturedon"},
	"bought":    {"bought", "purchasedon", "hbpurchasedate", "hbpurchasetime", "purchasedate", "purchaseddate", "purchasetime", "datepurchased", "dateofpurchase", "boughton", "purchased"},
	"seller":    {"seller", "store", "shop", "retailer", "hbpurchasefrom", "purchasedfrom", "boughtfrom", "supplier", "defaultvendorname", "defaultstore", "shoppinglocation"},
	"color":     {"color", "colour", "ccolor", "ccolour"},
	"size":      {"size", "csize"},
	"category":  {"category", "productcategory", "categoryname", "categories", "reportingcategory", "productgroup", "ebaycategory1name", "producttype", "type", "googleproductcategory", "googleshoppinggoogleproductcategory"},
	"location":  {"location", "hblocation", "room", "shelf", "defaultlocation"},
	"quantity":  {"quantity", "hbquantity", "qty", "availablequantity", "currentquantity", "variantinventoryqty", "inventoryquantity", "amount", "stockamount", "instock"},
	"url":       {"url", "link", "hburl", "producturl", "website"},
	"notes":     {"notes", "note", "hbnotes", "itemnote", "comment", "comments", "hbdescription", "remarks", "description"},
}

// ignored are other columns of those programs: a warning about each would be
// noise. eBay's own numbers are among them. Amazon's ASIN stands in for a model that
// is not given: package match knows it from one, so that it can agree with a notice
// that lists it and differs from no maker's model.
var ignored = setOf(`
	additionalimagelink afnlisting archived asin2 asin3 availability bidforfeaturedplacement adddelete bids
	body bodyhtml chargetax checkoutdate city company condition conditionid containsalcohol continuesellingwhenoutofstock
	costperitem country createdat currency currentprice customproduct defaultunitcost defaultvendorcode deleted deliveryenabled
	department diff duration ebayproductidepid enddate eol epid expectedcheckindate expeditedshipping fnsku format
	fulfillmentchannel fulfillmentchannelsku fulfillmentservice fullydepreciated giftcard identifierexists imagelink imageurl
	itemcondition itemgroupid itemismarketplace itemphotourl itemtype lastaudit lastpurchased listingid listingsite
	merchantshippinggroup mobilelink nextauditdate onlinesaleprice opendate ordernumber pendingquantity permalink
	pepid picurl pickupenabled price productidtype published publishedononlinestore purchasecost relationship relationshipdetails
	requiresshipping reserveprice saleprice selfserveorderingenabled sellable shipping shippingenabled shippingweight
	skipdetailscreeninpos soldquantity squareonlineitemvisibility startdate startprice state status stockable storecategory
	streetdate tags taxcode updatedat value variationdetails variationname warranty warrantyexpires watchers
	willshipinternationally gender agegroup adult multipack isbundle material pattern sizesystem sizetype
	hbarchived hbinsured hblabels hblifetimewarranty hbparentimportref hbpurchaseprice hbsoldnotes hbsoldprice hbsolddate
	hbsoldtime hbtags hbwarrantydetails hbwarrantyexpires auctionbuyitnowprice`)

// ignoredBefore begin the headers of columns that come in numbers, or with the
// name of a place or a market behind.
var ignoredBefore = []string{
	"variant", "option1", "option2", "option3", "optionname", "optionvalue", "optionset", "image", "productimage", "seo", "googleshopping",
	"included", "price", "compareatprice", "unitprice", "inventory", "weight", "socialmedialink", "newquantity", "stockalert", "tax",
	"zshop", "customlabel", "ebaycategory", "shippingservice", "intlshipping", "action", "additionalimage",
}

// placed begin the headers that Square ends with the name of a shop, which may be
// that of a street.
var placed = []string{"currentquantity", "newquantity", "stockalert"}

// personal are parts of folded headers that speak of customers or staff.
var personal = []string{
	"email", "mailaddress", "phone", "telephone", "mobile", "customer", "client", "buyer", "billing", "billto", "shipto", "soldto", "recipient",
	"firstname", "lastname", "surname", "fullname", "givenname", "familyname", "contactname", "ownername", "address", "street",
	"zipcode", "postcode", "postalcode", "dateofbirth", "birthday", "creditcard", "childname", "username", "employee", "assignedto",
	"checkedoutto",
}

// personalWhole are headers that are too short to look for inside others.
var personalWhole = setOf("dob ssn iban owner zip tel fax contact manager checkedout")

// things are words of products that a part of personal hides in.
var things = strings.NewReplacer(
	"headphone", "", "earphone", "", "microphone", "", "smartphone", "", "macaddress", "", "ipaddress", "", "webaddress", "",
	"automobile", "", "customerreview", "", "customerrating", "",
)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

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
