package match

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
)

func TestMeasures(t *testing.T) {
	gun := unitCounted | unit(wordHash("gun"))
	for _, tt := range []struct {
		text string
		want []measure
	}{
		{"12-drawer dresser", []measure{{12, unitDrawer}}},
		{"twelve drawers, 62V", []measure{{12, unitDrawer}, {62, unitVolt}}},
		{"12- and 18-gun safes", []measure{{12, gun}, {18, gun}}},
		{"5, 6 or 8 quart", []measure{{5, unitQuart}, {6, unitQuart}, {8, unitQuart}}},
		{`7 1/2 inches, 1/2" pipe`, []measure{{7.5, unitInch}, {0.5, unitInch}}},
		{"1,500 W and 2.5 kW", []measure{{1500, unitWatt}, {2500, unitWatt}}},
		{"25.4 mm", []measure{{1, unitInch}}},
		{"bought 3 in May", []measure{{3, unitInch}}},
		{"size 4 l shaped", nil},
		{"model 12. Drawers are white", nil},
		{"", nil},
	} {
		if d := cmp.Diff(tt.want, measuresIn(tt.text, 10), cmp.AllowUnexported(measure{}), cmpopts.EquateApprox(0, 0.001)); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, d)
		}
	}
	if n := len(measuresIn(strings.Repeat("1 2 3 volt ", 2000), 12)); n != 12 {
		t.Errorf("%d measures of a hostile text, want the limit", n)
	}
}

func TestRelateMeasures(t *testing.T) {
	for _, tt := range []struct {
		item, line   string
		exact, rough relation
	}{
		{"10 drawer", "12-drawer", differs, unknown},
		{"12 drawer", "12-drawer and 10-drawer", agrees, unknown},
		{"16 inch, 40V", "16-inch 62V", differs, agrees},
		{"60 cm", "24 inches", unknown, agrees},
		{"110V", "120 volts", agrees, unknown},
		{"220V", "120V", differs, unknown},
		{"18V", "20V", differs, unknown},
		{"5 quart", "5 inch", unknown, unknown},
	} {
		exact, rough := relateMeasures(measuresIn(tt.item, 10), measuresIn(tt.line, 10))
		if exact != tt.exact || rough != tt.rough {
			t.Errorf("%q and %q: %d, %d, want %d, %d", tt.item, tt.line, exact, rough, tt.exact, tt.rough)
		}
	}
}

