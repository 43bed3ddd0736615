package babyshield_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
)

// The floors of the house: docs/architecture.md draws them, this file enforces
// them. A package that is not in this table fails the test, so that each new one
// is decided upon: the table has nineteen rooms, and one more needs a decision
// record in docs/decisions.

// room is what one package may do.
type room struct {
	path  string   // import path within the module; "." is the root
	floor int      // 0 is the ground
	may   []string // which rooms it may import; nil = none
	pure  bool     // decides only: no clock, file, network, database or log
	data  bool     // may import the database libraries
	spawn bool     // may start goroutines by itself
}

// floors lists the rooms from the ground up, so that "all below" can be taken from
// what is already listed.
var floors = func() []room {
	rooms := []room{
		{path: ".", floor: 0, pure: true},

		{path: "internal/match", floor: 1, may: ours("."), pure: true},
		{path: "internal/incident", floor: 1, may: ours("."), pure: true},
		{path: "internal/notify", floor: 1, may: ours("."), pure: true},
		{path: "internal/stock", floor: 1, may: ours("."), pure: true},
		{path: "internal/fetch", floor: 1, may: ours(".")},
		{path: "internal/auth", floor: 1, may: ours(".")},
		{path: "internal/photo", floor: 1, may: ours(".")},

		{path: "internal/agency", floor: 2, may: ours(".", "fetch")},
		{path: "internal/channel", floor: 2, may: ours(".", "fetch")},
		{path: "internal/store", floor: 2, may: ours(".", "match", "incident", "notify", "store/gen"), data: true},
		{path: "internal/store/gen", floor: 2, may: ours("."), data: true}, // the store's own room within its room

		{path: "internal/check", floor: 3, may: ours(".", "match", "stock", "store")},
	}
	drivers := upTo(rooms, 3)
	pages := slices.DeleteFunc(upTo(rooms, 3), func(p string) bool {
		return p == "internal/agency" || p == "internal/fetch"
	})
	rooms = append(
		rooms,
		room{path: "internal/jobs", floor: 4, may: drivers, spawn: true},
		room{path: "internal/api", floor: 4, may: pages},
		room{path: "internal/web", floor: 4, may: pages},
	)
	rooms = append(rooms, room{path: "internal/demo", floor: 5, may: upTo(rooms, 4)})
	return append(
		rooms,
		room{path: "cmd/babyshield", floor: 6, may: upTo(rooms, 5), spawn: true},
		room{path: "internal/babyshieldtest", floor: 4, may: drivers, data: true, spawn: true},
	)
}()

// maxRooms is nineteen and one more.
const maxRooms = 20

// ours spells the short names of rooms out.
func ours(names ...string) []string {
	for i, name := range names {
		if name != "." {
			names[i] = "internal/" + name
		}
	}
	return names
}

// upTo is every room on the given floor or below. What sqlc generated is seen by
// the store alone.
func upTo(rooms []room, floor int) (paths []string) {
	for _, r := range rooms {
		if r.floor <= floor && r.path != "internal/store/gen" {
			paths = append(paths, r.path)
		}
	}
	return paths
}

// goroutines names the files outside jobs, cmd and tests that may start
// goroutines with a go statement, each with who waits for them. A pool of
// errgroup needs no line here.
var goroutines = map[string]string{}

func TestArchitecture(t *testing.T) {
	files, err := readModule(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range checkModule(files) {
		t.Error(broken)
	}
}

func TestFloors(t *testing.T) {
	if len(floors) > maxRooms {
		t.Errorf("%d rooms, want at most %d", len(floors), maxRooms)
	}
	known := map[string]room{}
	for _, r := range floors {
		known[r.path] = r
	}
	for _, r := range floors {
		for _, p := range r.may {
			if below, ok := known[p]; !ok {
				t.Errorf("%s may import %s, which is no room", r.path, p)
			} else if below.floor >= r.floor && p != "internal/store/gen" {
				t.Errorf("%s (floor %d) may import %s (floor %d)", r.path, r.floor, p, below.floor)
			}
		}
	}
}

// TestArchitectureCanFail proves that each rule catches what it forbids and
// leaves alone what it allows, on made-up modules.
func TestArchitectureCanFail(t *testing.T) {
	for _, tt := range archCases {
		t.Run(tt.name, func(t *testing.T) {
			files, err := readModule(tt.module())
			if err != nil {
				t.Fatal(err)
			}
			got := checkModule(files)
			if tt.want == "" && len(got) > 0 {
				t.Errorf("got %q, want nothing", got)
			}
			if tt.want != "" && (len(got) != 1 || got[0] != fmt.Sprintf("%s: %s", tt.file, tt.want)) {
				t.Errorf("got %q, want only %q", got, tt.file+": "+tt.want)
			}
		})
	}
}
