package jobs_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"go.uber.org/goleak"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// hangs is how long a hung agency is waited for here; in production ten times as
// long.
const hangs = 4 * time.Second

// TestHungAgency lets one or two of the three agencies hang, in the real runtime:
// the others are read meanwhile, the hung ones are given up at their deadline,
// say so, and leave nothing behind.
//
// It is not parallel: it counts the goroutines of the process.
func TestHungAgency(t *testing.T) {
	for _, c := range []struct {
		name string
		hung map[string]func(testing.TB) *peer
	}{
		{"one drips", map[string]func(testing.TB) *peer{"us-cpsc": drip}},
		{"one drips, one is silent", map[string]func(testing.TB) *peer{"us-fda-food": drip, "ca-health-canada": silent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
				db := openBeside(t, url)
				long := markReadLongAgo(t, url)
				before := goleak.IgnoreCurrent()

				peers, bases := map[string]*peer{}, map[string]string{}
				for _, a := range babyshieldtest.Agencies() {
					if hang := c.hung[a.Code]; hang != nil {
						peers[a.Code] = hang(t)
						bases[a.Code] = peers[a.Code].url
						continue
					}
					server := httptest.NewServer(healthy[a.Code])
					defer server.Close()
					bases[a.Code] = server.URL
				}
				client, err := fetch.New(fetch.Options{BaseURLs: bases, Timeouts: fetch.Timeouts{
					Header: hangs, Total: 2 * hangs, Idle: hangs, RateWindow: hangs,
				}})
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				s, err := store.Open(t.Context(), store.Options{URL: url, Sealer: babyshieldtest.PlainSealer{}, Log: babyshieldtest.Quiet()})
				if err != nil {
					t.Fatal(err)
				}
				d := jobs.Deps{Store: s, Fetch: client, Channels: babyshieldtest.NewSink(nil), Log: s.Log, Now: s.Now}
				rt, err := s.Work(t.Context(), store.WorkConfig{Workers: jobs.Workers(d)})
				if err != nil {
					t.Fatal(err)
				}

				h := hungProof{store: s, hung: c.hung, long: long}
				h.othersAreRead(t, peers)
				h.hungAreGivenUp(t)
				h.missIsNotChecked(t)
				if err := rt.Stop(t.Context()); err != nil {
					t.Errorf("stopping: %v", err)
				}
				for _, j := range jobRows(t, url, db, babyshield.PollArgs{}.Kind()) {
					if j.State != rivertype.JobStateCompleted || j.Attempt != 1 {
						t.Errorf("poll %s is %s after %d attempts, want completed after 1", j.EncodedArgs, j.State, j.Attempt)
					} else if took := j.FinalizedAt.Sub(*j.AttemptedAt); took > 2*hangs+10*time.Second {
						t.Errorf("poll %s took %s", j.EncodedArgs, took)
					}
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				for _, p := range peers {
					p.close()
				}
				client.Close()
				if err := goleak.Find(before, ofTheTestServers); err != nil {
					t.Errorf("left behind: %v", err)
				}
			})
		})
	}
}

// ofTheTestServers are ended by the deferred Close of each.
var ofTheTestServers = goleak.IgnoreAnyFunction("net/http/httptest.(*Server).goServe.func1")

