package match

import (
	"slices"
	"strings"
	"testing"
)

func TestSameKind(t *testing.T) {
	tests := []struct {
		a, b string // as a name has them: one word or two
		want kinship
	}{
		{"hot tub", "spa", kinSame},
		{"hottubs", "spa", kinSame},
		{"stroller", "pram", kinSame},
		{"strollers", "baby carriage", kinSame},
		{"beater", "mallet", kinSame},
		{"crib", "cot", kinSame},
		{"diaper", "nappies", kinSame},
		{"pacifier", "soother", kinSame},
		{"flashlight", "torch", kinSame},
		{"faucet", "taps", kinSame},
		{"range", "cooker", kinSame},
		{"vacuum", "hoover", kinSame},
		{"robe", "dressing gown", kinSame},
		{"power bank", "portable chargers", kinSame},
		{"UTV", "ROV", kinSame},
		{"sofa", "couch", kinSame},
		{"sofa", "furniture", kinRelated},
		{"blender", "mixer", kinRelated},
		{"necklace", "jewelry", kinRelated},
		{"e-bike", "bicycle", kinSame}, // the synonyms make them one word
		{"gun safe", "strongbox", kinRelated},
		{"recliner", "chair", kinRelated},
		{"crib", "bassinets", kinSibling},
		{"recliner", "glider", kinSibling},
		{"pajamas", "robe", kinSibling},
		{"crib", "high chair", kinUnrelated},
		{"drone", "toy", kinUnrelated},
		{"lamp", "table", kinUnrelated},
		{"bicycle", "scooter", kinUnrelated},
		{"zorblet", "crib", kinUnknown},
		{"", "", kinUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.a+"/"+tt.b, func(t *testing.T) {
			a, b := kindWord(tt.a), kindWord(tt.b)
			if got := sameKind(a, b); got != tt.want {
				t.Errorf("sameKind(%q, %q) = %v, want %v", a, b, got, tt.want)
			}
			if there, back := sameKind(a, b), sameKind(b, a); there != back {
				t.Errorf("sameKind is %v one way and %v the other", there, back)
			}
		})
	}
}

// kindWord folds, stems and joins as a name's words are.
func kindWord(s string) string {
	var b strings.Builder
	for _, w := range words(s, 2) {
		b.WriteString(stem(w))
	}
	return stem(b.String())
}

// Words that say nothing of what a product is are no kinds, whatever else they mean.
func TestIsKind(t *testing.T) {
	for _, w := range strings.Fields(`stroller trampoline sandwich spinach drill sneaker smartwatch hoverboard onesie teether charger aspirin toy
		tomatoes potatoes hoodies brownies loaves lenses quiches axes scarves dresses`) {
		if !isKind(stem(w)) {
			t.Errorf("isKind(%q) = false", w)
		}
	}
	for _, w := range strings.Fields(`set line model well unit kit series wooden black short shorts good goods electric electronics large cotton steel baby
		home device equipment zorblet`) {
		if isKind(stem(w)) {
			t.Errorf("isKind(%q) = true", w)
		}
	}
}

func TestIsCommon(t *testing.T) {
	for _, w := range strings.Fields("dream bright quickly jump house comfortable") {
		if !isCommon(stem(w)) {
			t.Errorf("isCommon(%q) = false", w)
		}
	}
	for _, w := range strings.Fields("lumora quindex zorblet") {
		if isCommon(stem(w)) {
			t.Errorf("isCommon(%q) = true", w)
		}
	}
}

