package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// watched is a writer that tells when a line comes that matches.
type watched struct {
	mu    sync.Mutex
	lines []string
	wait  map[*regexp.Regexp]chan string
}

// lines makes a watched writer and the end of the pipe to give to run.
func newWatched(t *testing.T) (*watched, io.WriteCloser) {
	w := &watched{wait: map[*regexp.Regexp]chan string{}}
	r, in := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := bufio.NewScanner(r); s.Scan(); {
			w.take(s.Text())
		}
	}()
	t.Cleanup(func() {
		_ = in.Close()
		<-done
	})
	return w, in
}

func (w *watched) take(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
	for re, ch := range w.wait {
		if m := re.FindString(line); m != "" {
			ch <- m
			delete(w.wait, re)
		}
	}
}

// expect returns a channel that brings what matches, seen already or to come.
func (w *watched) expect(re string) <-chan string {
	w.mu.Lock()
	defer w.mu.Unlock()
	compiled, ch := regexp.MustCompile(re), make(chan string, 1)
	for _, line := range w.lines {
		if m := compiled.FindString(line); m != "" {
			ch <- m
			return ch
		}
	}
	w.wait[compiled] = ch
	return ch
}

func (w *watched) all() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}

// service is a serve command at work.
type service struct {
	t              *testing.T
	stdout, stderr *watched
	stop           context.CancelFunc
	ended          chan error
}

func (b *bench) serve(t *testing.T, args ...string) *service {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &service{t: t, stop: cancel, ended: make(chan error, 1)}
	var stdout, stderr io.WriteCloser
	s.stdout, stdout = newWatched(t)
	s.stderr, stderr = newWatched(t)
	go func() {
		s.ended <- run(ctx, append([]string{"serve"}, args...), func(n string) string { return b.env[n] }, strings.NewReader(""), stdout, stderr)
	}()
	t.Cleanup(cancel)
	return s
}

// sees waits for a line.
func (s *service) sees(w *watched, re string) string {
	s.t.Helper()
	select {
	case m := <-w.expect(re):
		return m
	case err := <-s.ended:
		s.t.Fatalf("serve ended before it said %q: %v\n%s", re, err, s.stderr.all())
	case <-time.After(30 * time.Second):
		s.t.Fatalf("serve did not say %q:\n%s\n%s", re, s.stdout.all(), s.stderr.all())
	}
	return ""
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestServe: from an empty folder to pages, API, a poll of agencies that cannot be
// read and say so, metrics, and an end in good order.
func TestServe(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		agencies := httptest.NewServer(http.NotFoundHandler())
		defer agencies.Close()
		b.env["BABYSHIELD_AGENCY_URL"] = "us-cpsc=" + agencies.URL + ";us-fda-food=" + agencies.URL + ";ca-health-canada=" + agencies.URL
		b.env["BABYSHIELD_ADMIN_EMAIL"] = "admin@example.org"
		s := b.serve(t, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0")
		base := s.sees(s.stdout, `http://127\.0\.0\.1:\d+`)
		s.sees(s.stderr, `administrator was made.*set-up code.*: \S+`)
		for _, code := range []string{"us-cpsc", "us-fda-food", "ca-health-canada"} {
			s.sees(s.stderr, code+" could not be read")
		}
		for path, want := range map[string]int{"/": 200, "/check": 200, "/recalls": 200, "/agencies": 200, "/livez": 200, "/readyz": 200, "/api/v1/agencies": 200, "/api/openapi.json": 200, "/nothing": 404, "/api/nothing": 404} {
			if status, body := get(t, base+path); status != want {
				t.Errorf("GET %s: %d, want %d: %.200s", path, status, want, body)
			}
		}
		if line := b.refused("serve", "--listen", strings.TrimPrefix(base, "http://")); !strings.Contains(line, "cannot listen on") {
			t.Errorf("a second service on the same port says %q", line)
		}
		s.stop()
		select {
		case err := <-s.ended:
			if err != nil {
				t.Errorf("it ended with %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("it did not end within 30 seconds")
		}
		if strings.Contains(s.stderr.all(), "admin@example.org") {
			t.Error("the administrator's address is in the log")
		}
	})
}

// TestServeFlags that cannot be served.
func TestServeFlags(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		args       []string
		code       int
	}{
		{name: "metrics for all the world", args: []string{"--metrics-listen", "0.0.0.0:9480"}, code: exitUsage, want: "--metrics-listen must be on this machine"},
		{name: "no address", args: []string{"--listen", "nothing"}, code: exitError, want: "cannot listen on nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			_, stderr, code := b.run("", append([]string{"serve"}, tt.args...)...)
			if code != tt.code || !strings.Contains(stderr, tt.want) {
				t.Errorf("code %d, %q, want %d and %q", code, stderr, tt.code, tt.want)
			}
		})
	}
}

