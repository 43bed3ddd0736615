package web

import (
	"net/http"
	"net/url"

	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

// pageSize is how many recalls a list shows at once.
const pageSize = 30

// recalls is the list. While no agency was ever read it lists the samples.
func (s *server) recalls(r *http.Request) (*page, error) {
	t, err := s.site(r.Context())
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	agency, cursor := q.Get("agency"), q.Get("cursor")
	rows, next, err := s.newest(r, t, store.RecallFilter{Agency: agency, Cursor: cursor, Size: pageSize})
	if err != nil {
		return nil, err
	}
	p := recallsPage{rows: rows, first: cursor == "", filtered: agency != ""}
	p.agencies = []choice{{value: "", label: "All agencies", chosen: agency == ""}}
	for _, a := range t.states {
		p.agencies = append(p.agencies, choice{value: a.Code, label: a.Name, chosen: a.Code == agency})
	}
	if next != "" {
		v := url.Values{"cursor": {next}}
		if agency != "" {
			v.Set("agency", agency)
		}
		p.next = "/recalls?" + v.Encode()
	}
	return &page{title: "Recalls", current: "/recalls", site: t, body: recallsBody(p)}, nil
}

// newest lists recalls, or samples while there is nothing else.
func (s *server) newest(r *http.Request, t *site, f store.RecallFilter) ([]recallRow, string, error) {
	f.Samples = t.neverRead()
	list, next, err := s.Store.RecallList(r.Context(), f)
	if err != nil {
		return nil, "", err
	}
	rows := make([]recallRow, len(list))
	for i := range list {
		v := newRecallView(&list[i], t.agency(list[i].Agency), "")
		rows[i] = recallRow{id: v.id, title: notify.Clean(v.title, 200), lang: v.lang, line: v.agency, sample: v.sample}
		if v.day != "" {
			rows[i].line += ", " + v.day
		}
		if h := hazardWords(list[i].Hazards); h != "" {
			rows[i].line += ". Hazard: " + h
		}
	}
	return rows, next, nil
}
