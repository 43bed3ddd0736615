package fetch_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/babyshield/babyshield/internal/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick makes a hung peer cost a test milliseconds, and leaves room for a busy
// machine.
var quick = fetch.Timeouts{
	Dial: 5 * time.Second, TLS: 5 * time.Second, Header: 400 * time.Millisecond, Total: 10 * time.Second,
	Idle: 1500 * time.Millisecond, RateWindow: 1500 * time.Millisecond, MinRate: 10_000,
}

func client(t *testing.T, base string) *fetch.Client {
	t.Helper()
	c, err := fetch.New(fetch.Options{
		Contact: "ops@example.org", BaseURLs: map[string]string{"xx-test": base}, Timeouts: quick,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func request() fetch.Request {
	return fetch.Request{
		Agency: "xx-test", URL: "https://feed.example.org/list?limit=5&api_key=hunter2",
		Hosts: []string{"feed.example.org"}, Accept: "application/json",
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestGet(t *testing.T) {
	var got *http.Request
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("ETag", `"7"`)
		w.Header().Set("Last-Modified", "Mon, 02 Nov 2026 08:00:00 GMT")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[1]`)
	})
	resp, err := client(t, base+"/mirror/").Get(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	if got.URL.Path != "/mirror/list" || got.URL.RawQuery != "limit=5&api_key=hunter2" {
		t.Errorf("asked %s, want the base's path before the agency's, and its query", got.URL)
	}
	if ua := got.UserAgent(); ua != "BabyShield (recall reader) (contact: ops@example.org)" {
		t.Errorf("user agent %q", ua)
	}
	if string(resp.Body) != "[1]" || resp.ETag != `"7"` || resp.LastModified == "" || resp.Date.IsZero() {
		t.Errorf("answer %+v", resp)
	}
	if strings.Contains(resp.URL, "hunter2") || !strings.Contains(resp.URL, "limit=5") {
		t.Errorf("URL %q, want it redacted", resp.URL)
	}
}

func TestGetConditional(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"7"` || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.WriteHeader(http.StatusNotModified) // nobody asked for that
	})
	c := client(t, base)
	for name, change := range map[string]func(*fetch.Request){
		"etag":          func(r *fetch.Request) { r.ETag = `"7"` },
		"last modified": func(r *fetch.Request) { r.LastModified = "Mon, 02 Nov 2026 08:00:00 GMT" },
	} {
		r := request()
		change(&r)
		resp, err := c.Get(t.Context(), r)
		if err != nil || !resp.NotModified {
			t.Errorf("%s: got %+v, %v, want not modified", name, resp, err)
		}
	}
	if _, err := c.Get(t.Context(), request()); fetch.KindOf(err) != fetch.KindStatus {
		t.Errorf("304 to an unconditional request: got %v, want kind status", err)
	}
}

func TestGetFaults(t *testing.T) {
	zip := func(data []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(data)
		_ = z.Close()
		return b.Bytes()
	}
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			_, _ = io.WriteString(w, `{"error":{"code":"X"}}`)
		}
	}
	zipped := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(body)
		}
	}
	tests := []struct {
		name  string
		serve http.HandlerFunc
		want  fetch.Kind
		retry time.Duration
	}{
		{"500", status(500), fetch.KindStatus, 0},
		{"404 keeps its body", status(404), fetch.KindStatus, 0},
		{"403", status(403), fetch.KindAuth, 0},
		{"429 in seconds", status(429, "Retry-After", "120"), fetch.KindRateLimited, 2 * time.Minute},
		{"429 by date", status(429, "Date", "Mon, 02 Nov 2026 08:00:00 GMT", "Retry-After", "Mon, 02 Nov 2026 08:05:00 GMT"), fetch.KindRateLimited, 5 * time.Minute},
		{"429 for a year", status(429, "Retry-After", "31536000"), fetch.KindRateLimited, 24 * time.Hour},
		{"503 with retry", status(503, "Retry-After", "9"), fetch.KindRateLimited, 9 * time.Second},
		{"503", status(503), fetch.KindStatus, 0},
		{"page with status 200", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "<!doctype html><title>Maintenance</title>")
		}, fetch.KindShape, 0},
		{"page that claims to be JSON", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "\ufeff\n <html>")
		}, fetch.KindShape, 0},
		{"larger than allowed", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("1"), 9<<20))
		}, fetch.KindTooLarge, 0},
		{"bomb", zipped(zip(make([]byte, 6<<20))), fetch.KindTooLarge, 0},
		{"truncated gzip", zipped(zip([]byte(strings.Repeat("abcdefgh", 99)))[:30]), fetch.KindNetwork, 0},
		{"not gzip", zipped([]byte("[1,2,3]")), fetch.KindNetwork, 0},
		{"unasked encoding", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, "[]")
		}, fetch.KindShape, 0},
		{"shorter than promised", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "[1,")
		}, fetch.KindNetwork, 0},
		{"redirect to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example.net/", http.StatusFound)
		}, fetch.KindRefusedHost, 0},
		{"redirect loop", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, fetch.KindNetwork, 0},
		{"header never comes", func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, fetch.KindTimeout, 0},
		{"body stops", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "[1,")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, fetch.KindTimeout, 0},
		{"body drips", drip, fetch.KindTimeout, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			r := request()
			r.MaxBytes = 8 << 20
			resp, err := client(t, serve(t, tt.serve)).Get(t.Context(), r)
			if d := time.Since(begin); d > quick.Total {
				t.Errorf("took %s", d)
			}
			if fetch.KindOf(err) != tt.want {
				t.Fatalf("got %+v, %v, want kind %s", resp, err, tt.want)
			}
			var e *fetch.Error
			errors.As(err, &e)
			if e.RetryAfter != tt.retry {
				t.Errorf("retry after %s, want %s", e.RetryAfter, tt.retry)
			}
			if tt.name == "404 keeps its body" && (e.Status != 404 || !bytes.Contains(e.Body, []byte("error"))) {
				t.Errorf("status %d, body %q", e.Status, e.Body)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

// drip sends a byte at a time, always in time for the idle deadline.
func drip(w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
			_, _ = io.WriteString(w, "1")
			w.(http.Flusher).Flush()
		}
	}
}

