package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

// RecallRow is a recall in a list: of the API, and of `recall list --json`.
type RecallRow struct {
	ID        string              `json:"id"`
	Agency    string              `json:"agency"`
	Number    string              `json:"number" doc:"The agency's own recall number."`
	Kind      babyshield.Kind     `json:"kind"`
	Title     string              `json:"title"`
	URL       string              `json:"url" doc:"The official page."`
	Published *babyshield.Day     `json:"published" doc:"A day, a month or a year; null if not known."`
	Updated   *babyshield.Day     `json:"updated"`
	Status    string              `json:"status" doc:"The agency's, verbatim."`
	Class     string              `json:"class" doc:"The agency's, verbatim."`
	Severity  babyshield.Severity `json:"severity"`
	Hazards   []babyshield.Hazard `json:"hazards"`
	Remedies  []babyshield.Remedy `json:"remedies"`
	Products  []ProductRow        `json:"products"`
	Language  string              `json:"language"`
	Event     string              `json:"event" doc:"Notices of several agencies about one happening have the same."`
	Revision  int64               `json:"revision"`
	Sample    bool                `json:"sample,omitempty" doc:"Ships with the program: not a real notice."`
}

// ProductRow is a recalled product. Every key is always there.
type ProductRow struct {
	Name      string             `json:"name"`
	Brand     string             `json:"brand"`
	Models    []string           `json:"models"`
	Years     []int              `json:"years" doc:"Model years."`
	ASINs     []string           `json:"asins" doc:"Amazon's product numbers."`
	GTINs     []string           `json:"gtins" doc:"14 digits."`
	Lots      []string           `json:"lots"`
	Serials   []babyshield.Range `json:"serials"`
	DateCodes []string           `json:"date_codes"`
	Sold      babyshield.Sold    `json:"sold"`
	Made      babyshield.Period  `json:"made"`
	Colors    []string           `json:"colors"`
	Sizes     []string           `json:"sizes"`
	Category  string             `json:"category"`
	Scope     []string           `json:"scope" doc:"Item keys that decide whether a unit is meant, most deciding first; empty = all units."`

	DateFormat string              `json:"date_format" doc:"How the notice says that its date codes are written: YYWW and the like."`
	Excluded   babyshield.Excluded `json:"excluded" doc:"What the notice names as not recalled."`
	AllUnits   bool                `json:"all_units" doc:"The notice says that all units of what it names are recalled."`
	Sources    []babyshield.Source `json:"sources,omitempty" doc:"The words that the values of a field came from. Of one recall only."`
}

// RecallDetail is all that is known of one recall.
type RecallDetail struct {
	RecallRow
	Details  string             `json:"details"`
	Firms    []babyshield.Firm  `json:"firms"`
	Units    string             `json:"units"`
	Injuries string             `json:"injuries"`
	SoldAt   string             `json:"sold_at"`
	Contact  string             `json:"contact"`
	Images   []babyshield.Image `json:"images"`
	MadeIn   []string           `json:"made_in"`
	Siblings []SiblingRow       `json:"siblings" doc:"Other notices of the same event."`
	Created  time.Time          `json:"created" doc:"When this recall was first stored here."`
	Revised  time.Time          `json:"revised" doc:"When its content last changed here."`
}

