package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// onHome is how many of the newest recalls the first page shows.
const onHome = 5

// home is the form. /check by GET is the same.
func (s *server) home(r *http.Request) (*page, error) {
	t, err := s.site(r.Context())
	if err != nil {
		return nil, err
	}
	rows, _, err := s.newest(r, t, store.RecallFilter{Size: onHome})
	if err != nil {
		return nil, err
	}
	p := homePage{form: newForm(t, &babyshield.Item{}, "", nil), summary: t.summary(), newest: rows}
	return &page{title: "Check a product", current: "/", site: t, body: homeBody(p)}, nil
}

// answer is the answer to the form. Whatever fails while looking, the answer is
// "not checked" with status 503.
func (s *server) answer(r *http.Request) (*page, error) {
	item, country, err := readForm(r)
	if err != nil {
		return nil, err
	}
	if !item.Identified() {
		return s.askAgain(r, &item, country, "Write at least what it is, its brand, its model or its barcode number.")
	}
	o := check.Options{}
	if country != "" {
		o.Countries = []string{country}
	}
	a, err := s.Check.Item(r.Context(), item, o)
	if babyshield.CodeOf(err) == babyshield.Invalid {
		return s.askAgain(r, &item, country, babyshield.MessageOf(err))
	}
	t, siteErr := s.site(r.Context())
	if err != nil || siteErr != nil {
		return s.cannotCheck(r, &item, country, err, siteErr), nil
	}
	p := t.newAnswer(a, s.loadMatches(r, a.Matches), &item, country)
	return &page{title: p.word, current: "/", site: t, private: true, answer: true, body: answerBody(p)}, nil
}

// askAgain shows the form with what was typed and what is wrong with it.
func (s *server) askAgain(r *http.Request, item *babyshield.Item, country, problem string) (*page, error) {
	t, err := s.site(r.Context())
	if err != nil {
		return nil, err
	}
	p := homePage{form: newForm(t, item, country, nil), summary: t.summary()}
	p.form.problem = problem
	return &page{title: "Check a product", current: "/", site: t, private: true, status: http.StatusUnprocessableEntity, body: homeBody(p)}, nil
}

// cannotCheck is the answer while something of ours fails.
func (s *server) cannotCheck(r *http.Request, item *babyshield.Item, country string, errs ...error) *page {
	reason := "Something went wrong on our side."
	for _, err := range errs {
		if err != nil && s.codeOf(r, err) == babyshield.Unavailable {
			reason = "Our database does not answer."
		} else if err != nil {
			s.Log.ErrorContext(r.Context(), "a check failed", "error", err)
		}
	}
	a := babyshield.Answer{Status: babyshield.StatusNotChecked, Reason: reason + " Try again in some minutes, or look on the agency's own site.", AsOf: s.Now()}
	p := (&site{now: s.Now()}).newAnswer(a, nil, item, country)
	return &page{title: p.word, current: "/", status: http.StatusServiceUnavailable, private: true, body: answerBody(p)}
}

func inputMode(x field) templ.Attributes {
	if x.numeric {
		return templ.Attributes{"inputmode": "numeric"}
	}
	return nil
}
