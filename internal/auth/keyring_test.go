package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustRing(t interface{ Fatal(args ...any) }, text string) *Keyring {
	ring, err := ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestParseKeyring(t *testing.T) {
	one, two := NewKey(), NewKey()
	raw, err := base64.StdEncoding.DecodeString(one)
	if err != nil {
		t.Fatal(err)
	}
	count := make([]byte, 32)
	for i := range count {
		count[i] = byte(7 * i)
	}
	b64 := base64.StdEncoding.EncodeToString
	for name, tt := range map[string]struct {
		text string
		keys int    // 0 = refused
		want string // in the error
	}{
		"one":                 {one, 1, ""},
		"hex":                 {hex.EncodeToString(raw), 1, ""},
		"capital hex":         {strings.ToUpper(hex.EncodeToString(raw)), 1, ""},
		"URL alphabet":        {base64.RawURLEncoding.EncodeToString(raw), 1, ""},
		"two lines":           {one + "\r\n" + two + "\n", 2, ""},
		"commas":              {one + "," + two, 2, ""},
		"comment":             {"# " + two + "\n" + one, 1, ""},
		"empty":               {"", 0, "no key"},
		"comment alone":       {"# nothing\n", 0, "no key"},
		"short":               {b64(raw[:16]), 0, "16 bytes"},
		"long":                {b64(append(raw, 1)), 0, "33 bytes"},
		"not a key":           {"hunter2!", 0, "neither"},
		"second is short":     {one + " " + b64(raw[:31]), 0, "key 2 of 2: it has 31 bytes"},
		"twice":               {one + " " + hex.EncodeToString(raw), 0, "twice"},
		"zeros":               {b64(make([]byte, 32)), 0, "not random"},
		"one byte repeated":   {strings.Repeat("ab", 32), 0, "not random"},
		"few bytes repeated":  {strings.Repeat("0123456789abcdef", 4), 0, "not random"},
		"counted":             {b64(count), 0, "not random"},
		"a sentence":          {b64([]byte("correct horse battery staple ok?")), 0, "not random"},
		"half of one, copied": {b64(append(bytes.Repeat(raw[:8], 3), raw[:8]...)), 0, "not random"},
	} {
		ring, err := ParseKeyring(tt.text)
		if (err == nil) != (tt.keys > 0) || (err != nil && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, %v; want %d keys, error with %q", name, ring, err, tt.keys, tt.want)
			continue
		}
		if err == nil && len(ring.keys) != tt.keys {
			t.Errorf("%s: got %d keys, want %d", name, len(ring.keys), tt.keys)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter") || strings.Contains(err.Error(), one[:8])) {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
}

func TestSealOpen(t *testing.T) {
	ring := mustRing(t, NewKey())
	rapid.Check(t, func(t *rapid.T) {
		plain, context := rapid.SliceOf(rapid.Byte()).Draw(t, "plain"), rapid.String().Draw(t, "context")
		sealed := ring.Seal(plain, context)
		got, err := ring.Open(sealed, context)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("got %q, %v; want %q", got, err, plain)
		}
		if len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatalf("the plain text shows: %q", sealed)
		}
		if bytes.Equal(sealed, ring.Seal(plain, context)) {
			t.Fatal("the same value was sealed to the same bytes twice")
		}
		if _, err := ring.Open(sealed, context+"x"); !errors.Is(err, ErrDamaged) {
			t.Fatalf("another context: got %v", err)
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		changed := bytes.Clone(sealed)
		changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := ring.Open(changed, context); err == nil {
			t.Fatalf("a changed bit in byte %d was not noticed", at)
		}
		if _, err := ring.Open(sealed[:at], context); err == nil {
			t.Fatalf("a value cut to %d bytes was opened", at)
		}
	})
}

func TestRotation(t *testing.T) {
	old, young := NewKey(), NewKey()
	before, both, after := mustRing(t, old), mustRing(t, young+"\n"+old), mustRing(t, young)
	sealed := before.Seal([]byte("secret"), "channel:1")
	if got, err := both.Open(sealed, "channel:1"); err != nil || string(got) != "secret" {
		t.Errorf("both keys: got %q, %v", got, err)
	}
	if !both.Stale(sealed) || before.Stale(sealed) {
		t.Error("what the old key sealed is stale once a new one stands first, and not before")
	}
	again := both.Seal([]byte("secret"), "channel:1")
	if both.Stale(again) {
		t.Error("what was sealed again is stale")
	}
	if got, err := after.Open(again, "channel:1"); err != nil || string(got) != "secret" {
		t.Errorf("new key alone: got %q, %v", got, err)
	}
	if _, err := after.Open(sealed, "channel:1"); !errors.Is(err, ErrNoKey) {
		t.Errorf("old value, new key alone: got %v, want ErrNoKey", err)
	}
}

func TestKeyringNeverShowsKeys(t *testing.T) {
	key := NewKey()
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	ring := mustRing(t, key)
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(form, ring); got != "keyring of 1 keys" || strings.Contains(got, string(raw)) {
			t.Errorf("%s prints %q", form, got)
		}
	}
}

func FuzzParseKeyring(f *testing.F) {
	f.Add(NewKey())
	f.Add("# comment\n" + strings.Repeat("ab", 32))
	f.Fuzz(func(t *testing.T, text string) {
		ring, err := ParseKeyring(text)
		if err != nil {
			return
		}
		if got, err := ring.Open(ring.Seal([]byte("x"), "c"), "c"); err != nil || string(got) != "x" {
			t.Errorf("a keyring from %q does not work: %q, %v", text, got, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	ring := mustRing(f, NewKey())
	f.Add(ring.Seal([]byte("secret"), "c")[:20], "c")
	f.Add([]byte{1}, "")
	f.Fuzz(func(t *testing.T, sealed []byte, context string) {
		if plain, err := ring.Open(sealed, context); err == nil {
			t.Errorf("opened %x as %q", sealed, plain)
		}
	})
}
