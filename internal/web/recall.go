package web

import (
	"fmt"
	"net/http"

	"github.com/babyshield/babyshield/internal/notify"
)

// recall is the page of one recall.
func (s *server) recall(r *http.Request) (*page, error) {
	t, err := s.site(r.Context())
	if err != nil {
		return nil, err
	}
	stored, err := s.Store.Recall(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	siblings, err := s.Store.Siblings(r.Context(), stored.ID)
	if err != nil {
		return nil, err
	}
	p := recallPage{
		recallView: newRecallView(&stored, t.agency(stored.Agency), ""),
		details:    details(&stored), text: paragraphs(stored.Details), pictures: pictureLinks(stored.Images),
	}
	p.products, p.more = newProducts(stored.Lines)
	for _, b := range siblings[:min(len(siblings), maxRelated)] {
		p.siblings = append(p.siblings, siblingView{
			id: b.ID, title: notify.Clean(b.Title, maxTitle), agency: t.agency(b.Agency).Name, why: notify.Clean(b.Why, maxName),
		})
	}
	return &page{title: "Recall notice", current: "/recalls", site: t, body: recallBody(p)}, nil
}

func productsLead(n int) string {
	if n == 1 {
		return "this one"
	}
	return fmt.Sprintf("these %d products", n)
}

func pictureName(i int, link string) string {
	return fmt.Sprintf("Picture %d on %s", i+1, notify.Host(link))
}
