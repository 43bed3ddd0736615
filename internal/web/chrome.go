package web

import (
	"slices"

	"github.com/babyshield/babyshield/internal/notify"
)

// chrome is what the layout shows around the page. Without a database it says
// nothing of the agencies.
func (s *server) chrome(p *page) chrome {
	c := chrome{title: p.title, current: p.current, version: s.Version}
	var countries []string
	if p.site != nil {
		if c.firstRun = p.site.neverRead(); !c.firstRun && !p.answer {
			c.unread = p.site.unread(p.site.required())
		}
		for _, a := range p.site.states {
			if a.Enabled && !slices.Contains(countries, a.Country) {
				countries = append(countries, a.Country)
			}
		}
	}
	c.emergency = notify.Emergency(countries)
	return c
}
