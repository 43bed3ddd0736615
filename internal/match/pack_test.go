package match

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// fill gives every field of a value, however deep, something of its own.
func fill(rng *rand.Rand, v reflect.Value) {
	if v.CanAddr() && !v.CanSet() { // an unexported field
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d", rng.IntN(1e6)))
	case reflect.Uint64:
		v.SetUint(rng.Uint64())
	case reflect.Uint32:
		v.SetUint(uint64(rng.Uint32() >> 1))
	case reflect.Float32:
		v.SetFloat(float64(float32(rng.IntN(1e6))))
	case reflect.Int:
		v.SetInt(int64(rng.IntN(1e6)))
	case reflect.Array:
		for i := range v.Len() {
			fill(rng, v.Index(i))
		}
	case reflect.Int64:
		v.SetInt(int64(rng.Uint64()))
	case reflect.Int32:
		v.SetInt(0)
	case reflect.Uint8:
		v.SetUint(uint64(rng.IntN(4)))
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+rng.IntN(3), 4))
		for i := range v.Len() {
			fill(rng, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(rng, v.Field(i))
		}
	default:
		panic("pack_test does not know how to fill " + v.Kind().String())
	}
}

func filled(seed uint64, lines int) *Recall {
	rng := rand.New(rand.NewPCG(seed, 1))
	r := &Recall{}
	fill(rng, reflect.ValueOf(r).Elem())
	r.lines, r.keys, r.index, r.keyed = make([]line, lines), nil, nil, false // what hangs together
	for i := range r.lines {
		l := &r.lines[i]
		fill(rng, reflect.ValueOf(l).Elem())
		l.coreStems = nil // one for each word
		for n := range l.core {
			l.coreStems = append(l.coreStems, fmt.Sprintf("w%d", n))
		}
	}
	for range min(lines, 1) * (1 + rng.IntN(9)) {
		k := int64(rng.Uint64())
		r.keys = append(r.keys, k)
		r.index = append(r.index, keyLine{k, int32(rng.IntN(lines))})
	}
	slices.Sort(r.keys)
	slices.SortFunc(r.index, func(a, b keyLine) int {
		return slices.Compare([]int64{a.key, int64(a.line)}, []int64{b.key, int64(b.line)})
	})
	return r
}

func equal(a, b any) bool {
	return cmp.Equal(a, b, cmp.Exporter(func(reflect.Type) bool { return true }), cmpopts.EquateEmpty())
}

// TestPack: every field comes back. A field that is added to a line and not
// packed is found out here, whatever its name.
func TestPack(t *testing.T) {
	var used Recall // by all the recalls before
	for seed := range uint64(300) {
		r := filled(seed, int(seed%4))
		keys, lines := r.Pack()
		got, ok, err := Unpack(string(keys), string(lines))
		if err != nil || !ok || !equal(r, got) {
			t.Fatalf("seed %d, %v:\n%+v\ncame back as\n%+v", seed, err, r, got)
		}
		if ok, err := UnpackInto(&used, string(keys), string(lines)); err != nil || !ok || !equal(r, &used) {
			t.Fatalf("seed %d in used memory, %v:\n%+v\ncame back as\n%+v", seed, err, r, &used)
		}
		if list := slices.Collect(PackedKeys(string(keys))); !slices.Equal(list, r.keys) {
			t.Fatalf("seed %d: keys %v, want %v", seed, list, r.keys)
		}
		got, ok, err = Unpack("", string(lines))
		if err != nil || ok != (len(r.lines) <= 1) || ok && !equal(got.lines, r.lines) {
			t.Fatalf("seed %d without keys: %v, %v\n%+v", seed, ok, err, got)
		}
	}
}

// TestUnpackDamaged: whatever is cut off is noticed.
func TestUnpackDamaged(t *testing.T) {
	keys, lines := filled(7, 2).Pack()
	for n := range lines {
		if _, _, err := Unpack(string(keys), string(lines[:n])); err == nil {
			t.Fatalf("the first %d of %d bytes of lines are taken for the whole", n, len(lines))
		}
	}
	for n := 1; n < len(keys); n++ {
		if _, _, err := Unpack(string(keys[:n]), string(lines)); err == nil {
			t.Fatalf("the first %d of %d bytes of keys are taken for the whole", n, len(keys))
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for seed := range uint64(3) {
		keys, lines := filled(seed, 1+int(seed)).Pack()
		f.Add(string(keys), string(lines))
		f.Add("", string(lines))
	}
	f.Fuzz(func(t *testing.T, keys, lines string) {
		if r, ok, err := Unpack(keys, lines); ok && err == nil {
			item := &Item{keys: []int64{1}}
			Compare(r, item)
		}
	})
}
