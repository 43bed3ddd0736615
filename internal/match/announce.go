package match

import "strings"

// kind is what a word of prose announces.
type kind uint8

const (
	kindNone kind = iota
	kindModel
	kindSerial
	kindLot
	kindDate
	kindGTIN
	kindASIN
	kindPart  // a part number: of the product, or of a part that was sold besides
	kindOther // announces numbers that identify no product: telephone, release
)

var announcers = map[string]kind{
	"model": kindModel, "models": kindModel, "style": kindModel, "styles": kindModel, "sku": kindModel, "skus": kindModel,
	"mpn": kindModel, "dpci": kindModel, "tcin": kindModel,
	"asin": kindASIN, "asins": kindASIN, "fnsku": kindASIN, "fnskus": kindASIN,
	"serial": kindSerial, "serials": kindSerial, "s/n": kindSerial, "sn": kindSerial, "vin": kindSerial, "vins": kindSerial,
	"lot": kindLot, "lots": kindLot, "batch": kindLot, "batches": kindLot,
	"upc": kindGTIN, "upcs": kindGTIN, "ean": kindGTIN, "gtin": kindGTIN, "gtins": kindGTIN, "barcode": kindGTIN, "barcodes": kindGTIN,
	"exp": kindDate, "expiration": kindDate, "expiry": kindDate, "expires": kindDate, "bb": kindDate,
	"telephone": kindOther, "phone": kindOther, "hotline": kindOther, "release": kindOther, "fax": kindOther, "call": kindOther,
	"cas": kindOther, "fda": kindOther, "ndc": kindOther, "rn": kindOther, "ca": kindOther, "tracking": kindOther,
}

// pairs are announcements of two words.
var pairs = spread(map[kind]map[string]string{
	kindModel: {
		"item": "number numbers no nos # code codes :", "product": "number numbers code codes # no id identification",
		"the": "number numbers", "stock": "number numbers", "article": "number numbers no", "catalog": "number numbers no #", "catalogue": "number numbers",
		"reference": "number numbers", "ref": "# no", "kimball": "number numbers no code codes", "design": "number numbers", "kit": "number numbers",
	},
	kindDate: {
		"date": "code codes", "production": "code codes", "manufacturing": "code codes", "manufacture": "code codes", "packing": "code codes",
		"best": "by before if", "use": "by", "sell": "by", "enjoy": "by", "freeze": "by",
	},
	kindPart:   {"part": "number numbers no nos #"},
	kindLot:    {"heat": "code codes number numbers", "tracking": "number numbers"},
	kindGTIN:   {"bar": "code codes"},
	kindSerial: {"vehicle": "identification"},
	kindOther:  {"model": "year years", "specification": "number numbers", "tracking": "label"},
})

func spread(m map[kind]map[string]string) map[[2]string]kind {
	out := map[[2]string]kind{}
	for k, heads := range m {
		for head, tails := range heads {
			for tail := range set(tails) {
				out[[2]string{head, tail}] = k
			}
		}
	}
	return out
}

// announces says what the lexeme at i announces, and where its values may begin.
func announces(l []lexeme, i int) (kind, int) {
	w := l[i].lower
	if at := strings.LastIndexByte(w, '/'); at > 0 && !hasDigit(w) && announcers[w] == kindNone {
		w = w[at+1:] // "model/item number"
	}
	if i+1 < len(l) {
		if k, ok := pairs[[2]string{w, l[i+1].lower}]; ok {
			return k, i + 2
		}
	}
	return announcers[w], i + 1
}

// fillers may stand between an announcement and its values.
var fillers = set(`number numbers no nos # code codes series : ( ) is are was were of the following include includes including included listed
	below either and or with within range ranges ranging from between beginning starting begin begins start starts ending ends end
	containing contain contains that which has have date dates a an one these prefix prefixes recalled affected units only identification
	stamped printed by used in sequence inclusive this recall , /`)

// aspect is how the values after an announcement stand for whole codes.
type aspect uint8

const (
	whole aspect = iota
	beginning
	ending
	within
)

