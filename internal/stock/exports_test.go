package stock_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
)

// The headers are those that the programs write; the products are invented.

const homeboxExport = "HB.import_ref,HB.location,HB.labels,HB.asset_id,HB.archived,HB.name,HB.quantity,HB.description,HB.insured,HB.notes," +
	"HB.purchase_price,HB.purchase_from,HB.purchase_time,HB.manufacturer,HB.model_number,HB.serial_number,HB.lifetime_warranty,HB.warranty_expires," +
	"HB.warranty_details,HB.sold_to,HB.sold_price,HB.sold_time,HB.sold_notes,HB.field.UPC,HB.field.Lot,HB.field.Owner,HB.field.Finish\n" +
	"hb-1,Attic / Box 3,Nursery;Sleep,000-012,false,Rocker,1,Wooden,true,from aunt,89.5,Fernhollow Toys,2024-05-01,Mullo,MR-77,S100,false,,,A. Body,0,,gone,036000291452,L9,B. Body,oak\n"

const homeboxNewExport = "HB.purchase_date,HB.warranty_expires,HB.sold_date,HB.import_ref,HB.parent_import_ref,HB.url,HB.name,HB.description,HB.notes," +
	"HB.purchase_from,HB.manufacturer,HB.model_number,HB.serial_number,HB.warranty_details,HB.sold_to,HB.sold_notes,HB.location,HB.tags,HB.asset_id," +
	"HB.quantity,HB.purchase_price,HB.sold_price,HB.archived,HB.insured,HB.lifetime_warranty\n" +
	"2024-05-01,,,,,https://shop.example/r,Rocker,Wooden,,Fernhollow Toys,Mullo,MR-77,S100,,,,Attic,,000-012,1,,,false,false,false\n"

const grocyExport = "product_name;product_barcodes;best_before_date;purchased_date;location;amount;product_group;default_store\n" +
	"Oat rings;036000291452,12;2026-01-31;2025-11-02;Pantry;2;Cereal;Pindle Market\n"

const snipeExport = "\"Company\",\"Asset Name\",\"Asset Tag\",\"Model\",\"Model No.\",\"Category\",\"Manufacturer\",\"Serial\",\"Purchase Date\",\"Purchase Cost\",\"EOL\"," +
	"\"Order Number\",\"Supplier\",\"Location\",\"Address\",\"Address\",\"City\",\"State\",\"Country\",\"Zip\",\"Default Location\",\"Checked Out To\",\"Type\",\"Username\"," +
	"\"Employee No.\",\"Manager\",\"Department\",\"Title\",\"Status\",\"Warranty\",\"Warranty Expires\",\"Value\",\"Diff\",\"Fully Depreciated\",\"Notes\",\"MAC Address\"\n" +
	"Daycare,,T-1,Glow pad lamp,GL-20,Lamps,Lumora,77,2024-05-01,30,,o1,Warrick & Loom,Room 3,1 Road,,Town,,XX,1,Store,C. Body,user,cbody,12,D. Body,Staff,Director,Deployed (deployed),24,,,,,night light,00:11\n"

const shopifyExport = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option1 Linked To,Option2 Name,Option2 Value,Option2 Linked To," +
	"Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price," +
	"Variant Requires Shipping,Variant Taxable,Unit Price Total Measure,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description," +
	"Google Shopping / Google Product Category,Google Shopping / Gender,Google Shopping / MPN,Google Shopping / Condition,Google Shopping / Custom Label 0," +
	"Color (product.metafields.shopify.color-pattern),Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item,Included / United States,Price / United States,Status\n" +
	"soft-bear,Soft bear,\"<p>Soft,\r\n\"\"plush\"\"</p>\",Mullo,Toys & Games,Toys,,true,Color,Brown,,,,,SB-1,300,shopify,4,deny,manual,19.00,,true,true,,'036000291452,https://cdn.example/1.png,1,,false,,,,,SB-M1,new,,brown,,g,,,true,,active\n" +
	"soft-bear,,,,,,,,,White,,,,,SB-2,300,shopify,2,deny,manual,19.00,,true,true,,'012345678905,,,,,,,,,,,,,,g,,,,,\n" +
	"soft-bear,,,,,,,,,,,,,,,,,,,,,,,,,,https://cdn.example/2.png,2,,,,,,,,,,,,,,,,,\n" +
	"rattle,Rattle,,Quindex,,Toys,,true,Title,Default Title,,,,,R-1,90,shopify,9,deny,manual,5.00,,true,true,,,,,,false,,,,,,,,,,g,,,true,,active\n"

const shopifyNewExport = "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Price," +
	"Compare-at price,Cost per item,Charge tax,Tax code,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Weight unit for display," +
	"Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description\n" +
	"Soft bear,soft-bear,plush,Mullo,,Toys,,true,active,SB-1,036000291452,Color,Brown,,19,,,true,,shopify,4,deny,300,g,true,manual,,,,,false,,\n" +
	",soft-bear,,,,,,,,SB-2,012345678905,,White,,19,,,true,,shopify,2,deny,300,g,true,manual,,,,,,,\n"

const googleFeed = "id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tmobile_link\tavailability\tprice\tsale_price\tgoogle_product_category\tproduct_type\tbrand\tgtin\tmpn\t" +
	"identifier_exists\tcondition\tage_group\tgender\tcolor\tsize\titem_group_id\tshipping\tcustom_label_0\n" +
	"7\tSwing\tIndoor, \"soft\"\thttps://shop.example/7\thttps://shop.example/7.png\t\t\tin_stock\t49.00 USD\t\t537\tBaby > Swings\tMullo\t036000291452\tSW1\tyes\tnew\tinfant\tunisex\tgrey\tM\tg7\tUS:::0\tspring\n"

const ebayActive = "\ufeffItem number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,Start price,Auction Buy It Now price,Reserve price,Current price,Sold quantity," +
	"Watchers,Bids,Start date,End date,eBay category 1 name,eBay category 1 number,eBay category 2 name,eBay category 2 number,Condition,eBay Product ID(ePID),Listing site,P:UPC,P:EAN,P:ISBN\n" +
	"123456789012,Swing,[Color:Grey],c9,3,FIXED_PRICE,USD,10.00,,,10.00,0,,,Jun-29-26 16:00:01 PDT,Jul-29-26 16:00:01 PDT,Baby Swings,2990,,,Used,4012345678901,US,Does not apply,036000291452,\n"

const ebayFileExchange = "Info,Version=1.0.0,Template=fx_category_template_EBAY_US,,,,,,,,,,,,,\n" +
	"*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8),CustomLabel,*Category,*Title,Relationship,RelationshipDetails,*ConditionID,C:Brand,C:MPN,C:Model,Product:UPC,PicURL,*Format,*StartPrice,*Quantity,PayPalEmailAddress\n" +
	"Add,SW,2990,Swing,,Color=Grey;White,1000,Mullo,,,,,FixedPrice,,,pay@example.org\n" +
	",SW-G,,,Variation,Color=Grey,,,SW1-G,,036000291452,,,10,3,\n" +
	",SW-W,,,Variation,Color=White,,,SW1-W,,012345678905,,,10,2,\n"

const amazonInventory = "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\timage-url\titem-is-marketplace\tproduct-id-type\tzshop-shipping-fee\titem-note\t" +
	"item-condition\tzshop-category1\tzshop-browse-path\tzshop-storefront-feature\tasin1\tasin2\tasin3\twill-ship-internationally\texpedited-shipping\tzshop-boldface\tproduct-id\t" +
	"bid-for-featured-placement\tadd-delete\tpending-quantity\tfulfillment-channel\tmerchant-shipping-group\tstatus\n" +
	"Mullo Swing\tgrey\t0101A\tSW-1\t49.00\t3\t2025-01-01 00:00:00 PST\t\ty\t1\t\tboxed\t11\t\t\t\tB0ABCDEFGH\t\t\t\t\t\tB0ABCDEFGH\t\t\t0\tDEFAULT\tTemplate\tActive\n" +
	"Mullo Rocker\t\t0102A\tRO-1\t59.00\t1\t2025-01-01 00:00:00 PST\t\ty\t3\t\t\t11\t\t\t\tB0ABCDEFGJ\t\t\t\t\t\t36000291452\t\t\t0\tDEFAULT\tTemplate\tActive\n" +
	"Bath book\t\t0103A\tBB-1\t9.00\t1\t2025-01-01 00:00:00 PST\t\ty\t2\t\t\t11\t\t\t\t0306406152\t\t\t\t\t\t0306406152\t\t\t0\tDEFAULT\tTemplate\tActive\n"

