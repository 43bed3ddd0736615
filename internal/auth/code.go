package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// codeAlphabet is Crockford's base 32: no I, L, O or U, so that a code can be
// read out and copied by hand.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeGroups    = 5
	codeGroupSize = 5 // characters of 5 bits: 125 bits in all
)

// NewSetupCode makes a one-time code such as 7K2MQ-X04RD-9HTVA-3NC8P-WZ51E.
func NewSetupCode() string {
	var random [codeGroups * codeGroupSize]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%codeGroupSize == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[r%32]) // 256 is a multiple of 32: no character is favoured
	}
	return b.String()
}

// HashCode is what is stored of a code: the SHA-256, in hex, of its normal form.
// Case, dashes and blanks do not matter, nor whether O was typed for 0, or I or L
// for 1.
func HashCode(code string) string {
	sum := sha256.Sum256([]byte(normalCode(code)))
	return hex.EncodeToString(sum[:])
}

// CodeMatches says whether code has the given HashCode, in a time that does not
// depend on how much of it is right. An empty code matches nothing.
func CodeMatches(code, hash string) bool {
	same := subtle.ConstantTimeCompare([]byte(HashCode(code)), []byte(hash)) == 1
	return same && normalCode(code) != ""
}

func normalCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r <= ' ' || r == '-' || r == '\u00a0' || r == '\u2010' || r == '\u2011' || r == '\u2013':
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(code))
}