func TestDesignations(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"2023 Ridgeback 570 EPS", "570"},
		{"VH2 heater, 120V, 24 inch", "VH2"},
		{"T30, TF30 and T9800 treadmills", "T30 TF30 T9800"},
		{"pack of 30, 52x28, 4T, 3rd row", ""},
		{"CR2032 button cells, UL2849, IPX7", ""},
	} {
		if got := strings.Join(designationsIn(tt.text, 10), " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	named := designationsIn("Ridgeback 850, XP 1000", 10)
	slices.Sort(named)
	for item, want := range map[string]relation{"Ridgeback 570": differs, "Ridgeback 850": agrees, "Ridgeback AB12": unknown, "Ridgeback": unknown} {
		if got := relateDesignations(designationsIn(item, 6), named, named); got != want {
			t.Errorf("%q: %d, want %d", item, got, want)
		}
	}
}

func TestYears(t *testing.T) {
	for text, want := range map[string][]int{"2024 Ridgeback": {2024}, "Ridgeback MY25": {2025}, "'22 Ridgeback": {2022}, "Ridgeback since 1999": nil, "bought in May 2024": nil, "2022 Ridgeback, bought 2024": {2022}, "Ridgeback 1850": nil, "in 3 months": nil} {
		if d := cmp.Diff(want, yearsIn(text)); d != "" {
			t.Errorf("%q (-want +got):\n%s", text, d)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		item, line string
		want       relation
	}{
		{"M", "S, M", agrees},
		{"large", "S and medium", differs},
		{"4T", "2T to 6T", agrees},
		{"8 years", "2T to 6T", differs},
		{"3-6 months", "2T to 6T", unknown},
		{"queen", "twin, full", differs},
		{"42", "S", unknown},
		{"98 cm", "3T, 4T", unknown},
		{"EU 122", "5, 6", unknown},
		{"25 lb", "5, 6", unknown},
		{"42", "38, 39", differs},
	} {
		if got := relateSizes(sizesOf(tt.item), sizesOf(tt.line)); got != tt.want {
			t.Errorf("%q in %q: %d, want %d", tt.item, tt.line, got, tt.want)
		}
	}
}

// A printed range says in which order its parts count, or it says nothing.
func TestRelatePrinted(t *testing.T) {
	for _, tt := range []struct {
		code, from, to string
		want           relation
	}{
		{"2202", "2103", "2310", agrees}, // year and week
		{"2011", "2103", "2310", differs},
		{"22/7", "21/3", "23/10", agrees},
		{"20/11", "21/3", "23/10", differs},
		{"24/2", "21/3", "23/10", differs},
		{"0423", "5222", "1023", agrees}, // week and year: it runs upward by its end only
		{"1123", "5222", "1023", differs},
		{"31/22", "22/01", "23/52", straddle}, // its owner may have written the week first
		{"2304", "2103", "23", straddle},
		{"AB12", "2103", "2310", straddle},
		{"0512", "0103", "0704", straddle}, // either order, and no years
	} {
		if got := relatePrinted(pairOf(tt.code), pairOf(tt.from), pairOf(tt.to)); got != tt.want {
			t.Errorf("%s in %s to %s: %d, want %d", tt.code, tt.from, tt.to, got, tt.want)
		}
	}
}

func TestInRange(t *testing.T) {
	for _, tt := range []struct {
		serial    string
		r         babyshield.Range
		in, alike bool
	}{
		{"LT21310D120045", babyshield.Range{From: "LT21000D180001", To: "LT22365D060025"}, true, true},
		{"4UF8MY123NT808077", babyshield.Range{From: "NT808000", To: "NT808150"}, true, true}, // the end of a VIN
		{"YA400123", babyshield.Range{From: "YA325", To: "YA724*"}, true, true},
		{"YA800123", babyshield.Range{From: "YA325", To: "YA724*"}, false, true},
		{"123K", babyshield.Range{From: "*K"}, true, true},
		{"123L", babyshield.Range{From: "*K"}, false, true},
		{"PS2312345", babyshield.Range{From: "PS22*"}, false, true},
		{"26001PS22123", babyshield.Range{From: "PS22*"}, false, false}, // another number before it
		{"99", babyshield.Range{From: "100", To: "20000"}, false, true},
		{"157310032500418", babyshield.Range{From: "0125", To: "0825"}, false, false}, // a short code within the number
	} {
		in, alike := inRange(tt.serial, tt.r)
		if in != tt.in || alike != tt.alike {
			t.Errorf("%s in %+v: %t, %t, want %t, %t", tt.serial, tt.r, in, alike, tt.in, tt.alike)
		}
	}
}

func TestSellerOf(t *testing.T) {
	for s, want := range map[string]string{
		"AliExpress - Qua-Dex Store": "quadex", "Amazon.com": "", "bramblemarket.com": "bramblemarket", "Temu (Pelmont Textiles)": "pelmonttextiles",
	} {
		if b := sellerOf(s); b.joined != want {
			t.Errorf("%q: %q, want %q", s, b.joined, want)
		}
	}
}

func TestMistyped(t *testing.T) {
	for s, want := range map[string]string{"articcat": "arcticcat", "fisherpirce": "fisherprice", "grac": "", "graco": "", "quindex": ""} {
		if got := mistyped(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestOneLetterOff(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"zorrum", "zorum", true},
		{"zorrum", "zorrom", true},
		{"zorrum", "zrorum", true},
		{"zorrum", "zorrum", true},
		{"zorrum", "norrum", false},
		{"swing", "swing", false},
		{"zorrum", "zorr", false},
		{"zorrum12", "zorrum13", false},
	} {
		if got := oneLetterOff(tt.a, tt.b); got != tt.want {
			t.Errorf("%s and %s: %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}
