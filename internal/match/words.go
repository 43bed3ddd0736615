package match

import "strings"

// class is how much a word says about which product it is.
type class uint8

const (
	classStop    class = iota // says nothing: the, with, recalled
	classGeneric              // fits thousands of products: black, large, wooden, kids
	classCommon               // describes, and is no name: levitating, stackable
	classKind                 // what sort of thing: stroller, blender, magnet
	classRare                 // none of these: most likely a name
)

// weight is the class's share in the agreement of two names.
func (c class) weight() float64 {
	switch c {
	case classGeneric:
		return 0.25
	case classCommon:
		return 0.6
	case classKind:
		return 1
	case classRare:
		return 2
	case classStop:
	}
	return 0
}

// The tables are ours, written by hand for consumer products and packed food.
// They are fixed with the version of the reader: weights that came from counting
// what is stored would differ between two databases and two directions.
const (
	stopWords = `a an the and or of for with without w in on at to from by as is are was were be it its this that these those
		not no all any each other new used like works condition brand branded model number recall recalled recalls
		due hazard risk various certain select about than more via per plus our your my his her their old item product products
		sold exclusively include included includes including only one two three four five six seven eight nine ten
		s t b d e f g h i j k l m n o p q r u v x y z na unknown none some has have can may i'm also both so up out off
		company firm consumers voluntary program announced announces announce reannounces expanded expands warning warns death deaths injury injuries
		choking suffocation strangulation laceration entrapment poisoning burn violation federal standard mandatory retail nationwide
		excellent euc guc nib nwt nwot euc obo bought purchased purchase sale used gift second hand secondhand thrift`

	genericWords = `black white red blue green yellow pink purple orange brown gray silver gold golden beige navy teal ivory cream tan turquoise
		multicolor multicolored color colored clear transparent natural dark light bright pastel rainbow assorted rose olive lime charcoal
		small medium large xl xxl xs sm lg big little mini micro jumbo giant huge tall short long wide slim compact full half size sized twin queen king
		inch in ft foot feet cm mm lb oz ounce qt quart gallon liter ml l kg gram volt watt v w pack pk pc piece ct count set kit pair bundle box pkg
		package case bag assortment lot collection combo series style edition version gen generation type design
		wood metal steel stainless aluminum iron plastic glass ceramic cotton fabric foam leather rubber silicone wool plush bamboo vinyl paper wicker
		kid child children baby infant toddler boy girl youth adult men women man woman teen junior newborn family pet unisex person people
		electric battery powered operated rechargeable cordless wireless portable folding foldable adjustable convertible collapsible inflatable
		magnet magnetic musical educational interactive digital automatic manual smart solar gas propane hot cold warm cool soft hard
		heavy duty deluxe premium great good classic professional pro plus ultra max super basic original traditional modern vintage essential essentials advanced
		home house kitchen bathroom bath bedroom room living nursery garden outdoor indoor patio office school travel camping beach pool water car auto
		safety safe first care comfort easy quick fast fun happy cute love best top double single dual triple multi all-in-one multifunction
		multipurpose purpose retractable biometric weighted blackout universal removable detachable washable waterproof reusable disposable organic pure fresh free non slip anti high low
		front back side left right upper lower inside open closed round square flat mounted wall floor table top stand standing base
		sports sport toy game play playing fashion holiday christmas halloween easter birthday party wedding christmas winter summer spring fall autumn
		made usa american china imported day night time year month old age ages hour
		inc llc ltd co corp company corporation limited group international enterprise enterprises industries trading usa us store shop online
		wt net each upc bottle jar can tray pouch carton container bulk frozen dried dry raw roasted mixed sliced whole cut ready
		flavor flavored sweet spicy style recipe blend mix natural artificial oral usp mg mcg tablet capsule
		stacking stackable pull push flying inclined climbing spinning rolling stuffed squeeze squeezable tabletop countertop restraint padded woven knit
		velvet terry lace colorful resin birch oak pine fur pom drip thermal carbon heated packaged promotional string alphabet snap wheeled juvenile
		hair fire wall garment appliance utility general greater premium power powerful aid treatment scented oval button floating rear recessed
		freestanding semi seasonal specialty miniature vertical horizontal painted coated tinted illuminated lighted lightweight height length width
		backyard countertop electronic mechanical hydraulic pneumatic robotic talking singing learning educational developmental sensory plush
		two-piece piece-set personalised weather proof resistant leakproof insulated vacuum-insulated growth repair accessory ready-to-assemble
		and up led usb lithium ion cell coin button remote control action figure themed glow print printed decorative personalized creative deluxe`

	kindWords = `adapter airer alarm apparatus appliance armoire atv axe baler ball balloon band bar barrel basin basket bassinet bat bathrobe bathtub bead beater bed bedding
		bell belt bench bib bicycle bike blanket blender blind block blower board boat boiler book booster boot bouncer bow bowl bracelet brake brick bridge
		broiler brush buggy building bumper bunk burner cabinet cable cage cake calculator camera candle candy canister canopy cap cape car card cargo carriage carrier cart
		carving cat cell chain chainsaw chair charger charm cheese chemical chest chocolate chopper clip clock closure cloth clothing coaster coat coffee coffeemaker coloring
		comforter compressor computer construction cooker cookie cooktop cookware cooler cord costume cot cottage couch cover cracker cradle crane crayon cream crib croissant cube cup
		curtain cushion cutter cutlery cycle dart deck dehumidifier dehydrator desk detector device diaper dinosaur dish dishwasher dispenser diving dog doll dollhouse door dough
		drain drawer drawstring dress dresser drill drink drone drum dryer duck dumbbell dvr dye ear earring ebike egg elliptical enclosure engine
		espresso exercise exerciser extension extinguisher extractor fan faucet feeder feeding fence fidget figurine file filter firearm fireplace firepit firework fish fishing fitness
		fixture flashlight flatware fleece flashing flute flyer food footrest footwear formula fork fountain frame freezer fridge fruit fryer fuel furnace furniture futon gate gauge
		gel generator gift glass glider globe glove goggle golf grater grill grinder griddle guard guitar gun gym hairdryer ham hammer hammock handle handlebar hanger
		hardware harness hat headboard headlight headphone headset heater heating hedge helicopter helmet highchair hinge hitch holder hood hoodie hook horn horse hose hoverboard
		humidifier hutch ice igniter incubator inflator inserter instrument iron jacket jewelry jigsaw jogger juice juicer jump jumper jumpsuit kart kayak kettle key keyboard keychain keyring
		knife knitwear ladder lamp lantern laptop latch lawn leash legging lens lettuce lid lighter lighting lift liner loader lock locker lotion lounge lounger loungewear luggage machine
		maker mallet maraca marker mask massager mat matches mattress meal meat medicine microwave milk mirror mitt mixer mobile monitor mop motor motorcycle mount mouse mower muffin mug
		nail necklace necktie nest net nightgown nightlight nightstand nightwear nut nutmeg oil ointment opener ornament ottoman outfit outlet oven pacifier package pad paddle pail paint pajama pan
		panel pant pants parka pasta pedal peeler pen pencil pendant percolator perfume pet phone piano picture pie pillow pin pistol pitcher pizza plant plate playhouse playmat playpen playset playground
		playyard plug pogo pole popcorn popper pot potty pouch powder powerbank press pressure printer processor projector propeller protector protein pruner puller pulley pump pumpkin punch puppet puppy
		purifier purse puzzle rack racer racing radiator radio rail raincoat ramp range rattle razor recliner recorder reel refrigerator regulator relay repeater respirator rice ride rider riding rifle ring robe robot rocker
		rocking rocket rod roller romper rope router rower rug saddle salad salt sandal sander sandbox sandwich sauce sauna saw scale scanner scarf scissors scooter screen screwdriver
		seasoning seat seating seed serum shade shaker shampoo shaver shears shed sheet shelf shelving shirt shoe shoes shorts shotgun shovel shower shredder shrimp shrub sink ski skateboard skate skillet skirt slat sled sleep sleeper
		sleepwear sleeping sleigh slide slicer slime sling slipper smoker snack snorkel snow snowblower snowboard snowmobile soap sock socket sofa soother soup spa spatula speaker spice spinner spoon spray sprayer sprinkler stair stapler steamer stem step sticker stocking stool storage
		stove strap straw stroller stuffed sugar suit suitcase sunglasses supplement surfboard swaddle sweater sweatshirt swimsuit swim swing swivel sword syrup system tablet tank tape tapestry tea teether teething
		telescope television tent tether thermometer thermos thermostat tie tile tiller timer tire toaster toddler toilet tool toothbrush top torch tote towel tower tractor trailer train trampoline treadmill tree
		trike tricycle trimmer tripod truck trumpet trunk tub tube tumbler tuna turbine turner tutu umbrella underwear undershirt utv utensil vacuum valve vanity vape vaporizer vase vehicle vest video vitamin
		waffle wagon walker wallet warmer wardrobe washer watch waterer weight wetsuit whale wheel wheelchair wheelbarrow whistle winch window wine wire wok wrap wrench wreath xylophone yard yogurt yoyo zipper
		merry go swingset crawler tumbling airplane plane helicopter bear bunny rabbit lion animal tiger elephant giraffe monkey bee turtle butterfly unicorn mermaid dragon pony panda penguin frog owl clown character monster princess fairy soldier snowman snake
		slipper sneaker bookcase chiffonier changing activity center station lidocaine numbing minoxidil lye hydroxide wintergreen ibuprofen
		almond peanut pistachio cashew pecan walnut raisin granola cereal bread bun cheddar butter flour ricotta cinnamon lemon lime banana mango berry strawberry blueberry apple peach onion cucumber potato tomato spinach carrot corn bean lentil
		oat wheat soy sesame tahini hummus turkey chicken beef pork salmon oyster seafood kratom herbal tapioca cassava noodle ramen dumpling tortilla chip pretzel lollipop gum candy jelly jam honey vinegar mustard mayonnaise ketchup dressing dip spread
		pancake brownie biscuit donut cupcake pastry pie tart truffle ravioli lasagna burrito taco quesadilla enchilada lassi smoothie shake soda beverage cider beer bibs`

	// accessoryWords are things that go with a product and are not it.
	accessoryWords = `replacement replace cover case strap charger cable filter cartridge sheet liner insert holder mount
		bag manual part parts spare adapter adaptor sticker decal skin refill accessory accessories organizer pouch
		protector pad cushion canopy hood clip hook bracket wheel remote cord compatible fits aftermarket`

	// broadBrands make or sell so many kinds of things that brand and kind do
	// not yet say which product it is.
	broadBrands = `fisherprice mattel hasbro playskool littletikes graco evenflo cosco dorel ikea target walmart amazon amazonbasics
		disney marvel lego megabloks barbie hotwheels powerwheels vtech leapfrog melissadoug melissaanddoug battat chicco
		safety1st blackdecker dewalt ryobi milwaukee makita craftsman kobalt husky honda yamaha polaris arcticcat kawasaki suzuki
		johndeere kubota cubcadet toro husqvarna stihl briggsstratton harborfreight homedepot lowes costco kirkland kirklandsignature
		samsung lg ge generalelectric whirlpool maytag kitchenaid frigidaire electrolux bosch kenmore sears haier sony panasonic
		hp dell lenovo apple anker belkin sunbeam oster hamiltonbeach cuisinart ninja shark dyson bissell hoover conair presto mrcoffee
		crateandbarrel cratebarrel potterybarn potterybarnkids westelm williamssonoma primark shein temu oldnavy gap hm zara carters
		gerber nike adidas columbia patagonia rei llbean trek specialized giant schwinn huffy segway ninebot razor jcpenney kohls
		macys tjmaxx marshalls homegoods dollargeneral dollartree familydollar fivebelow biglots aldi lidl traderjoes wholefoods kroger publix
		meijer starbucks mcdonalds toysrus schylling tonka tomy imaginarium vevor qvc hsn dream dreamonme deltachildren delta storkcraft bestway coleman intex
		nestle abbott similac enfamil simpletruth greatvalue marketpantry upup goodgather memberssmark equate cvs walgreens riteaid`

	noBrand = `unknown none na n/a generic unbranded various other no-name nobrand noname unmarked unsure null nil tbd misc`

	// firmNoise is dropped from the end of a company's name.
	firmNoise = `inc incorporated llc llp lp ltd limited co company corp corporation gmbh ag sa bv plc pty intl international
		usa us america american north group holdings holding enterprises enterprise industries industrial products product
		trading trade technology technologies manufacturing mfg brands brand the and of dba worldwide global import imports
		distribution distributors distributor stores store official hk`

	// sellers are market places: never the brand of what is sold there.
	sellers = `amazon walmart ebay temu aliexpress etsy wayfair wish target costco qvc hsn bestbuy homedepot lowes nationwide online`
)

