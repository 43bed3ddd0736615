package babyshieldtest

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/babyshield/babyshield"
)

// text is a string of a notice cut into pieces, so that each copy with other
// names and numbers costs one pass.
type text []piece

type piece struct {
	kind pieceKind
	s    string
}

type pieceKind uint8

const (
	asIs   pieceKind = iota
	brand            // a word of the recall's brand
	name             // a word of a line's or a firm's name
	code             // letters and digits, of a model or a lot
	number           // digits
	year             // 1950 to 2026
	gtin             // a barcode number as printed, with a right check digit
)

var (
	printedGTIN = regexp.MustCompile(`\d(?:[ -]?\d){11,13}`)
	dashedCode  = regexp.MustCompile(`\b[A-Z0-9]+(?:-[A-Z0-9]+)+\b`)
	measure     = regexp.MustCompile(`^(?i)\d+(?:v|w|a|hz|oz|lb|lbs|in|ft|cm|mm|ml|mah|wh|gb|k|st|nd|rd|th|mo|m|g|kg|x|pc|pcs)$`)
)

// wordKind tells whether a word (in lower case) is a name: brand, name or asIs.
type wordKind func(word string) pieceKind

// cut makes pieces.
func cut(s string, names wordKind) text {
	return cutAt(nil, s, printedGTIN, gtin, isPrintedGTIN, func(t text, s string) text {
		return cutAt(t, s, dashedCode, code, isDashedCode, func(t text, s string) text {
			return cutWords(t, s, names)
		})
	})
}

// cutAt makes a piece of each match that is one, and has what is between cut by
// rest.
func cutAt(t text, s string, re *regexp.Regexp, kind pieceKind, isOne func(string) bool, rest func(text, string) text) text {
	at := 0
	for _, span := range re.FindAllStringIndex(s, -1) {
		if m := s[span[0]:span[1]]; isOne(m) {
			t = append(rest(t, s[at:span[0]]), piece{kind, m})
			at = span[1]
		}
	}
	return rest(t, s[at:])
}

func isPrintedGTIN(s string) bool {
	_, err := babyshield.NormalizeGTIN(s)
	return err == nil
}

// isDashedCode tells "YD-1958" and "688-59" from "JA-RU", "2021-2022" and "10-90".
func isDashedCode(s string) bool {
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	first, _, _ := strings.Cut(s, "-")
	return digits > 0 && len(s) >= 5 && (digits < len(s)-strings.Count(s, "-") || digits >= 5 && kindOf(first, false, nil) != year)
}

func cutWords(t text, s string, names wordKind) text {
	keep := func(rest string) {
		if n := len(t); n > 0 && t[n-1].kind == asIs {
			t[n-1].s += rest
		} else if rest != "" {
			t = append(t, piece{asIs, rest})
		}
	}
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for s != "" {
		start := strings.IndexFunc(s, inWord)
		if start < 0 {
			break
		}
		end := start + len(s[start:])
		if n := strings.IndexFunc(s[start:], func(r rune) bool { return !inWord(r) }); n >= 0 {
			end = start + n
		}
		keep(s[:start])
		switch kind, w := kindOf(s[start:end], start > 0 && s[start-1] == '-', names), s[start:end]; {
		case kind == asIs:
			keep(w)
		case kind == year && len(w) == 8:
			t = append(t, piece{year, w[:4]}, piece{asIs, w[4:]})
		default:
			t = append(t, piece{kind, w})
		}
		s = s[end:]
	}
	keep(s)
	return t
}

// kindOf tells what a run of letters and digits is. Short numbers are ages,
// prices and measures.
func kindOf(w string, dash bool, names wordKind) pieceKind {
	digits := digitsIn(w)
	switch {
	case digits == 0 && strings.ContainsFunc(w, unicode.IsUpper):
		return names(strings.ToLower(w))
	case digits == 0:
		return asIs
	case names != nil && digits < len(w) && names(strings.ToLower(w)) == brand:
		return brand
	case digits < len(w) && (len(w) < 4 || measure.MatchString(w)):
		return asIs
	case digits < len(w):
		return code
	case (len(w) == 4 || len(w) == 8) && w >= "1950" && w < "2027":
		return year
	case len(w) >= 4 || dash && len(w) == 3:
		return number
	}
	return asIs
}

