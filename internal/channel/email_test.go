package channel_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/channel"
)

func TestEmailWithoutServer(t *testing.T) {
	s := newSet(t, channel.Config{})
	kind, values := settings(t, s, "mailto:person@example.org")
	want := babyshield.Result{Outcome: babyshield.OutcomeTemporary, Detail: "no mail server is configured"}
	if got := s.Send(t.Context(), kind, values, message()); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestEmailSameBytes: an attempt after a lost answer, by another process, is the
// same mail to the last byte.
func TestEmailSameBytes(t *testing.T) {
	sink := babyshieldtest.NewSMTPSink(t)
	for _, drop := range []bool{true, false, false} {
		sink.SetFaults(babyshieldtest.SMTPFaults{DropAfterData: drop})
		s := newSet(t, channel.Config{SMTP: sink.URL(), From: from}) // as another process would
		kind, values := settings(t, s, "mailto:person@example.org")
		got := s.Send(t.Context(), kind, values, message())
		if want := map[bool]babyshield.Outcome{true: babyshield.OutcomeUnknown, false: babyshield.OutcomeAccepted}[drop]; got.Outcome != want {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
	copies := sink.Messages()
	if len(copies) != 3 {
		t.Fatalf("got %d copies, want 3", len(copies))
	}
	for _, c := range copies {
		if !bytes.Equal(c.Raw, copies[0].Raw) {
			t.Errorf("the copies differ:\n%s", cmp.Diff(string(copies[0].Raw), string(c.Raw)))
		}
		want := babyshieldtest.SinkMessage{
			From: "alerts@shield.example.org", To: []string{"person@example.org"},
			MessageID: "<dlv-k2mzq7@shield.example.org>", Raw: c.Raw,
		}
		if d := cmp.Diff(want, c); d != "" {
			t.Errorf("copy (-want +got):\n%s", d)
		}
	}
}

// TestEmailReads takes the mail apart with other code than wrote it.
func TestEmailReads(t *testing.T) {
	parsed, body := receive(t, message())
	for name, want := range map[string]string{
		"Date":                      "Mon, 23 Nov 2026 09:30:00 +0000",
		"From":                      `"BabyShield" <alerts@shield.example.org>`,
		"To":                        "<person@example.org>",
		"Subject":                   message().Subject,
		"Message-Id":                "<dlv-k2mzq7@shield.example.org>",
		"Auto-Submitted":            "auto-generated",
		"Content-Type":              "text/plain; charset=UTF-8",
		"Content-Transfer-Encoding": "quoted-printable",
		"Importance":                "high",
	} {
		if got := parsed.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"User-Agent", "X-Mailer", "Bcc"} {
		if got := parsed.Header.Get(name); got != "" {
			t.Errorf("%s: got %q, want none", name, got)
		}
	}
	if want := message().Text; body != want {
		t.Errorf("body (-want +got):\n%s", cmp.Diff(want, body))
	}
}

// TestEmailHeaderInjection sends subjects that try to be more than a subject.
func TestEmailHeaderInjection(t *testing.T) {
	for name, tt := range map[string]struct{ subject, want string }{
		"line break":     {"Recall\r\nBcc: all@example.org\r\n\r\nbody", "Recall  Bcc: all@example.org    body"},
		"bare LF":        {"Recall\nBcc: all@example.org", "Recall Bcc: all@example.org"},
		"null":           {"Recall\x00\x1b[31m", "Recall  [31m"},
		"encoded word":   {"Recall =?utf-8?q?=0d=0aBcc:_all?=", "Recall = ?utf-8?q?=0d=0aBcc:_all?="},
		"invalid UTF-8":  {"Recall \xff\xfe", "Recall "},
		"other scripts":  {"Rückruf: Wippe „Träumer“ 回收", "Rückruf: Wippe „Träumer“ 回收"},
		"very long":      {strings.Repeat("länger ", 100), strings.Repeat("länger ", 100)},
		"very long word": {strings.Repeat("x", 900), strings.Repeat("x", 900)},
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			m.Subject = tt.subject
			parsed, body := receive(t, m)
			got, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
			if err != nil || strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
			if parsed.Header.Get("Bcc") != "" || body != m.Text {
				t.Errorf("the subject reached the header or the body: %v\n%s", parsed.Header, body)
			}
		})
	}
}

func TestEmailMessageID(t *testing.T) {
	odd := "a b>\r\n"
	for key, want := range map[string]string{
		"dlv_a1.b-c": "dlv_a1.b-c",
		odd:          fmt.Sprintf("%x", sha256.Sum256([]byte(odd))), // cannot stand in an identifier
	} {
		m := message()
		m.WireKey = key
		parsed, _ := receive(t, m)
		if got, want := parsed.Header.Get("Message-Id"), "<"+want+"@shield.example.org>"; got != want {
			t.Errorf("key %q: got %q, want %q", key, got, want)
		}
	}
}

// receive sends m through a sink and reads what arrived.
func receive(t *testing.T, m babyshield.Message) (*mail.Message, string) {
	t.Helper()
	sink := babyshieldtest.NewSMTPSink(t)
	s := newSet(t, channel.Config{SMTP: sink.URL(), From: from})
	kind, values := settings(t, s, "mailto:person@example.org")
	if got := s.Send(t.Context(), kind, values, m); got.Outcome != babyshield.OutcomeAccepted {
		t.Fatalf("got %+v", got)
	}
	raw := sink.Messages()[0].Raw
	for line := range bytes.Lines(raw) {
		if len(line) > 1000 || !bytes.HasSuffix(line, []byte("\r\n")) || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("not a line of mail: %q", line)
		}
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		t.Fatal(err)
	}
	return parsed, strings.ReplaceAll(string(body), "\r\n", "\n")
}

// TestEmailRefused: what each answer at each verb means.
func TestEmailRefused(t *testing.T) {
	none := smtp.NoEnhancedCode
	type code = smtp.EnhancedCode
	for name, tt := range map[string]struct {
		faults babyshieldtest.SMTPFaults
		want   babyshield.Outcome
	}{
		"MAIL 421":            {babyshieldtest.SMTPFaults{RejectMail: 421}, babyshield.OutcomeTemporary},
		"MAIL 550 policy":     {babyshieldtest.SMTPFaults{RejectMail: 550, Enhanced: code{5, 7, 1}}, babyshield.OutcomeTemporary},
		"MAIL 553 our sender": {babyshieldtest.SMTPFaults{RejectMail: 553, Enhanced: code{5, 1, 8}}, babyshield.OutcomeTemporary},
		"MAIL 501 5.1.3":      {babyshieldtest.SMTPFaults{RejectMail: 501, Enhanced: code{5, 1, 3}}, babyshield.OutcomeTemporary},
		"RCPT 450 greylist":   {babyshieldtest.SMTPFaults{RejectRcpt: 450, Enhanced: code{4, 2, 0}}, babyshield.OutcomeTemporary},
		"RCPT 451 address":    {babyshieldtest.SMTPFaults{RejectRcpt: 451, Enhanced: code{4, 1, 1}}, babyshield.OutcomeTemporary},
		"RCPT 550 unknown":    {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 1, 1}}, babyshield.OutcomeGone},
		"RCPT 550 domain":     {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 1, 2}}, babyshield.OutcomeGone},
		"RCPT 556 null MX":    {babyshieldtest.SMTPFaults{RejectRcpt: 556, Enhanced: code{5, 1, 10}}, babyshield.OutcomeGone},
		"RCPT 550 our sender": {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 1, 8}}, babyshield.OutcomeTemporary},
		"RCPT 550 policy":     {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 7, 1}}, babyshield.OutcomeTemporary},
		"RCPT 552 full":       {babyshieldtest.SMTPFaults{RejectRcpt: 552, Enhanced: code{5, 2, 2}}, babyshield.OutcomeTemporary},
		"RCPT 550 disabled":   {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 2, 1}}, babyshield.OutcomePermanent},
		"RCPT 550 bare":       {babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: none}, babyshield.OutcomePermanent},
		"RCPT 550, many lines": {
			babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: code{5, 1, 1}, Text: "No such person\nhere at all"}, babyshield.OutcomeGone,
		},
		"RCPT 550, code in the text alone": {
			babyshieldtest.SMTPFaults{RejectRcpt: 550, Enhanced: none, Text: "blocked, see 5.1.1 of our rules"}, babyshield.OutcomePermanent,
		},
		"message 451":         {babyshieldtest.SMTPFaults{TempFail: true}, babyshield.OutcomeTemporary},
		"message 554 content": {babyshieldtest.SMTPFaults{RejectData: 554, Enhanced: code{5, 6, 0}}, babyshield.OutcomePermanent},
		"message 550 policy":  {babyshieldtest.SMTPFaults{RejectData: 550, Enhanced: code{5, 7, 26}}, babyshield.OutcomeTemporary},
		"message 552 system":  {babyshieldtest.SMTPFaults{RejectData: 552, Enhanced: code{5, 3, 4}}, babyshield.OutcomeTemporary},
		"message 550 unknown": {babyshieldtest.SMTPFaults{RejectData: 550, Enhanced: code{5, 1, 1}}, babyshield.OutcomeGone},
		"message 554 bare":    {babyshieldtest.SMTPFaults{RejectData: 554, Enhanced: none}, babyshield.OutcomePermanent},
		"cut after the dot":   {babyshieldtest.SMTPFaults{DropAfterData: true}, babyshield.OutcomeUnknown},
		"late after the dot":  {babyshieldtest.SMTPFaults{DelayAfterData: time.Hour}, babyshield.OutcomeUnknown},
		"a little late":       {babyshieldtest.SMTPFaults{DelayAfterData: 20 * time.Millisecond}, babyshield.OutcomeAccepted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := babyshieldtest.NewSMTPSink(t)
			if tt.faults.Text == "" {
				tt.faults.Text = "no: mika.tester@example.org (mika.tester) is refused\nask postmaster@example.org"
			}
			sink.SetFaults(tt.faults)
			limit := 30 * time.Second
			if tt.faults.DelayAfterData == time.Hour {
				limit = patient
			}
			s := newSet(t, channel.Config{SMTP: sink.URL(), From: from, Timeout: limit})
			kind, values := settings(t, s, "mailto:mika.tester@example.org")
			got := s.Send(t.Context(), kind, values, message())
			if got.Outcome != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
			checkDetail(t, got.Detail, []string{"mika", "tester", "postmaster"})
		})
	}
}

// TestEmailEncryption: a password leaves this machine encrypted, or not at all.
func TestEmailEncryption(t *testing.T) {
	trusted, pool := certificate(t, "localhost")
	stranger, _ := certificate(t, "localhost")
	otherName, otherPool := certificate(t, "mail.example.org")
	for name, tt := range map[string]struct {
		server *tls.Certificate
		roots  *x509.CertPool
		want   babyshield.Outcome
	}{
		"trusted":          {&trusted, pool, babyshield.OutcomeAccepted},
		"untrusted":        {&stranger, pool, babyshield.OutcomeTemporary},
		"of another host":  {&otherName, otherPool, babyshield.OutcomeTemporary},
		"STARTTLS missing": {nil, pool, babyshield.OutcomeTemporary},
	} {
		t.Run(name, func(t *testing.T) {
			var config *tls.Config
			if tt.server != nil {
				config = &tls.Config{Certificates: []tls.Certificate{*tt.server}, MinVersion: tls.VersionTLS12}
			}
			sink := babyshieldtest.NewSMTPSinkTLS(t, config)
			_, port, err := net.SplitHostPort(sink.Addr())
			if err != nil {
				t.Fatal(err)
			}
			s := newSet(t, channel.Config{SMTP: "smtp://localhost:" + port + "?tls=starttls", From: from, RootCAs: tt.roots, Timeout: 5 * time.Second})
			kind, values := settings(t, s, "mailto:person@example.org")
			if got := s.Send(t.Context(), kind, values, message()); got.Outcome != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
			if got := len(sink.Messages()); (got == 1) != (tt.want == babyshield.OutcomeAccepted) {
				t.Errorf("%d copies arrived", got)
			}
		})
	}
}

// certificate makes a self-signed certificate and the pool that trusts it.
func certificate(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
