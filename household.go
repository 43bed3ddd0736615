package babyshield

import (
	"strings"
	"time"
)

// Household is the group that shares items: a family, a child-care site, a shop.
type Household struct {
	ID        string // hsh_...
	Name      string // unique, compared without case
	Countries []string
	Timezone  string // IANA; "UTC" where unknown
	Created   time.Time
	Items     int64
	Channels  int64
}

// Validate cleans the household and returns an Invalid error in plain words.
func (h *Household) Validate() error {
	h.Name = strings.Join(strings.Fields(h.Name), " ")
	if h.Name == "" || len(h.Name) > 200 {
		return Errorf(Invalid, "A household needs a name of 1 to 200 characters.")
	}
	if h.Timezone == "" {
		h.Timezone = "UTC"
	}
	if _, err := time.LoadLocation(h.Timezone); err != nil {
		return Errorf(Invalid, "%q is not a time zone (want an IANA name such as Europe/Berlin).", h.Timezone)
	}
	countries, err := ParseCountries(h.Countries)
	h.Countries = countries
	return err
}

// ParseCountries reads ISO 3166-1 alpha-2 codes in any case, also several in one
// string separated by commas. Only the form is tested.
func ParseCountries(in []string) ([]string, error) {
	var out []string
	for _, s := range in {
		for _, c := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
			c = strings.ToUpper(c)
			if len(c) != 2 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				return nil, Errorf(Invalid, "%q is not a country (want two letters such as US or CA).", c)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// Actor is who asks: every store method on people's data takes one right after
// the context. The zero Actor may do nothing.
type Actor struct {
	UserID   int64
	Operator bool // the command line on the machine itself, or the program's own jobs
}

// AsOperator is the acting user of the command line and of jobs.
func AsOperator() Actor { return Actor{Operator: true} }