func digitsIn(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// widths are the largest numbers of each number of digits that a notice has. A
// copy moves its numbers up, all of one length by the same step, so that ranges
// stay ranges.
type widths [19]int64

func (w *widths) see(t text) {
	for _, p := range t {
		if p.kind == number || p.kind == code {
			eachRun(p.s, func(run string, isNumber bool) {
				if isNumber && len(run) < len(w) {
					n, _ := strconv.ParseInt(run, 10, 64) // digits only, and too few to overflow
					w[len(run)] = max(w[len(run)], n)
				}
			})
		}
	}
}

// eachRun cuts a code into runs of digits and of others.
func eachRun(s string, fn func(run string, isNumber bool)) {
	digit := func(i int) bool { return s[i] >= '0' && s[i] <= '9' }
	for start := 0; start < len(s); {
		end := start + 1
		for end < len(s) && digit(end) == digit(start) {
			end++
		}
		fn(s[start:end], digit(start))
		start = end
	}
}

// variant is how a copy differs from its original.
type variant struct {
	brands uint64 // which brands; several copies share them, as a brand has several recalls
	codes  uint64 // which other names, and which numbers
	years  int    // so many years earlier
}

func (v variant) render(t text, w *widths) string {
	var b strings.Builder
	for _, p := range t {
		switch p.kind {
		case asIs:
			b.WriteString(p.s)
		case brand:
			b.WriteString(named(v.brands, p.s))
		case name:
			b.WriteString(named(v.codes, p.s))
		case year:
			b.WriteString(v.year(p.s))
		case gtin:
			b.WriteString(v.gtin(p.s))
		case code, number:
			eachRun(p.s, func(run string, isNumber bool) {
				if isNumber {
					run = v.number(run, w)
				} else {
					run = v.letters(run)
				}
				b.WriteString(run)
			})
		}
	}
	return b.String()
}

func (v variant) year(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil || n-v.years < 1950 {
		return s
	}
	return strconv.Itoa(n - v.years)
}

func (v variant) day(d babyshield.Day) babyshield.Day {
	if len(d) < 4 {
		return d
	}
	return babyshield.Day(strings.Replace(v.year(string(d[:4]))+string(d[4:]), "-02-29", "-02-28", 1))
}

func (v variant) number(run string, w *widths) string {
	if len(run) >= len(w) {
		return run
	}
	room := int64(1)
	for range run {
		room *= 10
	}
	room -= w[len(run)]
	n, err := strconv.ParseInt(run, 10, 64)
	if err != nil || room <= 0 {
		return run
	}
	return fmt.Sprintf("%0*d", len(run), n+int64(mix(v.codes, uint64(len(run)))%uint64(room)))
}

// letters turns the alphabet by one step for the whole notice.
func (v variant) letters(run string) string {
	turn := rune(mix(v.codes, 99) % 26)
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+turn)%26
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+turn)%26
		}
		return r
	}, run)
}

// gtin changes the digits behind the first and mends the check digit.
func (v variant) gtin(s string) string {
	b := []byte(s)
	h := mix(v.codes, hashOf(s))
	first, last := -1, 0
	for i := range b {
		if b[i] < '0' || b[i] > '9' {
			continue
		}
		if last = i; first < 0 {
			first = i
			continue
		}
		// The company's number comes first: the second and third digit decide
		// whether it is a shop's own number.
		if i > first+3 {
			b[i] = '0' + byte(h%10)
			h = mix(h, uint64(i))
		}
	}
	for d := byte('0'); d <= '9'; d++ {
		b[last] = d
		if _, err := babyshield.NormalizeGTIN(string(b)); err == nil {
			return string(b)
		}
	}
	return s
}

const consonants = "bcdfghjklmnprstvwz"

// named is a pronounceable word in the same case.
func named(seed uint64, s string) string {
	h := mix(seed, hashOf(strings.ToLower(s)))
	var w []byte
	for range 3 {
		w = append(w, consonants[h%18], "aeiou"[h/18%5])
		if h /= 90; h%3 == 0 {
			w = append(w, "nrlxs"[h/3%5])
		}
		h /= 15
	}
	switch {
	case len(s) > 1 && s == strings.ToUpper(s):
		return strings.ToUpper(string(w))
	case s[0] >= 'A' && s[0] <= 'Z':
		w[0] -= 'a' - 'A'
	}
	return string(w)
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// mix is splitmix64 over two numbers.
func mix(a, b uint64) uint64 {
	z := a + 0x9e3779b97f4a7c15*(b+1)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
