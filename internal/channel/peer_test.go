package channel_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/channel"
)

// script is what a peer says to each verb: "" is the greeting, "." the end of the
// message. Its special answers are below.
type script map[string]string

const (
	hang    = "hang"    // say nothing more, keep the connection
	drop    = "drop"    // cut the connection
	drip    = "drip"    // one byte now and then, without end
	endless = "endless" // lines without end
)

func polite(changes script) script {
	s := script{
		"": "220 peer.example ready", "EHLO": "250-peer.example\r\n250 8BITMIME", "HELO": "250 peer.example",
		"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 2.0.0 taken", "QUIT": "221 bye", "RSET": "250 ok",
	}
	maps.Copy(s, changes)
	return s
}

// peer is a mail server that no library would give us: it breaks the rules. It
// returns the address and what it heard.
func peer(t *testing.T, s script) (addr string, heard func() string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var log lockedBuffer
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close() //nolint:errcheck // a test peer
				defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
				converse(ctx, conn, s, &log)
			})
		}
	})
	t.Cleanup(func() {
		cancel()
		_ = listener.Close()
		wg.Wait()
	})
	return listener.Addr().String(), log.String
}

func converse(ctx context.Context, conn net.Conn, s script, heard io.Writer) {
	if !say(ctx, conn, s[""]) {
		return
	}
	in, inData := bufio.NewScanner(conn), false
	for in.Scan() {
		line := in.Text()
		_, _ = io.WriteString(heard, line+"\n")
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		if inData && line != "." {
			continue
		}
		if inData {
			verb = "."
		}
		answer, ok := s[verb]
		if !ok {
			answer = "502 what?"
		}
		if !say(ctx, conn, answer) {
			return
		}
		inData = strings.HasPrefix(answer, "354")
	}
}

// say returns false when the conversation is over.
func say(ctx context.Context, conn net.Conn, answer string) bool {
	switch answer {
	case drop:
		return false
	case hang:
		<-ctx.Done()
		return false
	case drip:
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return false
			case <-tick.C:
				if _, err := conn.Write([]byte("2")); err != nil {
					tick.Stop()
					return false
				}
			}
		}
	case endless:
		for {
			if _, err := io.WriteString(conn, "250-"+strings.Repeat("and ", 1000)+"\r\n"); err != nil {
				return false
			}
		}
	}
	_, err := io.WriteString(conn, answer+"\r\n")
	return err == nil
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// patient is a time limit within which even a slow and busy machine comes to the
// end of a message.
const patient = 3 * time.Second

// TestEmailMisbehaviour: a peer that hangs, cuts, drips, floods or talks nonsense
// at any point costs at most the time limit, and nothing is called known that is
// not.
func TestEmailMisbehaviour(t *testing.T) {
	cases := map[string]struct {
		s    script
		want babyshield.Outcome
	}{
		"polite":                 {nil, babyshield.OutcomeAccepted},
		"greeting 421":           {script{"": "421 busy"}, babyshield.OutcomeTemporary},
		"greeting 554":           {script{"": "554 5.7.1 no mail from you"}, babyshield.OutcomeTemporary},
		"greeting of another":    {script{"": "SSH-2.0-peer"}, babyshield.OutcomeTemporary},
		"EHLO refused, not HELO": {script{"EHLO": "502 what?"}, babyshield.OutcomeAccepted},
		"EHLO and HELO refused":  {script{"EHLO": "550 5.1.1 no", "HELO": "550 5.1.1 no"}, babyshield.OutcomeTemporary},
		"DATA 451":               {script{"DATA": "451 later"}, babyshield.OutcomeTemporary},
		"DATA 554":               {script{"DATA": "554 5.5.1 no"}, babyshield.OutcomePermanent},
		"taken with 251":         {script{".": "251 taken elsewhere"}, babyshield.OutcomeAccepted},
		"answered with 354":      {script{".": "354 more?"}, babyshield.OutcomeUnknown},
		"answered with nonsense": {script{".": "whatever"}, babyshield.OutcomeUnknown},
		"QUIT hangs":             {script{"QUIT": hang}, babyshield.OutcomeAccepted},
		"QUIT refused":           {script{"QUIT": "500 stay"}, babyshield.OutcomeAccepted},
		"QUIT cut":               {script{"QUIT": drop}, babyshield.OutcomeAccepted},
	}
	for verb, name := range map[string]string{"": "greeting", "EHLO": "EHLO", "MAIL": "MAIL", "RCPT": "RCPT", "DATA": "DATA", ".": "dot"} {
		want := babyshield.OutcomeTemporary
		if verb == "." {
			want = babyshield.OutcomeUnknown
		}
		for _, how := range []string{hang, drop, drip, endless} {
			cases[name+" "+how] = struct {
				s    script
				want babyshield.Outcome
			}{script{verb: how}, want}
		}
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr, _ := peer(t, polite(tt.s))
			limit := map[babyshield.Outcome]time.Duration{
				babyshield.OutcomeTemporary: 200 * time.Millisecond, // to run into it early changes nothing
				babyshield.OutcomeUnknown:   patient,
			}[tt.want] // else the usual one
			s := newSet(t, channel.Config{SMTP: "smtp://" + addr, From: from, Timeout: limit})
			kind, values := settings(t, s, "mailto:mika.tester@example.org")
			start := time.Now()
			got := s.Send(t.Context(), kind, values, message())
			if got.Outcome != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
			if took := time.Since(start); took > patient+10*time.Second { // room for a slow machine
				t.Errorf("took %v", took)
			}
			checkDetail(t, got.Detail, []string{"mika"})
		})
	}
}

func TestEmailNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := newSet(t, channel.Config{SMTP: "smtp://" + addr, From: from})
	kind, values := settings(t, s, "mailto:person@example.org")
	if got := s.Send(t.Context(), kind, values, message()); got.Outcome != babyshield.OutcomeTemporary {
		t.Errorf("got %+v", got)
	}
}

// TestEmailStopped: the program is told to stop while the peer is silent.
func TestEmailStopped(t *testing.T) {
	for verb, want := range map[string]babyshield.Outcome{"MAIL": babyshield.OutcomeTemporary, ".": babyshield.OutcomeUnknown} {
		addr, heard := peer(t, polite(script{verb: hang}))
		s := newSet(t, channel.Config{SMTP: "smtp://" + addr, From: from})
		kind, values := settings(t, s, "mailto:person@example.org")
		ctx, cancel := context.WithCancelCause(t.Context())
		results := make(chan babyshield.Result)
		go func() { results <- s.Send(ctx, kind, values, message()) }()
		last := map[string]string{"MAIL": "MAIL FROM", ".": "\n.\n"}[verb]
		for !strings.Contains(heard(), last) { // until the peer has heard it
			if t.Context().Err() != nil {
				t.Fatal(t.Context().Err())
			}
			<-time.After(time.Millisecond)
		}
		cancel(errors.New("stopping"))
		if got := <-results; got.Outcome != want || !strings.Contains(got.Detail, "stopping") {
			t.Errorf("stopped at %q: got %+v, want %s", verb, got, want)
		}
	}
}

// TestEmailSignIn: the mechanisms that we know, and what a refusal shows.
func TestEmailSignIn(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	plain := b64([]byte("\x00mailer-user\x00open sesame"))
	user, password := b64([]byte("mailer-user")), b64([]byte("open sesame"))
	for name, tt := range map[string]struct {
		s     script
		want  babyshield.Outcome
		heard string
	}{
		"PLAIN":   {script{"EHLO": "250-peer\r\n250 AUTH LOGIN2 PLAIN", "AUTH": "235 2.7.0 welcome"}, babyshield.OutcomeAccepted, "AUTH PLAIN " + plain},
		"LOGIN":   {script{"EHLO": "250-peer\r\n250 AUTH LOGIN", "AUTH": "334 VXNlcm5hbWU6", strings.ToUpper(user): "334 UGFzc3dvcmQ6", strings.ToUpper(password): "235 2.7.0 welcome"}, babyshield.OutcomeAccepted, password},
		"none":    {script{"EHLO": "250-peer\r\n250 AUTH GSSAPI"}, babyshield.OutcomeTemporary, "EHLO"},
		"missing": {nil, babyshield.OutcomeTemporary, "EHLO"},
		"refused": {script{"EHLO": "250-peer\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 mailer-user with open sesame? no"}, babyshield.OutcomeTemporary, "AUTH PLAIN"},
	} {
		t.Run(name, func(t *testing.T) {
			addr, heard := peer(t, polite(tt.s))
			s := newSet(t, channel.Config{SMTP: "smtp://mailer-user:open%20sesame@" + addr, From: from, Timeout: 5 * time.Second})
			kind, values := settings(t, s, "mailto:person@example.org")
			got := s.Send(t.Context(), kind, values, message())
			if got.Outcome != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
			if !strings.Contains(heard(), tt.heard) {
				t.Errorf("heard\n%s\nwant %q", heard(), tt.heard)
			}
			checkDetail(t, got.Detail, []string{"mailer-user", "sesame"})
		})
	}
}