// markReadLongAgo makes a database in which every agency was read, too long ago,
// and returns that time.
func markReadLongAgo(t *testing.T, url string) time.Time {
	t.Helper()
	long := time.Now().Add(-60 * 24 * time.Hour).UTC().Truncate(time.Millisecond)
	s, err := store.Open(t.Context(), store.Options{
		URL: url, Create: true, Sealer: babyshieldtest.PlainSealer{}, Now: func() time.Time { return long },
		Seed: store.Seed{Agencies: babyshieldtest.Agencies()},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range babyshieldtest.Agencies() {
		if err := s.MarkRead(t.Context(), a.Code); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return long
}

type hungProof struct {
	store *store.Store
	hung  map[string]func(testing.TB) *peer
	long  time.Time
}

func (h hungProof) states(t *testing.T) (hung, others []babyshield.AgencyState) {
	t.Helper()
	all, err := h.store.Agencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.AgencyCounts(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if h.hung[a.Code] != nil {
			hung = append(hung, a)
		} else {
			others = append(others, a)
		}
	}
	return hung, others
}

// othersAreRead while the hung ones have been asked and are still waited for: it
// is an order, not a speed.
func (h hungProof) othersAreRead(t *testing.T, peers map[string]*peer) {
	t.Helper()
	for code, p := range peers {
		select {
		case <-p.asked:
		case <-time.After(time.Minute):
			t.Fatalf("%s was never asked", code)
		}
	}
	var hung []babyshield.AgencyState
	babyshieldtest.Eventually(t, time.Minute, "the others are read", func() bool {
		var others []babyshield.AgencyState
		hung, others = h.states(t)
		return !slices.ContainsFunc(others, func(a babyshield.AgencyState) bool {
			return !a.LastSuccess.After(h.long) || a.Recalls == 0
		})
	})
	for _, a := range hung {
		if a.LastAttempt.IsZero() || a.Failures > 0 || a.LastError != "" {
			t.Errorf("when the others had been read, %s was not waited for any more: %+v", a.Code, a)
		}
	}
}

func (h hungProof) hungAreGivenUp(t *testing.T) {
	t.Helper()
	babyshieldtest.Eventually(t, 2*hangs+30*time.Second, "the hung ones are given up", func() bool {
		hung, _ := h.states(t)
		return !slices.ContainsFunc(hung, func(a babyshield.AgencyState) bool { return a.Failures == 0 })
	})
	hung, others := h.states(t)
	for _, a := range hung {
		if a.LastError == "" || a.Failures != 1 || !a.LastSuccess.Equal(h.long) || !a.NextRun.After(time.Now()) {
			t.Errorf("%s after its deadline: %+v", a.Code, a)
		}
	}
	for _, a := range others {
		if a.Failures > 0 || a.LastError != "" {
			t.Errorf("%s suffered from the others: %+v", a.Code, a)
		}
	}
}

// missIsNotChecked names the agencies that could not be read, and no other.
func (h hungProof) missIsNotChecked(t *testing.T) {
	t.Helper()
	a, err := check.New(h.store, time.Now).Item(t.Context(), babyshield.Item{Brand: "Nobodine", Name: "paper lantern", Model: "NX-1"}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != babyshield.StatusNotChecked {
		t.Errorf("a miss is %s, want not_checked", a.Status)
	}
	hung, others := h.states(t)
	for _, s := range hung {
		if !strings.Contains(a.Reason, s.Name) {
			t.Errorf("the reason %q does not name %s", a.Reason, s.Name)
		}
	}
	for _, s := range others {
		if strings.Contains(a.Reason, s.Name) {
			t.Errorf("the reason %q names %s, which was read", a.Reason, s.Name)
		}
	}
	for _, line := range a.Checked {
		want := babyshield.FeedOK
		if h.hung[line.Agency] != nil {
			want = babyshield.FeedStale
		}
		if line.State != want {
			t.Errorf("the receipt says %s of %s, want %s", line.State, line.Agency, want)
		}
	}
}

// peer is an agency that does not answer.
type peer struct {
	url   string
	asked chan struct{} // closed when somebody has come
	close func()
}

// silent accepts connections and says nothing.
func silent(tb testing.TB) *peer {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &peer{url: "http://" + listener.Addr().String(), asked: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var all []net.Conn
		for {
			c, err := listener.Accept()
			if err != nil {
				break
			}
			if all = append(all, c); len(all) == 1 {
				close(p.asked)
			}
		}
		for _, c := range all {
			_ = c.Close()
		}
	}()
	p.close = func() {
		_ = listener.Close()
		<-ended
	}
	tb.Cleanup(p.close)
	return p
}

// drip begins an answer and sends a byte of it at a time.
func drip(tb testing.TB) *peer {
	tb.Helper()
	p := &peer{asked: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[")
		drop := time.NewTicker(50 * time.Millisecond)
		defer drop.Stop()
		for first := true; ; first = false {
			if http.NewResponseController(w).Flush() != nil {
				return
			}
			if first {
				close(p.asked)
			}
			select {
			case <-drop.C:
			case <-r.Context().Done():
				return
			}
			_, _ = io.WriteString(w, " ")
		}
	}))
	p.url, p.close = server.URL, server.Close
	tb.Cleanup(p.close)
	return p
}

// healthy answer as the agencies do, from the small answers that package agency
// keeps for its own tests.
var healthy = map[string]http.HandlerFunc{
	"us-cpsc": func(w http.ResponseWriter, r *http.Request) {
		from, to := r.FormValue("RecallDateStart"), r.FormValue("RecallDateEnd")
		answer(w, within(recorded("us-cpsc/api.txt"), "RecallDate", from, to))
	},
	"ca-health-canada": func(w http.ResponseWriter, _ *http.Request) {
		answer(w, recorded("ca-health-canada/consumer.txt"))
	},
	"us-fda-food": func(w http.ResponseWriter, r *http.Request) {
		var days struct{ from, to string }
		_, span, _ := strings.Cut(r.URL.RawQuery, "report_date:[")
		span, _, _ = strings.Cut(span, "]")
		days.from, days.to, _ = strings.Cut(span, "+TO+")
		rows := within(recorded("us-fda-food/event.txt"), "report_date", days.from, days.to)
		if len(rows) == 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}`)
			return
		}
		answer(w, map[string]any{
			"meta":    map[string]any{"results": map[string]any{"skip": 0, "limit": 1000, "total": len(rows)}},
			"results": rows,
		})
	},
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // a reader that has left needs no answer
}

type row = map[string]any

// within keeps the rows whose day lies in the span; "" = open.
func within(rows []row, field, from, to string) []row {
	return slices.DeleteFunc(rows, func(r row) bool {
		day := fmt.Sprint(r[field])
		return from == "" || day < from || to != "" && day[:min(len(day), len(to))] > to
	})
}

// recorded are the rows of the first answer in a file of testdata: a comment, the
// line "-- name.json --", and JSON up to the next such line.
func recorded(name string) []row {
	text, err := os.ReadFile(filepath.Join("..", "agency", "testdata", name))
	if err != nil {
		panic(err) // a file of the repository
	}
	_, body, _ := strings.Cut(string(text), ".json --\n")
	body, _, _ = strings.Cut(body, "\n-- ")
	var envelope struct{ Results []row }
	var rows []row
	if json.Unmarshal([]byte(body), &rows) == nil {
		return rows
	}
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		panic(err)
	}
	return envelope.Results
}
