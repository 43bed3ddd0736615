package channel_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/channel"
)

var update = flag.Bool("update", false, "rewrite the wanted messages in testdata")

// message is what every test sends. Its words are invented.
func message() babyshield.Message {
	return babyshield.Message{
		WireKey: "dlv-k2mzq7",
		Subject: "Stop using the Dreamfern Cloud Loungers: recall (Testland Product Office)",
		Text: "Stop using the Dreamfern Cloud Loungers. It is recalled.\n\nThe hazard\n  \"Bébés: risque d'étouffement.\"\n" +
			".a line that begins with a dot\n\nWhat to do now\n- Stop using it now.\n",
		URL:     "https://shield.example.org/recalls/rcl_abcdefgh23456723",
		Urgent:  true,
		Created: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	}
}

const from = "BabyShield <alerts@shield.example.org>"

func newSet(t *testing.T, cfg channel.Config) *channel.Set {
	t.Helper()
	s, err := channel.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func settings(t *testing.T, s *channel.Set, url string) (string, []byte) {
	t.Helper()
	kind, values, _, err := s.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	return kind, values
}

// rig lets the shared test put a kind in front of every answer that the world can
// give it. Each kind has one.
type rig struct {
	url     string
	config  func(t *testing.T, answer babyshield.Outcome) (cfg channel.Config, ok bool) // false = this kind cannot be answered so
	wire    func() []byte                                                               // the last copy that arrived
	private []string                                                                    // what no Detail and no label may hold
}

func rigs() map[string]*rig {
	return map[string]*rig{"email": emailRig(), "log": logRig()}
}

func emailRig() *rig {
	r := &rig{url: "mailto:mika.tester@Post.example.org", private: []string{"mika", "tester@"}}
	r.config = func(t *testing.T, answer babyshield.Outcome) (channel.Config, bool) {
		sink := babyshieldtest.NewSMTPSink(t)
		text := "<mika.tester@post.example.org>: no"
		sink.SetFaults(map[babyshield.Outcome]babyshieldtest.SMTPFaults{
			babyshield.OutcomeTemporary: {RejectRcpt: 450, Text: text},
			babyshield.OutcomePermanent: {RejectData: 554, Enhanced: [3]int{5, 6, 0}, Text: text},
			babyshield.OutcomeGone:      {RejectRcpt: 550, Enhanced: [3]int{5, 1, 1}, Text: text},
			babyshield.OutcomeUnknown:   {DropAfterData: true},
		}[answer])
		r.wire = func() []byte {
			copies := sink.Messages()
			if len(copies) == 0 {
				return nil
			}
			return copies[len(copies)-1].Raw
		}
		return channel.Config{SMTP: sink.URL(), From: from, HelloName: "shield.example.org"}, true
	}
	return r
}

func logRig() *rig {
	r := &rig{url: "log:"}
	r.config = func(_ *testing.T, answer babyshield.Outcome) (channel.Config, bool) {
		var b bytes.Buffer
		r.wire = b.Bytes
		switch answer {
		case babyshield.OutcomeAccepted:
			return channel.Config{Out: &b}, true
		case babyshield.OutcomeTemporary:
			return channel.Config{Out: brokenWriter{0}}, true
		case babyshield.OutcomeUnknown:
			return channel.Config{Out: brokenWriter{7}}, true
		}
		return channel.Config{}, false
	}
	return r
}

// brokenWriter writes that many bytes and fails.
type brokenWriter struct{ n int }

func (w brokenWriter) Write([]byte) (int, error) { return w.n, errors.New("no space left on device") }

// TestEveryKindAgainstEveryAnswer is the shared test of all kinds.
func TestEveryKindAgainstEveryAnswer(t *testing.T) {
	for _, k := range newSet(t, channel.Config{}).Kinds() {
		r := rigs()[k.Name]
		if r == nil {
			t.Errorf("the kind %s has no rig in this test", k.Name)
			continue
		}
		for _, want := range []babyshield.Outcome{
			babyshield.OutcomeAccepted, babyshield.OutcomeTemporary, babyshield.OutcomePermanent, babyshield.OutcomeGone, babyshield.OutcomeUnknown,
		} {
			t.Run(k.Name+"/"+string(want), func(t *testing.T) {
				cfg, ok := r.config(t, want)
				if !ok {
					return
				}
				s := newSet(t, cfg)
				kind, values := settings(t, s, r.url)
				got := s.Send(t.Context(), kind, values, message())
				if got.Outcome != want {
					t.Errorf("got %+v, want outcome %s", got, want)
				}
				checkDetail(t, got.Detail, r.private)
				if want == babyshield.OutcomeAccepted {
					golden(t, k.Name, r.wire())
				}
			})
		}
		t.Run(k.Name+"/whatever the kind", func(t *testing.T) { testAnyKind(t, r) })
	}
}

// testAnyKind holds for all kinds alike.
func testAnyKind(t *testing.T, r *rig) {
	cfg, _ := r.config(t, babyshield.OutcomeAccepted)
	s := newSet(t, cfg)
	kind, values := settings(t, s, r.url)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	keyless, dateless := message(), message()
	keyless.WireKey, dateless.Created = "", time.Time{}
	for name, tt := range map[string]struct {
		ctx      context.Context
		settings []byte
		message  babyshield.Message
		want     babyshield.Outcome
	}{
		"stopped before":      {gone, values, message(), babyshield.OutcomeTemporary},
		"no key":              {t.Context(), values, keyless, babyshield.OutcomePermanent},
		"no date":             {t.Context(), values, dateless, babyshield.OutcomePermanent},
		"settings not JSON":   {t.Context(), []byte("\x00"), message(), babyshield.OutcomePermanent},
		"settings null":       {t.Context(), []byte("null"), message(), babyshield.OutcomePermanent},
		"settings of a list":  {t.Context(), []byte("[]"), message(), babyshield.OutcomePermanent},
		"settings of numbers": {t.Context(), []byte(`{"address":1}`), message(), babyshield.OutcomePermanent},
	} {
		got := s.Send(tt.ctx, kind, tt.settings, tt.message)
		if got.Outcome != tt.want {
			t.Errorf("%s: got %+v, want outcome %s", name, got, tt.want)
		}
		checkDetail(t, got.Detail, r.private)
	}
	if wire := r.wire(); len(wire) > 0 {
		t.Errorf("something was sent: %q", wire)
	}
	if _, _, label, err := s.Parse(r.url); err != nil || label == "" || containsAny(label, r.private) {
		t.Errorf("label %q, error %v", label, err)
	}
}

func checkDetail(t *testing.T, detail string, private []string) {
	t.Helper()
	if detail == "" || len(detail) > 1200 || strings.ContainsAny(detail, "\r\n\x00") {
		t.Errorf("the detail is not one short line: %q", detail)
	}
	if containsAny(detail, private) {
		t.Errorf("the detail holds personal data: %q", detail)
	}
}

func containsAny(s string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(strings.ToLower(s), p) })
}

// golden compares what a kind puts on the wire with testdata/<kind>/message.txt.
func golden(t *testing.T, kind string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", kind, "message.txt")
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("the wire differs (-want +got; -update rewrites):\n%s", d)
	}
}

func TestSendUnknownKind(t *testing.T) {
	got := newSet(t, channel.Config{}).Send(t.Context(), "pigeon", []byte("{}"), message())
	if got.Outcome != babyshield.OutcomeTemporary {
		t.Errorf("got %+v: a newer program's channel must not be given up", got)
	}
}

func TestParse(t *testing.T) {
	s := newSet(t, channel.Config{})
	for url, want := range map[string]struct{ kind, settings, label string }{
		"mailto:person@example.org":       {"email", `{"address":"person@example.org"}`, "p…@example.org"},
		" MAILTO:Person@EXAMPLE.org\n":    {"email", `{"address":"Person@example.org"}`, "P…@example.org"},
		"mailto:a+recalls@example.org":    {"email", `{"address":"a+recalls@example.org"}`, "a…@example.org"},
		"mailto:a%2Brecalls@example.org":  {"email", `{"address":"a+recalls@example.org"}`, "a…@example.org"},
		"mailto:person@localhost":         {"email", `{"address":"person@localhost"}`, "p…@localhost"},
		"log:":                            {"log", "{}", "log"},
		"log://":                          {"log", "{}", "log"},
		"":                                {},
		"person@example.org":              {},
		"mailto:":                         {},
		"mailto:@example.org":             {},
		"mailto:person":                   {},
		"mailto:person@":                  {},
		"mailto://person@example.org":     {},
		"mailto:a@example.org,b@x.org":    {},
		"mailto:a@b.org?bcc=c@d.org":      {},
		"mailto:a@b.org%0d%0aBcc:c@d.org": {},
		"mailto:a%zz@b.org":               {},
		"mailto:A Person <a@b.org>":       {},
		"mailto:\"a b\"@b.org":            {},
		"mailto:a..b@b.org":               {},
		"mailto:a@-b.org":                 {},
		"mailto:é@b.org":                  {},
		"mailto:" + strings.Repeat("a", 65) + "@b.org": {},
		"log:anything":     {},
		"pigeon:coop":      {},
		"https://b.org/x@": {},
	} {
		kind, values, label, err := s.Parse(url)
		if kind != want.kind || string(values) != want.settings || label != want.label {
			t.Errorf("Parse(%q) = %q, %s, %q, %v; want %+v", url, kind, values, label, err, want)
		}
		if (err == nil) != (want.kind != "") || (err != nil && babyshield.CodeOf(err) != babyshield.Invalid) {
			t.Errorf("Parse(%q): error %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "b.org") {
			t.Errorf("Parse(%q): the error repeats the address: %v", url, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, url := range []string{"mailto:person@example.org", "log:", "mailto:a%0d%0a@b", "x", ":"} {
		f.Add(url)
	}
	s, err := channel.New(channel.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, url string) {
		kind, values, label, err := s.Parse(url)
		if err != nil {
			return
		}
		if strings.ContainsAny(string(values)+label, "\r\n\x00 ") {
			t.Errorf("Parse(%q) = %q, %q, %q", url, kind, values, label)
		}
	})
}

func TestEncode(t *testing.T) {
	s := newSet(t, channel.Config{})
	for name, tt := range map[string]struct {
		kind   string
		values channel.Settings
		want   string
	}{
		"good":          {"email", channel.Settings{"address": "a@b.org"}, `{"address":"a@b.org"}`},
		"log":           {"log", nil, "{}"},
		"unknown kind":  {"pigeon", nil, ""},
		"unknown field": {"email", channel.Settings{"address": "a@b.org", "bcc": "c@d.org"}, ""},
		"missing field": {"email", nil, ""},
		"bad field":     {"email", channel.Settings{"address": "nobody"}, ""},
	} {
		values, _, err := s.Encode(tt.kind, tt.values)
		if (err == nil) != (tt.want != "") || (err == nil && string(values) != tt.want && string(values) != "null") {
			t.Errorf("%s: got %s, %v; want %s", name, values, err, tt.want)
		}
	}
}

func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg  channel.Config
		want []string // in the error; none = no error
	}{
		"nothing":                   {channel.Config{}, nil},
		"from alone":                {channel.Config{From: from}, nil},
		"server":                    {channel.Config{SMTP: "smtp://u:secret@mail.example.org", From: from}, nil},
		"port":                      {channel.Config{SMTP: "smtp://mail.example.org:2525", From: "a@b.org"}, nil},
		"implicit":                  {channel.Config{SMTP: "smtps://u:secret@mail.example.org", From: from}, nil},
		"implicit by parameter":     {channel.Config{SMTP: "smtp://mail.example.org?tls=implicit", From: from}, nil},
		"clear text, no password":   {channel.Config{SMTP: "smtp://mail.example.org?tls=none", From: from}, nil},
		"clear text on loopback":    {channel.Config{SMTP: "smtp://u:secret@127.0.0.1:25", From: from}, nil},
		"clear text on loopback v6": {channel.Config{SMTP: "smtp://u:secret@[::1]:25?tls=none", From: from}, nil},
		"clear text, password":      {channel.Config{SMTP: "smtp://u:secret@mail.example.org?tls=none", From: from}, []string{"clear text"}},
		"no from":                   {channel.Config{SMTP: "smtp://mail.example.org"}, []string{"sender"}},
		"bad from":                  {channel.Config{SMTP: "smtp://mail.example.org", From: "nobody"}, []string{"sender"}},
		"two wrong things":          {channel.Config{SMTP: "http://u:secret@x", From: "nobody"}, []string{"sender", "server"}},
		"everything wrong":          {channel.Config{SMTP: "http://u:secret@x", Timeout: -1}, []string{"sender", "server", "time limit"}},
		"no host":                   {channel.Config{SMTP: "smtp://", From: from}, []string{"server"}},
		"path":                      {channel.Config{SMTP: "smtp://x/secret", From: from}, []string{"server"}},
		"bad tls":                   {channel.Config{SMTP: "smtp://u:secret@x?tls=maybe", From: from}, []string{"tls=none"}},
		"smtps with starttls":       {channel.Config{SMTP: "smtps://u:secret@x?tls=starttls", From: from}, []string{"smtps"}},
		"other parameter":           {channel.Config{SMTP: "smtp://u:secret@x?skip_verify=1", From: from}, []string{"parameter"}},
		"not a URL":                 {channel.Config{SMTP: "smtp://u:se%cret@x", From: from}, []string{"server"}},
		"bad port":                  {channel.Config{SMTP: "smtp://u:secret@x:abc", From: from}, []string{"server"}},
		"hello with a line break":   {channel.Config{SMTP: "smtp://x", From: from, HelloName: "a\r\nMAIL"}, []string{"host name"}},
	} {
		_, err := channel.New(tt.cfg)
		if (err == nil) != (tt.want == nil) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
			continue
		}
		for _, part := range tt.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q lacks %q", name, err, part)
			}
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "cret")) {
			t.Errorf("%s: the error shows the password: %v", name, err)
		}
	}
}