func TestHeadKind(t *testing.T) {
	for name, want := range map[string]string{
		"Lumora Children's Steel Bunk Beds with Ladder": "bunkbed",
		"Quindex Hair Serum Bottles":                    "serum",
		"Bramble stainless steel water bottle":          "waterbottle",
		"Lumora 40V cordless hedge trimmers":            "hedgetrimmer",
		"Quindex":                                       "",
		"pick up only":                                  "",
	} {
		if got := headKind(words(name, maxNameWords)); got != want {
			t.Errorf("headKind(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestKindsIn(t *testing.T) {
	list := kindsIn(words("used gun safe, floor stand, pick up only", maxNameWords))
	if want := []string{"gun", "gunsafe"}; !slices.Equal(list, want) {
		t.Errorf("kindsIn = %q, want %q", list, want)
	}
	if got := bestKinship(list, "strongbox"); got != kinRelated {
		t.Errorf("bestKinship = %v, want related", got)
	}
}

// The groups of a word begin with the kinds that it means.
func TestKindGroups(t *testing.T) {
	own, all := kindsOf("crib"), kindGroups("crib")
	if len(own) == 0 || len(all) <= len(own) || !slices.Equal(own, all[:len(own)]) {
		t.Errorf("kindsOf = %d, kindGroups = %d: want the first to begin the second", own, all)
	}
	if got := kindGroups("zorblet"); len(got) != 0 {
		t.Errorf("kindGroups of no kind = %d", got)
	}
	bed := kindsOf("bed")
	if !slices.ContainsFunc(all, func(id uint32) bool { return slices.Contains(bed, id) }) {
		t.Errorf("a crib is no bed: %d and %d", all, bed)
	}
}

// The tables build the same way each time, and no look-up allocates.
func TestKindsFixed(t *testing.T) {
	a, b := newKindTable(wordnetKinds, ownKinds), newKindTable(wordnetKinds, ownKinds)
	if len(a.words) != len(b.words) || len(a.words) < 10_000 {
		t.Fatalf("%d and %d words", len(a.words), len(b.words))
	}
	for w, x := range a.words {
		y := b.words[w]
		if x.own != y.own || x.first != y.first || !slices.Equal(a.ids[x.at:x.at+uint32(x.both)], b.ids[y.at:y.at+uint32(y.both)]) {
			t.Errorf("%s has other groups the second time", w)
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		sameKind("crib", "bassinet")
		isCommon("crib")
		kindGroups("crib")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The lines of kinds_own.txt are of the form that its head describes, and what is
// refused as a kind for WordNet is not brought back by them.
func TestOwnKinds(t *testing.T) {
	for line := range strings.Lines(strings.ReplaceAll(ownKinds, "\n\t", " ")) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		signs := 0
		for i, w := range f {
			switch {
			case w == "=" || w == "<":
				signs++
				if i == 0 || i == len(f)-1 {
					t.Errorf("nothing before or behind the sign: %s", line)
				}
			case strings.Trim(strings.TrimSuffix(w, "*"), "abcdefghijklmnopqrstuvwxyz_") != "" || strings.Count(w, "_") > 1:
				t.Errorf("%q is not a word or two", w)
			case refused[w]:
				t.Errorf("%q is refused by kinds_choice_test.go", w)
			}
		}
		if signs > 1 {
			t.Errorf("two signs: %s", line)
		}
	}
}

func FuzzKinds(f *testing.F) {
	f.Add("1 - crib\n2* 1,x, y_z\n", "crib < bed\n= <\n a = b = c\n", "pick up a Crib")
	f.Add(wordnetKinds[:2000], ownKinds[:2000], "")
	f.Fuzz(func(t *testing.T, wordnet, own, name string) {
		table := newKindTable(wordnet, own)
		for w, r := range table.words {
			if r.own > r.first || r.first > r.both || int(r.at)+int(r.both) > len(table.ids) || r.both > maxKinds {
				t.Errorf("%q has the groups %+v of %d", w, r, len(table.ids))
			}
		}
		list := words(name, maxNameWords)
		head := headKind(list)
		if head != "" && !isKind(head) {
			t.Errorf("headKind(%q) = %q, which is no kind", name, head)
		}
		if head != "" && bestKinship(kindsIn(list), head) != kinSame {
			t.Errorf("kindsIn(%q) is without its head %q", name, head)
		}
	})
}
