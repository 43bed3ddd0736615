package match

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
)

// smallWordNet is a database of our own in WordNet's format: a crib is a bed and a
// translation that a pupil hides, to set is mostly no tool, and Lumora is a name.
var smallWordNet = fstest.MapFS{
	"data.noun": {Data: []byte(strings.TrimLeft(`
  1 This line stands for the licence.
00000100 03 n 01 entity 0 001 ~ 00000200 n 0000 | what is
00000200 06 n 02 artifact 0 artefact 0 004 @ 00000100 n 0000 ~ 00000300 n 0000 ~ 00000600 n 0000 ~ 00000650 n 0000 | what is made
00000300 06 n 01 bed 0 002 @ 00000200 n 0000 ~ 00000400 n 0000 | to lie on
00000400 06 n 03 crib 0 cot 0 camp-bed 0 001 @ 00000300 n 0000 | with slats
00000500 10 n 01 crib 0 001 @ 00000100 n 0000 | a translation
00000600 06 n 01 set 0 001 @ 00000200 n 0000 | a tool
00000650 06 n 02 Lumora 0 space_heater 0 001 @ 00000200 n 0000 | a heater
00000700 14 n 01 set 0 001 @ 00000100 n 0000 | a group
00000800 06 n 02 brights 0 three_word_name 0 001 @ 00000300 n 0000 | bright beds
`, "\n"))},
	"index.noun": {Data: []byte(strings.TrimLeft(`
  1 This line stands for the licence.
artifact n 1 0 1 0 00000200
bed n 1 0 1 0 00000300
brights n 1 0 1 0 00000800
camp-bed n 1 0 1 0 00000400
cot n 1 0 1 0 00000400
crib n 2 0 2 1 00000400 00000500
entity n 1 0 1 0 00000100
lumora n 1 0 1 0 00000650
set n 2 0 2 2 00000700 00000600
space_heater n 1 0 1 0 00000650
three_word_name n 1 0 1 0 00000800
`, "\n"))},
	"index.verb": {Data: []byte("set v 1 0 1 1 00000100\n")},
	"index.adj":  {Data: []byte("bright a 1 0 1 1 00000100\nspare-time a 1 0 1 1 00000200\n")},
	"index.adv":  {Data: []byte("brightly r 1 0 1 0 00000100\n")},
	"cntlist.rev": {Data: []byte(`bright%3:00:00:: 1 9
crib%1:06:00:: 1 3
set%1:06:00:: 2 1
set%1:14:00:: 1 23
set%2:30:00:: 1 50
`)},
}

func TestGenerator(t *testing.T) {
	var kinds, common [2][]byte
	for i := range kinds {
		wn, err := readWordNet(smallWordNet)
		if err != nil {
			t.Fatal(err)
		}
		kinds[i], common[i] = wn.kindsFile(), wn.commonFile()
	}
	if !bytes.Equal(kinds[0], kinds[1]) || !bytes.Equal(common[0], common[1]) {
		t.Error("the second run gave other files")
	}
	// The bed's line has no parent, since an artifact is too general.
	want := "300 - bed\n400 300 camp_bed cot crib\n650 - space_heater\n"
	if got := withoutHead(kinds[0]); got != want {
		t.Errorf("kinds.txt is\n%s\nwant\n%s", got, want)
	}
	if got, want := withoutHead(common[0]), "bright\nbrightly\ncrib\nset\n"; got != want {
		t.Errorf("common.txt is\n%s\nwant\n%s", got, want)
	}
}

// withoutHead is a file without its lines of comment.
func withoutHead(file []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(file)) {
		if line[0] != '#' {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestGeneratorErrors(t *testing.T) {
	for name := range smallWordNet {
		broken := fstest.MapFS{}
		for n, f := range smallWordNet {
			if n != name {
				broken[n] = f
			}
		}
		if _, err := readWordNet(broken); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