const squareLibrary = "Reference Handle,Token,Item Name,Customer-facing Name,Variation Name,SKU,Description,Categories,Reporting Category,SEO Title,SEO Description,Permalink,GTIN," +
	"Square Online Item Visibility,Item Type,Weight (lb),Social Media Link Title,Social Media Link Description,Shipping Enabled,Self-serve Ordering Enabled,Delivery Enabled,Pickup Enabled," +
	"Price,Online Sale Price,Archived,Sellable,Contains Alcohol,Stockable,Skip Detail Screen in POS,Option Name 1,Option Value 1,Default Unit Cost,Default Vendor Name,Default Vendor Code," +
	"Current Quantity Oakpip Street,New Quantity Oakpip Street,Stock Alert Enabled Oakpip Street,Stock Alert Count Oakpip Street,Tax - Sales Tax (8%)\n" +
	"#swing,TOK1,Swing,Soft Swing,Regular,SW-1,grey,Swings,Baby,,,,036000291452,visible,Physical,4,,,Y,N,N,Y,49.00,,N,Y,N,Y,N,,,20,Warrick & Loom,W-1,3,,N,,Y\n"

func TestExports(t *testing.T) {
	customer := func(name string) string {
		return `The column "` + name + `" looks like customer data: it was not read.`
	}
	for _, tt := range []struct {
		name, in string
		want     []babyshield.Item
		warnings []string
	}{
		{"Homebox", homeboxExport, []babyshield.Item{{
			Ref: "hb-1", Location: "Attic / Box 3", Quantity: "1", Name: "Rocker", Brand: "Mullo", Model: "MR-77", Serial: "S100",
			Bought: "2024-05-01", Seller: "Fernhollow Toys", GTIN: "036000291452", Lot: "L9", Notes: "from aunt",
		}}, []string{customer("HB.sold_to"), customer("HB.field.Owner"), `The column "HB.field.Finish" is not known: it was ignored.`}},
		{"Homebox since 0.22", homeboxNewExport, []babyshield.Item{{
			Ref: "000-012", Location: "Attic", Quantity: "1", Name: "Rocker", Brand: "Mullo", Model: "MR-77", Serial: "S100",
			Bought: "2024-05-01", Seller: "Fernhollow Toys", Notes: "Wooden", URL: "https://shop.example/r",
		}}, []string{customer("HB.sold_to")}},
		{"Grocy", grocyExport, []babyshield.Item{{
			Name: "Oat rings", GTIN: "036000291452", DateCode: "2026-01-31", Location: "Pantry", Bought: "2025-11-02", Quantity: "2", Category: "Cereal", Seller: "Pindle Market",
		}}, nil},
		{"Snipe-IT", snipeExport, []babyshield.Item{{
			Ref: "T-1", Model: "GL-20", Brand: "Lumora", Serial: "77", Location: "Room 3", Category: "Lamps", Bought: "2024-05-01",
			Seller: "Warrick & Loom", Notes: "night light", Name: "Glow pad lamp",
		}}, []string{
			customer("Address"), customer("Address"), customer("Zip"), customer("Checked Out To"), customer("Username"),
			customer("Employee No."), customer("Manager"), customer("Title"), `The column "MAC Address" is not known: it was ignored.`,
		}},
		{"Shopify", shopifyExport, []babyshield.Item{
			{Ref: "soft-bear/SB-1", Name: "Soft bear", Brand: "Mullo", Category: "Toys & Games", GTIN: "036000291452", Quantity: "4", Model: "SB-M1"},
			{Ref: "soft-bear/SB-2", Name: "Soft bear", Brand: "Mullo", Category: "Toys & Games", GTIN: "012345678905", Quantity: "2"},
			{Ref: "soft-bear", Name: "Soft bear", Brand: "Mullo", Category: "Toys & Games"},
			{Ref: "rattle/R-1", Name: "Rattle", Brand: "Quindex", Category: "Toys", Quantity: "9"},
		}, nil},
		{"Shopify since 2024", shopifyNewExport, []babyshield.Item{
			{Ref: "soft-bear/SB-1", Name: "Soft bear", Brand: "Mullo", Category: "Toys", GTIN: "036000291452", Quantity: "4", Notes: "plush"},
			{Ref: "soft-bear/SB-2", Name: "Soft bear", Brand: "Mullo", Category: "Toys", GTIN: "012345678905", Quantity: "2"},
		}, nil},
		{"Google Merchant", googleFeed, []babyshield.Item{{
			Ref: "7", Name: "Swing", Brand: "Mullo", GTIN: "036000291452", Model: "SW1", URL: "https://shop.example/7", Category: "Baby > Swings",
			Color: "grey", Size: "M", Notes: `Indoor, "soft"`,
		}}, nil},
		{"eBay active listings", ebayActive, []babyshield.Item{{
			Ref: "c9", Name: "Swing", GTIN: "036000291452", Quantity: "3", Category: "Baby Swings",
		}}, nil},
		{"eBay File Exchange", ebayFileExchange, []babyshield.Item{
			{Ref: "SW", Name: "Swing", Brand: "Mullo", Category: "2990"},
			{Ref: "SW-G", Name: "Swing", Brand: "Mullo", Category: "2990", Model: "SW1-G", GTIN: "036000291452", Quantity: "3"},
			{Ref: "SW-W", Name: "Swing", Brand: "Mullo", Category: "2990", Model: "SW1-W", GTIN: "012345678905", Quantity: "2"},
		}, []string{customer("PayPalEmailAddress")}},
		{"Amazon", amazonInventory, []babyshield.Item{
			{Ref: "SW-1", Name: "Mullo Swing", Model: "B0ABCDEFGH", Quantity: "3", Notes: "boxed"},
			{Ref: "RO-1", Name: "Mullo Rocker", Model: "B0ABCDEFGJ", Quantity: "1", GTIN: "036000291452"},
			{Ref: "BB-1", Name: "Bath book", Quantity: "1"},
		}, nil},
		{"Square", squareLibrary, []babyshield.Item{{
			Ref: "SW-1", Name: "Swing", GTIN: "036000291452", Category: "Swings", Seller: "Warrick & Loom", Quantity: "3", Notes: "grey",
		}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows := readAll(t, tt.in)
			var got []babyshield.Item
			for _, row := range rows {
				if row.Problem != "" || row.Note != "" {
					t.Errorf("row %d: problem %q, note %q, want none", row.Number, row.Problem, row.Note)
				}
				if len(row.Cells) != len(r.Header()) {
					t.Errorf("row %d: %d cells for %d columns", row.Number, len(row.Cells), len(r.Header()))
				}
				for i, h := range r.Header() {
					if (strings.Contains(h, "Email") || h == "HB.sold_to" || h == "Username") && row.Cells[i] != "" {
						t.Errorf("row %d: the refused column %q holds %q", row.Number, h, row.Cells[i])
					}
				}
				got = append(got, row.Item)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("items (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.warnings, r.Warnings()); d != "" {
				t.Errorf("warnings (-want +got):\n%s", d)
			}
		})
	}
}

// Line ends, quotes and blanks inside of a cell are the caller's.
func TestCellsAsTheyWere(t *testing.T) {
	_, rows := readAll(t, shopifyExport)
	if got, want := rows[0].Cells[2], "<p>Soft,\r\n\"plush\"</p>"; got != want {
		t.Errorf("the description is %q, want %q", got, want)
	}
	_, rows = readAll(t, "name,notes\r a ,\" b\rc\n \"\r\"\",\" \"\n")
	if d := cmp.Diff([]string{" a ", " b\rc\n "}, rows[0].Cells); d != "" {
		t.Errorf("cells (-want +got):\n%s", d)
	}
}

func TestPersonalColumns(t *testing.T) {
	for header, refused := range map[string]bool{
		"Email": true, "customer_name": true, "Phone No.": true, "buyer": true, "Ship-To Name": true, "owner": true, "Kundenname": false,
		"BillingAddress1": true, "Assigned To": true, "child_name": true, "Manager": true, "DOB": true, "Postcode": true,
		"Customer-facing Name": false, "mobile_link": false, "Headphone type": false, "IP address": false, "Street date": false,
		"Model": false, "Title": false, "Handle": false, "Customer rating": false, "Ownership": false,
	} {
		r, rows := readAll(t, "name,"+header+"\nswing,x\n")
		if got := rows[0].Cells[1] == ""; got != refused {
			t.Errorf("column %q refused: %v, want %v (warnings %q)", header, got, refused, r.Warnings())
		}
		named := strings.Contains(strings.Join(r.Warnings(), "\n"), `"`+header+`" looks like customer data`)
		if named != refused {
			t.Errorf("column %q named in a warning: %v, want %v", header, named, refused)
		}
	}
}