// SiblingRow is another notice of the same event.
type SiblingRow struct {
	ID     string `json:"id"`
	Agency string `json:"agency"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Why    string `json:"why" doc:"Why the two are taken for one happening."`
}

// NewRecallRow is the list form of a stored recall.
func NewRecallRow(r *store.StoredRecall) RecallRow {
	row := RecallRow{
		ID: r.ID, Agency: r.Agency, Number: r.Number, Kind: r.Kind, Title: r.Title, URL: r.URL,
		Published: dayOrNull(r.Published), Updated: dayOrNull(r.Updated), Status: r.Status, Class: r.Class, Severity: r.Severity,
		Hazards: some(r.Hazards), Remedies: some(r.Remedies), Products: make([]ProductRow, len(r.Lines)),
		Language: r.Language, Event: r.Event, Revision: r.Revision, Sample: r.Sample,
	}
	for i, p := range r.Lines {
		row.Products[i] = ProductRow{
			Name: p.Name, Brand: p.Brand, Models: some(p.Models), GTINs: some(p.GTINs), Lots: some(p.Lots), Serials: some(p.Serials),
			DateCodes: some(p.DateCodes), Sold: p.Sold, Made: p.Made, Colors: some(p.Colors), Sizes: some(p.Sizes),
			Category: p.Category, Scope: some(p.Scope.Fields), Years: some(p.Years), ASINs: some(p.ASINs),
			DateFormat: p.DateFormat, Excluded: p.Excluded, AllUnits: p.Scope.All,
		}
	}
	return row
}

// NewRecallDetail is the full form of a stored recall.
func NewRecallDetail(r *store.StoredRecall, siblings []store.Sibling) RecallDetail {
	d := RecallDetail{
		RecallRow: NewRecallRow(r), Details: r.Details, Firms: some(r.Firms), Units: r.Units, Injuries: r.Injuries,
		SoldAt: r.SoldAt, Contact: r.Contact, Images: some(r.Images), MadeIn: some(r.MadeIn), Siblings: []SiblingRow{},
		Created: r.Created, Revised: r.Revised,
	}
	for i := range d.Products {
		d.Products[i].Sources = r.Lines[i].Scope.Sources
	}
	for _, s := range siblings {
		d.Siblings = append(d.Siblings, SiblingRow(s))
	}
	return d
}

func dayOrNull(d babyshield.Day) *babyshield.Day {
	if d == "" {
		return nil
	}
	return &d
}

// some makes a nil list an empty one: readers see [], never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type recallsInput struct {
	Agency  string `query:"agency" doc:"Our code of the agency, such as us-cpsc."`
	Since   string `query:"since" doc:"A day: recalls published on it or later." example:"2026-11-01"`
	Samples bool   `query:"samples" doc:"The samples that ship with the program, instead of real recalls."`
	Cursor  string `query:"cursor" maxLength:"64" doc:"From next of the page before."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// RecallsMeta says what a list of recalls rests on.
type RecallsMeta struct {
	AsOf    *time.Time `json:"as_of" doc:"The newest good read among the agencies listed; null if none was read."`
	Samples bool       `json:"samples" doc:"These are samples, not real notices: they were asked for, or no agency was ever read."`
}

type recallsOutput struct {
	Body List[RecallRow, RecallsMeta]
}

type recallInput struct {
	ID string `path:"id" maxLength:"64" example:"rcl_5x3hkq2v7w4n6pbd"`
}

type recallOutput struct {
	Body RecallDetail
}

func (s *server) recallRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "list-recalls", Method: http.MethodGet, Path: "/api/v1/recalls",
		Summary:     "Recalls, newest first",
		Description: "While no agency was ever read, the samples that ship with the program are listed, each marked.",
	}, s.recalls)
	register(s, api, huma.Operation{
		OperationID: "get-recall", Method: http.MethodGet, Path: "/api/v1/recalls/{id}",
		Summary: "One recall with all its details",
		Errors:  []int{http.StatusNotFound},
	}, s.recall)
}

func (s *server) recalls(ctx context.Context, in *recallsInput) (*recallsOutput, error) {
	since, err := babyshield.ParseDay(in.Since)
	if err != nil {
		return nil, babyshield.Errorf(babyshield.Invalid, "The parameter since is not a date (want YYYY-MM-DD).")
	}
	asOf, err := s.newestRead(ctx, in.Agency)
	if err != nil {
		return nil, err
	}
	f := store.RecallFilter{Agency: in.Agency, Since: since, Cursor: in.Cursor, Size: in.Limit, Samples: in.Samples}
	if !f.Samples {
		cov, err := s.Check.Coverage(ctx, nil)
		if err != nil {
			return nil, err
		}
		f.Samples = cov.NeverRead
	}
	rows, next, err := s.Store.RecallList(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &recallsOutput{Body: List[RecallRow, RecallsMeta]{
		Data: []RecallRow{}, Next: next, Meta: RecallsMeta{AsOf: asOf, Samples: f.Samples},
	}}
	for i := range rows {
		out.Body.Data = append(out.Body.Data, NewRecallRow(&rows[i]))
	}
	return out, nil
}

// newestRead is when the agency, or any if code is "", was last read. An agency
// that does not exist is an error: an empty list would look like "no recalls".
func (s *server) newestRead(ctx context.Context, code string) (*time.Time, error) {
	states, err := s.Store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	var newest time.Time
	known := code == ""
	for _, a := range states {
		if code != "" && a.Code != code {
			continue
		}
		known = true
		if a.LastSuccess.After(newest) {
			newest = a.LastSuccess
		}
	}
	if !known {
		return nil, babyshield.Errorf(babyshield.Invalid, "There is no agency of this code. See /api/v1/agencies.")
	}
	return timeOrNull(newest), nil
}

func (s *server) recall(ctx context.Context, in *recallInput) (*recallOutput, error) {
	r, err := s.Store.Recall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	siblings, err := s.Store.Siblings(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &recallOutput{Body: NewRecallDetail(&r, siblings)}, nil
}
