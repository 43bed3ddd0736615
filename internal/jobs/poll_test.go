package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// cpscPeer answers the recall API of us-cpsc with one recall for each span that is
// asked for. While hang is set it does not answer for the span that holds it.
type cpscPeer struct {
	mu    sync.Mutex
	asked []string
	hang  string
}

func (p *cpscPeer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	from := r.FormValue("RecallDateStart")
	p.mu.Lock()
	p.asked = append(p.asked, from)
	hang := p.hang != "" && from == p.hang
	p.mu.Unlock()
	if hang {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if from == "" || from > "2026" {
		fmt.Fprint(w, "[]")
		return
	}
	fmt.Fprintf(w, `[{"RecallNumber":"%s001","RecallDate":"%sT00:00:00","Title":"A recall of %s","Products":[{"Name":"Thing"}]}]`, from[2:4], from, from[:4])
}

func (p *cpscPeer) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.asked
	p.asked, p.hang = nil, ""
	return out
}

func pollDeps(t *testing.T, s *store.Store, peer http.Handler) jobs.Deps {
	t.Helper()
	srv := httptest.NewServer(peer)
	t.Cleanup(srv.Close)
	c, err := fetch.New(fetch.Options{UserAgent: "test", BaseURLs: map[string]string{"us-cpsc": srv.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return jobs.Deps{Store: s, Fetch: c, Log: babyshieldtest.Quiet(), Now: s.Now}
}

// TestPollGoesOn: a first read that runs out of time is no read, keeps what came,
// and goes on where it stopped.
func TestPollGoesOn(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		peer := &cpscPeer{hang: "1998-01-01"}
		d := pollDeps(t, s, peer)
		// Two seconds for fetching: the rest is kept for saving.
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		_, err := jobs.Poll(ctx, d, "us-cpsc", jobs.PollOptions{})
		var failed *jobs.PollError
		if !errors.As(err, &failed) {
			t.Fatalf("a poll that was cut off: %v", err)
		}
		first := peer.take()
		state := agencyState(t, s, "us-cpsc")
		if !state.LastSuccess.IsZero() || state.Failures != 0 || state.LastError == "" {
			t.Errorf("after the cut: %+v", state)
		}
		got, err := jobs.Poll(t.Context(), d, "us-cpsc", jobs.PollOptions{})
		if err != nil {
			t.Fatal(err)
		}
		second := peer.take()
		if second[0] != first[len(first)-1] || slices.Contains(second, first[0]) {
			t.Errorf("first asked %v, then %v", first, second)
		}
		state = agencyState(t, s, "us-cpsc")
		all := digests(t, s)
		if state.LastSuccess.IsZero() || state.LastError != "" || len(all) != len(first)-1+got.New {
			t.Errorf("after the second: %+v, %d recalls, %+v", state, len(all), got)
		}
		// From here on only what is new is asked for.
		if _, err := jobs.Poll(t.Context(), d, "us-cpsc", jobs.PollOptions{}); err != nil {
			t.Fatal(err)
		}
		if third := peer.take(); len(third) != 2 {
			t.Errorf("a delta asked %v", third)
		}
	})
}

// TestPollFailures: whatever the agency answers instead of a list, the read does
// not count and the cursor stays.
func TestPollFailures(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"error page":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Sorry</html>") },
		"status 500":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
		"other shape":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"results":[]}`) },
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"all is empty": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") },
	} {
		t.Run(name, func(t *testing.T) {
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				d := pollDeps(t, s, h)
				_, err := jobs.Poll(t.Context(), d, "us-cpsc", jobs.PollOptions{})
				var failed *jobs.PollError
				if !errors.As(err, &failed) || failed.Why == "" {
					t.Errorf("got %v", err)
				}
				state := agencyState(t, s, "us-cpsc")
				if !state.LastSuccess.IsZero() || state.Failures != 1 || state.LastError != failed.Why || !state.NextRun.After(s.Now()) {
					t.Errorf("state: %+v", state)
				}
			})
		})
	}
}