// aspects are the fillers that say so.
var aspects = map[string]aspect{
	"beginning": beginning, "starting": beginning, "begin": beginning, "begins": beginning, "start": beginning, "starts": beginning,
	"prefix": beginning, "prefixes": beginning,
	"ending": ending, "ends": ending, "end": ending,
	"containing": within, "contain": within, "contains": within,
}

// star marks what the notice leaves open of a value.
func (a aspect) star(v string) string {
	switch a {
	case beginning:
		return v + "*"
	case ending:
		return "*" + v
	case within:
		return "*" + v + "*"
	case whole:
	}
	return v
}

const (
	maxFillers = 10 // lexemes between an announcement and its values
	maxDetour  = 14 // the same, where "is", "are" or a colon leads back to them
)

// seeker looks for where the values of one announcement begin.
type seeker struct {
	l []lexeme
	k kind
	a aspect // how the values stand for whole codes
}

// valuesAt is where the values of an announcement begin, and how they stand for
// whole codes. Where other words than fillers come first, a colon, "is" or "are"
// after them leads back: "lot numbers for units without a pump are 211102".
func valuesAt(l []lexeme, i int, k kind) (int, aspect) {
	s := seeker{l: l, k: k}
	first := s.skip(i)
	if s.begins(first) {
		return first, s.a
	}
	for j := first; j < len(l) && j < first+maxDetour && !s.ends(j); j++ {
		if at, ok := s.leadsBack(j); ok {
			return at, s.a
		}
	}
	return first, s.a
}

// begins says whether a value begins at i.
func (s *seeker) begins(i int) bool { return i < len(s.l) && startsValue(s.l, i, s.k, s.a) }

// skip passes fillers and keeps what they say of the values.
func (s *seeker) skip(i int) int {
	limit := min(len(s.l), i+maxFillers)
	for i < limit {
		if s.k == kindSerial && s.a != whole {
			if k, n := announces(s.l, i); k == kindSerial {
				i = n // "begins with S/N 61"
				continue
			}
		}
		w := s.l[i].lower
		if !fillers[w] {
			return i
		}
		if a, ok := aspects[w]; ok {
			s.a = a
		}
		if end, ok := closing(s.l, i); w == "(" && ok && !hasValue(s.l[i:end], s.k) {
			i = end // "date codes (YYWW): 2318"
			continue
		}
		i++
	}
	return i
}

// ends says whether the way to the values ends at j, without any.
func (s *seeker) ends(j int) bool {
	k, _ := announces(s.l, j)
	return k != kindNone && k != s.k && !isMention(s.l, j) || s.begins(j) || s.l[j].lower == ";"
}

// leadsBack says whether the word at j leads back to the values.
func (s *seeker) leadsBack(j int) (int, bool) {
	w := s.l[j].lower
	if a, ok := aspects[w]; ok {
		s.a = a
		at := s.skip(j)
		return at, s.begins(at)
	}
	if w != ":" && w != "is" && w != "are" {
		return 0, false
	}
	at := s.skip(j + 1)
	return at, s.begins(at) && (w == ":" || !s.l[at].mark)
}

// isMention says whether "models" at i only names what the sentence speaks of:
// "the serial numbers of the affected models begin with".
func isMention(l []lexeme, i int) bool {
	return (l[i].lower == "models" || l[i].lower == "model") && i+1 < len(l) && !l[i+1].mark && l[i+1].text == l[i+1].lower && !hasDigit(l[i+1].text) && l[i+1].lower != "number" && l[i+1].lower != "numbers"
}

// startsValue says whether a value of the kind may begin at i.
func startsValue(l []lexeme, i int, k kind, a aspect) bool {
	switch k {
	case kindDate:
		_, n := dateCodeAt(l, i)
		return n > 0
	case kindGTIN:
		_, n := gtinAt(l, i)
		return n > 0
	case kindOther, kindNone:
		return false
	default: // the others look alike
	}
	_, n := valueAt(l, i, k, a)
	return n > 0
}

func hasValue(l []lexeme, k kind) bool {
	for i := range l {
		if startsValue(l, i, k, whole) {
			return true
		}
	}
	return false
}