// TestServeOpen warns where other machines can reach it.
func TestServeOpen(t *testing.T) {
	b := newBench(t)
	s := b.serve(t, "--listen", "0.0.0.0:0", "--no-work", "--json")
	s.sees(s.stderr, "Warning: .* there are no accounts yet")
	if got := s.sees(s.stdout, `\{.*\}`); !strings.Contains(got, `"address":"http://`) {
		t.Errorf("got %s, want one object with the address", got)
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestMetrics(t *testing.T) {
	b := newBench(t)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := port.Addr().String()
	_ = port.Close()
	s := b.serve(t, "--listen", "127.0.0.1:0", "--metrics-listen", address, "--no-work")
	base := s.sees(s.stdout, `http://127\.0\.0\.1:\d+`)
	get(t, base+"/livez")
	get(t, base+"/recalls?secret=4711")
	_, text := get(t, "http://"+address+"/metrics")
	for _, want := range []string{
		`babyshield_http_requests_total{route="/livez",status="200"} 1`, `babyshield_http_requests_total{route="/",status="200"} 1`,
		`babyshield_agency_state{agency="us-cpsc",state="never"} 1`, `babyshield_jobs{state="due"} 0`, `babyshield_database_up 1`, `go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if strings.Contains(text, "4711") {
		t.Error("a query is in the metrics")
	}
	if status, _ := get(t, "http://"+address+"/debug/pprof/cmdline"); status != http.StatusOK {
		t.Errorf("pprof: %d, want 200", status)
	}
	if status, _ := get(t, base+"/metrics"); status != http.StatusNotFound {
		t.Errorf("metrics on the public address: %d, want 404", status)
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// TestWorkStops ends when it is told to.
func TestWorkStops(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	stderr, in := newWatched(t)
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"work", "--no-poll"}, func(n string) string { return b.env[n] }, strings.NewReader(""), io.Discard, in)
	}()
	select {
	case <-stderr.expect("msg=working"):
	case <-time.After(30 * time.Second):
		t.Fatalf("it does not work: %s", stderr.all())
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// TestAgencyRun reads an agency at another address.
func TestAgencyRun(t *testing.T) {
	var asked []url.Values
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked = append(asked, q)
		w.Header().Set("Content-Type", "application/json")
		if q.Get("RecallDateStart") > "2026-10-05" || q.Get("RecallDateEnd") != "" && q.Get("RecallDateEnd") < "2026-10-05" {
			_, _ = io.WriteString(w, "[]")
			return
		}
		_, _ = io.WriteString(w, `[{"RecallID":90001,"RecallNumber":"26901","RecallDate":"2026-10-05T00:00:00","Title":"Invented Nestling Recalls Bassinets","Products":[{"Name":"Invented Nestling bassinets"}],"Hazards":[{"Name":"Fall hazard"}]}]`)
	}))
	defer served.Close()
	b := newBench(t)
	b.must(0, "migrate")
	b.env["BABYSHIELD_AGENCY_URL"] = "us-cpsc=" + served.URL
	dry := b.must(0, "agency", "run", "us-cpsc", "--since", "2026-10-01", "--dry-run", "--json")
	if got := b.must(0, "agency", "list", "--json"); strings.Contains(got, `"state":"ok"`) {
		t.Errorf("after a dry run an agency counts as read: %s", got)
	}
	wet := b.must(0, "agency", "run", "us-cpsc", "--json")
	want := `{"agency":"us-cpsc","notices":1,"recalls":1,"new":1,"amended":0,"unchanged":0,"quarantined":0}` + "\n"
	if diff := cmp.Diff(want, wet); diff != "" {
		t.Errorf("a run (-want +got):\n%s", diff)
	}
	if !strings.Contains(dry, `"notices":1`) || len(asked) < 2 {
		t.Errorf("a dry run says %s after %d questions", dry, len(asked))
	}
	served.Close()
	if line := b.refused("agency", "run", "us-cpsc"); !strings.Contains(line, "us-cpsc could not be read") {
		t.Errorf("got %q, want that it could not be read", line)
	}
	if _, stderr, code := b.run("", "agency", "list"); code != 0 || !strings.Contains(stderr, "us-cpsc could not be read: ") {
		t.Errorf("agency list: code %d, %q, want a plain line on us-cpsc", code, stderr)
	}
}