var classes = func() map[string]class {
	m := make(map[string]class, 2000)
	put := func(list string, c class) {
		for _, w := range strings.Fields(list) {
			m[stem(w)] = c
		}
	}
	put(kindWords, classKind)
	put(genericWords, classGeneric)
	put(stopWords, classStop)
	return m
}()

var (
	accessorySet = set(accessoryWords)
	broadSet     = set(broadBrands)
	noBrandSet   = set(noBrand)
	noiseSet     = set(firmNoise)
	sellerSet    = set(sellers)
)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// synonyms map spellings and close synonyms to one word. Keys and values are
// folded words; a value is never a key.
var synonyms = map[string]string{
	"grey": "gray", "colour": "color", "coloured": "colored", "colouring": "coloring", "jewellery": "jewelry",
	"pyjama": "pajama", "pyjamas": "pajama", "pjs": "pajama", "pj": "pajama", "xmas": "christmas",
	"wooden": "wood", "magnetic": "magnet", "magnets": "magnet", "woolen": "wool", "metallic": "metal",
	"fridge": "refrigerator", "vac": "vacuum", "bike": "bicycle", "ebike": "bicycle", "bikes": "bicycle", "ebikes": "bicycle",
	"pram": "stroller", "pushchair": "stroller", "buggies": "buggy", "cots": "crib", "cot": "crib", "nappy": "diaper",
	"aeroplane": "airplane", "tshirt": "shirt", "tee": "shirt", "telly": "television", "tv": "television",
	"childrens": "child", "children": "child", "kids": "child", "kid": "child", "infants": "infant", "babies": "baby",
	"tub": "bathtub", "hottub": "spa", "couch": "sofa", "cupboard": "cabinet", "spanner": "wrench", "torches": "torch",
	"mattresses": "mattress", "playards": "playyard", "playard": "playyard", "playpens": "playpen", "trousers": "pant", "pants": "pant",
	"scissor": "scissors", "glasses": "glass", "shelves": "shelf", "knives": "knife", "leaves": "leaf", "aluminium": "aluminum",
	"fibre": "fiber", "moulded": "molded", "tyre": "tire", "tyres": "tire", "trampolines": "trampoline", "trimer": "trimmer",
	"men": "man", "women": "woman", "mens": "man", "womens": "woman", "ladies": "woman", "boys": "boy", "girls": "girl",
	"rattles": "rattle", "shoes": "shoe", "highchairs": "highchair", "kilo": "kg", "litre": "liter", "yoghurt": "yogurt",
	"gliders": "glider", "heaters": "heater", "electronic": "electric", "electrical": "electric", "battery-powered": "battery",
}

// classOf classes a stemmed word. Short scraps and bare numbers are not names.
func classOf(w string) class {
	if c, ok := classes[w]; ok {
		return c
	}
	switch {
	case len(w) < 3:
		return classStop
	case isNumber(w) || w[0] >= '0' && w[0] <= '9':
		return classGeneric
	case isKind(w):
		return classKind
	case isCommon(w):
		return classCommon
	}
	return classRare
}