// TestGetRawPeers are peers that do not even speak HTTP to the end.
func TestGetRawPeers(t *testing.T) {
	tests := []struct {
		name string
		talk func(net.Conn, <-chan struct{})
	}{
		{"accepts and never answers", func(_ net.Conn, stop <-chan struct{}) { <-stop }},
		{"drips its header", func(c net.Conn, stop <-chan struct{}) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(10 * time.Millisecond):
					if _, err := fmt.Fprintf(c, "X-%d: y\r\n", i); err != nil {
						return
					}
				}
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, tt.talk)
			begin := time.Now()
			_, err := client(t, "http://"+addr).Get(t.Context(), request())
			if fetch.KindOf(err) != fetch.KindTimeout {
				t.Errorf("got %v, want kind timeout", err)
			}
			if d := time.Since(begin); d > quick.Total {
				t.Errorf("took %s", d)
			}
		})
	}
}

func listen(t *testing.T, talk func(net.Conn, <-chan struct{})) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		talk(conn, stop)
	}()
	t.Cleanup(func() { close(stop); _ = l.Close(); <-done })
	return l.Addr().String()
}

func TestGetRefusesHosts(t *testing.T) {
	hosts := []string{"feed.example.org", "localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1"}
	tests := []struct{ name, url string }{
		{"another host", "https://elsewhere.example.net/"},
		{"plain http", "http://feed.example.org/"},
		{"another port", "https://feed.example.org:8443/"},
		{"user information", "https://me:hunter2@feed.example.org/"},
		{"a file", "file:///etc/passwd"},
		{"not an address", "https://feed.example.org/\x00hunter2"},
		{"a name of this machine", "https://localhost/"},
		{"this machine", "https://127.0.0.1/"},
		{"cloud metadata", "https://169.254.169.254/latest"},
		{"a private network", "https://10.0.0.1/"},
	}
	c, err := fetch.New(fetch.Options{Timeouts: quick})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Get(t.Context(), fetch.Request{Agency: "xx-test", URL: tt.url, Hosts: hosts})
			if fetch.KindOf(err) != fetch.KindRefusedHost {
				t.Errorf("got %v, want kind refused_host", err)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

// TestGetOverrideStaysOut: a base URL opens loopback and nothing else.
func TestGetOverrideStaysOut(t *testing.T) {
	_, err := client(t, "http://169.254.169.254").Get(t.Context(), request())
	if fetch.KindOf(err) != fetch.KindRefusedHost {
		t.Errorf("got %v, want kind refused_host", err)
	}
}

func TestGetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := client(t, base).Get(ctx, request())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the caller's own cancellation in the chain", err)
	}
}

func TestNewRefusesBaseURL(t *testing.T) {
	for _, base := range []string{"127.0.0.1:80", "ftp://x", "http://", "::"} {
		if _, err := fetch.New(fetch.Options{BaseURLs: map[string]string{"a": base}}); err == nil {
			t.Errorf("New with base %q: no error", base)
		}
	}
}

func TestRedact(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://a.example/x?format=json&RecallDateStart=2026-01-01", "https://a.example/x?format=json&RecallDateStart=2026-01-01"},
		{"https://a.example/x?api_key=s3&limit=1", "https://a.example/x?api_key=REDACTED&limit=1"},
		{"https://a.example/x?%61pi_key=s3", "https://a.example/x?%61pi_key=REDACTED"},
		{"https://me:s3@a.example/x#s3", "https://a.example/x"},
		{"https://a.example/%zz?token=s3", "(an address that cannot be read)"},
	}
	for _, tt := range tests {
		if got := fetch.Redact(tt.in); got != tt.want {
			t.Errorf("Redact(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestGunzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(make([]byte, 2<<20))
	_ = z.Close()
	tests := []struct {
		name string
		caps fetch.Caps
		bomb bool
	}{
		{"ratio", fetch.Caps{}, true},
		{"ratio starts later", fetch.Caps{RatioAfter: 4 << 20}, false},
		{"size", fetch.Caps{Ratio: 1 << 30, Bytes: 1 << 20}, true},
		{"exactly the size", fetch.Caps{Ratio: 1 << 30, Bytes: 2 << 20}, false},
	}
	for _, tt := range tests {
		r, err := fetch.Gunzip(bytes.NewReader(b.Bytes()), tt.caps)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if fetch.IsBomb(err) != tt.bomb || err != nil && !tt.bomb {
			t.Errorf("%s: read %d bytes, %v, want bomb %v", tt.name, n, err, tt.bomb)
		}
	}
}
