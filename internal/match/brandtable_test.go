package match

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestBrandsFile(t *testing.T) {
	table, err := parseBrands(brandsText)
	if err != nil {
		t.Fatalf("brands.txt:\n%v", err)
	}
	t.Logf("%d names: %v", len(table.canon), table.count)
	for _, kind := range []string{"alias", "line", "owned", "licence", "brand"} {
		if table.count[kind] == 0 {
			t.Errorf("no %s in brands.txt", kind)
		}
	}
	if n := table.count["unproven"]; n*50 > len(table.canon) {
		t.Errorf("%d unproven of %d names: find their sources or take them out", n, len(table.canon))
	}
	for name, canon := range table.canon {
		if b := brandOf(name); b.joined != name {
			t.Errorf("%s is kept as no brand is folded: %q", name, b.joined)
		}
		if table.canon[canon] != canon {
			t.Errorf("%s is an alias of %s, which is none of its own", name, canon)
		}
	}
}

// A name that the tables of words know as a sort of thing, or as nothing, would be
// found in texts that do not mean the brand.
func TestBrandsAreNoCommonWords(t *testing.T) {
	table := brands()
	for _, name := range slices.Sorted(maps.Keys(table.plain)) {
		if _, common := classes[stem(name)]; common && table.plain[name] {
			t.Errorf("%s is a common word: write it with * in brands.txt", name)
		}
	}
}

// folded is a brand as Compare has it.
func folded(s string) string {
	b := brandOf(s)
	return b.joined
}

func TestAliasOf(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"General Electric Company", "GE"},
		{"BLACK+DECKER", "Black and Decker"},
		{"Lowes", "Lowe's"},
		{"Toys\"R\"Us", "ToysRUs"},
		{"Hewlett-Packard", "HP Inc."},
		{"Fisher Price", "FISHER-PRICE"},
		{"Quindex", "quindex"}, // not in the table: itself
	} {
		if got, want := aliasOf(folded(tt.name)), aliasOf(folded(tt.want)); got != want {
			t.Errorf("aliasOf(%s) = %s, want %s", tt.name, got, want)
		}
		if got, want := knownBrand(folded(tt.name)), tt.name != "Quindex"; got != want {
			t.Errorf("knownBrand(%s) = %v, want %v", tt.name, got, want)
		}
	}
}

func TestRelatedBrands(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want brandRelation
	}{
		{"GE", "General Electric", sameBrand},
		{"Quindex", "QUINDEX Ltd.", sameBrand},
		{"Power Wheels", "Fisher-Price", subBrand},
		{"RZR", "Polaris Industries", subBrand},
		{"Maverick", "BRP", subBrand}, // a line of a line
		{"Pottery Barn Kids", "Pottery Barn", subBrand},
		{"Fisher-Price", "Mattel", ownedBrand},
		{"Power Wheels", "Mattel", ownedBrand},                    // a line of a brand that is owned
		{"Black+Decker", "Applica Consumer Products", ownedBrand}, // by licence; the firm as notices name it
		{"Graco", "NUK", familyBrand},
		{"Power Wheels", "Barbie", familyBrand},
		{"Threshold", "Room Essentials", familyBrand},
		{"Craftsman", "Kenmore", familyBrand}, // both of Sears once
		{"Craftsman", "DeWalt", familyBrand},  // both of the later owner
		{"Kenmore", "DeWalt", unrelatedBrands},
		{"Graco", "Chicco", unrelatedBrands},
		{"Graco", "Lumora", brandsUnknown},
		{"", "Graco", brandsUnknown},
		{"", "", brandsUnknown},
	} {
		a, b := folded(tt.a), folded(tt.b)
		if got := relatedBrands(a, b); got != tt.want {
			t.Errorf("relatedBrands(%q, %q) = %d, want %d", a, b, got, tt.want)
		}
	}
}

func TestRelatedBrandsIsSymmetric(t *testing.T) {
	names := slices.Sorted(maps.Keys(brands().canon))
	for i := 0; i < len(names); i += 7 {
		for j := i; j < len(names); j += 11 {
			a, b := names[i], names[j]
			if ab, ba := relatedBrands(a, b), relatedBrands(b, a); ab != ba {
				t.Errorf("relatedBrands(%s, %s) = %d, other way %d", a, b, ab, ba)
			}
			if same := relatedBrands(a, b) == sameBrand; same != (aliasOf(a) == aliasOf(b)) {
				t.Errorf("relatedBrands(%s, %s) and aliasOf disagree", a, b)
			}
		}
	}
}

func TestNamedBrand(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		words      int
	}{
		{"Melissa & Doug wooden blocks", "Melissa & Doug", 2},
		{"Melissa and Doug wooden blocks", "Melissa & Doug", 3},
		{"Pottery Barn Kids crib", "Pottery Barn Kids", 3}, // not Pottery Barn
		{"Landscape Structures swing", "Landscape Structures", 2},
		{"general electric range", "GE", 2},
		{"target practice set", "", 0},
		{"ranger hat", "", 0},
		{"Quindex lamp", "", 0},
		{"", "", 0},
	} {
		brand, n := namedBrand(words(tt.text, 10))
		if want := aliasOf(folded(tt.want)); brand != want || n != tt.words {
			t.Errorf("namedBrand(%q) = %q, %d, want %q, %d", tt.text, brand, n, want, tt.words)
		}
	}
}

func TestParseBrandsFaults(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"too few columns", "owned | Lumora | Bramble", "line 1: 3 columns"},
		{"unknown kind", "cousin | Lumora | Bramble | https://example.org/a | read", `unknown kind "cousin"`},
		{"no source", "brand | Bramble\nowned | Lumora | Bramble | | read", "line 2: source"},
		{"source without page", "brand | Bramble\nowned | Lumora | Bramble | https://example.org | unread", "no https address"},
		{"unknown proof", "brand | Bramble\nowned | Lumora | Bramble | https://example.org/a | seen", `proof "seen"`},
		{"nothing left", "brand | unknown", "folds to no brand"},
		{"company that nothing declares", "owned | Lumora | Bramble | | unproven", "bramble, which is not in the table"},
		{"alias of nothing", "alias | Lumora | Bramble | | unproven", "bramble, which is not in the table"},
		{"alias of an alias", "brand | Bramble\nalias | Lumora | Bramble | | unproven\nalias | Lumo | Lumora | | unproven", "itself an alias"},
		{"twice", "brand | Bramble; Bramble Inc.", "bramble is there already"},
		{"twice, with an apostrophe", "brand | Brambles; Bramble's", "brambles is there already"},
		{"alias and brand", "brand | Bramble; Lumora\nalias | Lumora | Bramble | | unproven", "lumora is there already"},
		{"tied twice", "brand | Bramble\nowned | Lumora; Lumora | Bramble | | unproven", "tied to bramble already"},
		{"word and no word", "brand | Bramble\nowned | Lumora* | Bramble | | unproven\nlicence | Lumora | Bramble | | unproven", "with and without *"},
		{"circle", "owned | Lumora | Bramble | | unproven\nowned | Bramble | Lumora | | unproven", "bramble is above itself"},
		{"brand with a source", "brand | Bramble | | https://example.org/a | read", "no other columns"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseBrands(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}
