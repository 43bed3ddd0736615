package match

import (
	"maps"
	"slices"
	"testing"
)

func TestBrandsFile(t *testing.T) {
	table, err := parseBrands(brandsText)
	if err != nil {
		t.Fatalf("brands.txt:\n%v", err)
	}
	for _, kind := range []string{"alias", "line", "owned", "licence", "brand"} {
		if table.count[kind] == 0 {
			t.Errorf("no %s in brands.txt", kind)
		}
	}
	t.Logf("%d names: %v", len(table.canon), table.count)
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
