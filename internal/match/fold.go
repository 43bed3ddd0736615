package match

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Caps on what is looked at. Real fields are far below them; hostile text is
// cut, so that the cost of reading stays linear and small.
const (
	maxToken     = 40      // runes of one word
	maxNameWords = 64      // words of an item's or product's name
	maxProse     = 300_000 // bytes of one prose field (openFDA code_info reaches 200,000)
	maxText      = 10_000  // bytes of an item field
)

// clip cuts s to at most n bytes at a rune's border.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// marks are signs that compatibility decomposition would turn into letters.
var marks = strings.NewReplacer("®", "", "™", "", "©", "", "℠", "", "ß", "ss", "æ", "ae", "Æ", "AE", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L")

// typed are trade mark signs that a keyboard made.
var typed = strings.NewReplacer("(r)", "", "(R)", "", "(tm)", "", "(TM)", "")

// plain strips what does not identify: accents, invisible and directional
// characters, trade mark signs, typographic quotes and dashes. Case, digits and
// ordinary punctuation stay.
func plain(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if strings.Contains(s, "(") {
		s = typed.Replace(s)
	}
	if ascii {
		return s
	}
	s = norm.NFKD.String(marks.Replace(strings.ToValidUTF8(s, " ")))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		case r == '\u2018' || r == '\u2019' || r == '\u02bc' || r == '\u2032':
			return '\''
		case r == '\u201c' || r == '\u201d' || r == '\u2033':
			return '"'
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

// words splits text into at most limit folded words: lower case, no accents, no
// apostrophes, letters and digits only.
func words(s string, limit int) []string {
	s = strings.ToLower(plain(s))
	var out []string
	start := -1
	flush := func(end int) {
		if start >= 0 {
			if w := foldWord(s[start:end]); w != "" {
				out = append(out, w)
			}
			start = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' && start >= 0 {
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
		if len(out) >= limit {
			return out
		}
	}
	flush(len(s))
	return out
}

// foldWord drops a possessive 's, other apostrophes, and words that are too
// long to be words.
func foldWord(w string) string {
	w = strings.TrimSuffix(strings.TrimRight(w, "'"), "'s")
	w = strings.ReplaceAll(w, "'", "")
	if utf8.RuneCountInString(w) > maxToken {
		return ""
	}
	return w
}

// stem takes an English plural ending off, and maps a spelling or a synonym to
// the one word of the table that stands for it.
func stem(w string) string {
	if c, ok := synonyms[w]; ok {
		return c
	}
	n := len(w)
	switch {
	case n > 4 && strings.HasSuffix(w, "ies"):
		w = w[:n-3] + "y"
	case n > 4 && (strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "shes") ||
		strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "xes")):
		w = w[:n-2]
	case n > 3 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
		w = w[:n-1]
	}
	if c, ok := synonyms[w]; ok {
		return c
	}
	return w
}

// code folds an identifier: letters and digits only, upper case. "DLS-K03" and
// "dls k03" are one code.
func code(s string) string {
	var b strings.Builder
	for _, r := range plain(s) {
		if b.Len() >= maxToken {
			break
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

func hasDigit(s string) bool  { return strings.ContainsAny(s, "0123456789") }
func isNumber(s string) bool  { return s != "" && strings.Trim(s, "0123456789") == "" }
func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// FNV-1a with a final mix (the constants of splitmix64), so that short, similar
// parts spread over all 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hash is the 64-bit hash of a kind and parts; the parts are separated by a
// byte that occurs in none of them.
func hash(kind byte, parts ...string) uint64 {
	h := uint64(fnvOffset)
	h = (h ^ uint64(kind)) * fnvPrime
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * fnvPrime
		}
		h *= fnvPrime // the separator, a zero byte
	}
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	return h ^ h>>31
}

// atoi reads at most nine digits, which the caller has checked to be digits.
func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }
