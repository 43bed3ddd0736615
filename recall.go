package babyshield

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Notice is one raw record of an agency as it was fetched or imported. Every
// version is kept.
type Notice struct {
	Agency    string
	Key       string    // of the record: the recall number, or what identifies a row of one
	Form      Form      // which of the agency's forms it came in
	URL       string    // where it was fetched, without secrets; "" for an import
	FetchedAt time.Time // UTC
	Digest    string    // of Raw in canonical form: absent = null = empty, key order ignored
	Raw       []byte    // one record: a JSON object (a CSV row becomes one, keyed by its header)
	Position  int       // 1-based, in its file or page
}

// Form ranks the forms in which an agency gives the same record, richest first.
// A poorer form beside a richer one never amends it (see Merge).
type Form int

const (
	FormFull    Form = iota // the API's record
	FormExport              // an official export with fewer fields
	FormSummary             // title, date and flattened text only
)

// SetAside is a record that could not be read, with the reason. The others of
// its file go on.
type SetAside struct {
	Agency   string    `json:"agency"`
	Source   string    `json:"source"`   // file name or URL
	Position int       `json:"position"` // 1-based record; 0 = the file as a whole
	Key      string    `json:"key,omitempty"`
	Reason   string    `json:"reason"`
	Raw      []byte    `json:"-"`
	Ends     bool      `json:"-"` // nothing behind it in its source could be read
	At       time.Time `json:"at"`
}

// Recall is the header of a recall with its products: what the agency says,
// in its own words, plus our codes for them. All text is plain (no HTML, no
// entities), trimmed, and untrusted.
type Recall struct {
	Agency    string         `json:"agency"`
	Number    string         `json:"number"`           // the agency's recall number, canonical text
	Part      string         `json:"part,omitempty"`   // where a recall arrives in several records: which one this is
	Form      Form           `json:"form,omitempty"`   // of the notice it was parsed from
	Kind      Kind           `json:"kind,omitempty"`   //
	Title     string         `json:"title,omitempty"`  //
	URL       string         `json:"url,omitempty"`    // the official page
	Status    string         `json:"status,omitempty"` // the agency's, verbatim
	Class     string         `json:"class,omitempty"`  // the agency's, verbatim
	Severity  Severity       `json:"severity,omitempty"`
	Hazards   []Hazard       `json:"hazards,omitempty"`
	Remedies  []Remedy       `json:"remedies,omitempty"`
	Firms     []Firm         `json:"firms,omitempty"`
	Products  []ProductEntry `json:"products,omitempty"` // as the agency lists them, unread
	Details   string         `json:"details,omitempty"`  // the agency's description, prose
	Units     string         `json:"units,omitempty"`    // free text: "About 21,250"
	Injuries  string         `json:"injuries,omitempty"` // free text
	SoldAt    string         `json:"sold_at,omitempty"`  // free text: where, when, for how much
	Contact   string         `json:"contact,omitempty"`  // how to reach the firm
	Images    []Image        `json:"images,omitempty"`
	Published Day            `json:"published,omitempty"`
	Updated   Day            `json:"updated,omitempty"`
	Language  string         `json:"language,omitempty"` // BCP 47
	Joint     []string       `json:"joint,omitempty"`    // URLs of other agencies' notices of the same happening
	MadeIn    []string       `json:"made_in,omitempty"`
}

// Hazard is one hazard: our code and the agency's words.
type Hazard struct {
	Code HazardCode `json:"code"`
	Text string     `json:"text"`
}

// Remedy is one thing that is offered or asked: our code and the agency's words.
type Remedy struct {
	Code RemedyCode `json:"code"`
	Text string     `json:"text"`
}

// Firm is a company that a recall names. Role: manufacturer, importer,
// distributor, retailer, recalling_firm.
type Firm struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

// Image is a picture that the agency shows, never copied by us.
type Image struct {
	URL     string `json:"url"`
	Caption string `json:"caption,omitempty"`
}

// ProductEntry is a product as the agency lists it: fields where it has fields,
// prose where it has prose. Package match reads it into RecalledProduct.
type ProductEntry struct {
	Name     string   `json:"name,omitempty"`
	Brand    string   `json:"brand,omitempty"`
	Model    string   `json:"model,omitempty"` // field, may list several
	Category string   `json:"category,omitempty"`
	Codes    string   `json:"codes,omitempty"` // prose with lots, dates, UPCs
	UPCs     []string `json:"upcs,omitempty"`  // as printed
	Units    string   `json:"units,omitempty"`
	Key      string   `json:"key,omitempty"` // the agency's id of the line, where it has one
}

// ID is the opaque id of the recall (rcl_...), the same in every database: a
// digest of agency and number.
func (r *Recall) ID() string { return RecallID(r.Agency, r.Number) }

// RecallID is the opaque id of the recall that the agency numbers so.
func RecallID(agency, number string) string { return opaque("rcl_", agency, number) }

// EventID is the opaque id of the event that begins with the given recall.
func EventID(agency, number string) string { return opaque("evt_", agency, number) }

// AlertID is the opaque id of an alert, from what makes it unique.
func AlertID(householdID, eventID string, class AlertClass, revision int64) string {
	return opaque("alt_", householdID, eventID, string(class), strconv.FormatInt(revision, 10))
}

// MatchID is the opaque id of the match of a recall (rcl_...) and an item (itm_...).
func MatchID(recallID, itemID string) string { return opaque("mat_", recallID, itemID) }

// opaque derives an id of 16 base-32 characters (80 bits) from parts. The
// parts are separated by a byte that occurs in none of them.
func opaque(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Digest is the SHA-256 of the agency's content: two recalls with equal digests
// say the same. Absent, null and empty are alike. What we derive (codes,
// severity) and how the record arrived (Form) are left out, so that a better
// rule of ours is no amendment of theirs.
func (r *Recall) Digest() string {
	c := *r
	c.Form, c.Severity = 0, ""
	c.Hazards, c.Remedies = nil, nil
	for _, h := range r.Hazards {
		c.Hazards = union(c.Hazards, []Hazard{{Text: h.Text}})
	}
	for _, m := range r.Remedies {
		c.Remedies = union(c.Remedies, []Remedy{{Text: m.Text}})
	}
	b, err := json.Marshal(&c) // struct order is fixed, omitempty drops the empty
	if err != nil {
		panic("babyshield: recall cannot be marshalled: " + err.Error()) // only strings and slices: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
