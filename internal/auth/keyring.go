package auth

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	keySize = 32
	idSize  = 8
	// sealVersion begins every sealed value, so that another form can follow.
	sealVersion = 1
	headerSize  = 1 + idSize
)

// ErrNoKey says that a value was sealed with a key that is not in the keyring.
// ErrDamaged says that it is not what was sealed, or not for this context.
var (
	ErrNoKey   = errors.New("sealed with a key that is not in the keyring")
	ErrDamaged = errors.New("the sealed value is damaged, or belongs elsewhere")
)

// Keyring seals and opens values; see the package comment. It is safe for
// concurrent use. The zero Keyring has no key: get one from ParseKeyring, Load or
// LoadOrCreate.
type Keyring struct {
	keys []sealKey // at least one; the first seals
}

type sealKey struct {
	id   [idSize]byte
	aead cipher.AEAD
}

// NewKey makes a random key as text that ParseKeyring reads.
func NewKey() string {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	return base64.StdEncoding.EncodeToString(key)
}

// ParseKeyring reads keys separated by blanks, commas or lines, the first of
// which seals. Each is 32 bytes in base64 (either alphabet, with or without
// padding) or hex. A line that begins with # is a comment. Keys that are short,
// repeated or plainly not random are refused; no error repeats any part of one.
func ParseKeyring(text string) (*Keyring, error) {
	var words []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			words = append(words, strings.FieldsFunc(line, func(r rune) bool { return r <= ' ' || r == ',' })...)
		}
	}
	if len(words) == 0 {
		return nil, errors.New("there is no key (want 32 random bytes in base64 or hex)")
	}
	ring := &Keyring{}
	for i, word := range words {
		k, err := parseKey(word)
		if err == nil && slices.ContainsFunc(ring.keys, func(have sealKey) bool { return have.id == k.id }) {
			err = errors.New("it is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("key %d of %d: %w", i+1, len(words), err)
		}
		ring.keys = append(ring.keys, k)
	}
	return ring, nil
}

func parseKey(word string) (sealKey, error) {
	raw, ok := decodeKey(word)
	if !ok {
		return sealKey{}, errors.New("it is neither base64 nor hex")
	}
	if len(raw) != keySize {
		return sealKey{}, fmt.Errorf("it has %d bytes (want %d)", len(raw), keySize)
	}
	if obvious(raw) {
		return sealKey{}, errors.New("it is not random; make one with: openssl rand -base64 32")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return sealKey{}, fmt.Errorf("preparing the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealKey{}, fmt.Errorf("preparing the cipher: %w", err)
	}
	sum := sha256.Sum256(append([]byte("babyshield key id\x00"), raw...))
	return sealKey{id: [idSize]byte(sum[:idSize]), aead: aead}, nil
}

// decodeKey tries hex first: 64 hex digits are valid base64 too, of 48 bytes.
func decodeKey(word string) ([]byte, bool) {
	if raw, err := hex.DecodeString(word); err == nil {
		return raw, true
	}
	word = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(word, "="))
	raw, err := base64.RawStdEncoding.DecodeString(word)
	return raw, err == nil
}

// obvious says whether a key was plainly typed or counted rather than drawn:
// few different bytes, an even step from byte to byte, or text. Each would happen
// to a random key less than once in 10^13.
func obvious(raw []byte) bool {
	var seen [256]bool
	different, steady, text := 0, true, true
	for i, b := range raw {
		if !seen[b] {
			seen[b] = true
			different++
		}
		steady = steady && (i == 0 || b-raw[i-1] == raw[1]-raw[0])
		text = text && b >= ' ' && b <= '~'
	}
	return different < len(raw)/2 || steady || text
}

// Seal encrypts plain for the given context, which Open must name again.
func (k *Keyring) Seal(plain []byte, context string) []byte {
	header := append([]byte{sealVersion}, k.keys[0].id[:]...)
	return k.keys[0].aead.Seal(header, nil, plain, additional(header, context))
}

// Open decrypts what Seal made for the same context. The error is ErrNoKey or
// ErrDamaged.
func (k *Keyring) Open(sealed []byte, context string) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != sealVersion {
		return nil, ErrDamaged
	}
	header, body := sealed[:headerSize], sealed[headerSize:]
	for _, key := range k.keys {
		if !bytes.Equal(key.id[:], header[1:]) {
			continue
		}
		plain, err := key.aead.Open(nil, nil, body, additional(header, context))
		if err != nil {
			return nil, ErrDamaged
		}
		return plain, nil
	}
	return nil, ErrNoKey
}

// Stale says whether a sealed value should be sealed again, because it was not
// sealed with the first key.
func (k *Keyring) Stale(sealed []byte) bool {
	return len(sealed) < headerSize || sealed[0] != sealVersion || !bytes.Equal(k.keys[0].id[:], sealed[1:headerSize])
}

// additional is what is authenticated and not encrypted. The header has a fixed
// length, so that no context can pass for a part of it.
func additional(header []byte, context string) []byte {
	return append(slices.Clone(header), context...)
}

// String keeps keys out of logs.
func (k *Keyring) String() string { return fmt.Sprintf("keyring of %d keys", len(k.keys)) }

// GoString keeps keys out of logs.
func (k *Keyring) GoString() string { return k.String() }
