package babyshieldtest

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/mail"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// SMTPSink is a mail server on loopback that keeps what it is sent and can be
// told to misbehave. It speaks through a real SMTP library, not through ours. It
// counts copies on the wire: a message is kept as soon as its last byte was read,
// also when the sender is then never answered.
type SMTPSink struct {
	addr string
	done chan struct{} // closed when the test ends; wakes delayed answers

	mu       sync.Mutex
	faults   SMTPFaults
	messages []SinkMessage
	sessions int
}

// SMTPFaults is how the sink misbehaves. The zero value takes every message.
// Codes are 4xx or 5xx answers; 0 = none.
type SMTPFaults struct {
	RejectMail, RejectRcpt, RejectData int               // answers to MAIL, to RCPT and to the message
	Enhanced                           smtp.EnhancedCode // with them; zero = generic (x.0.0); smtp.NoEnhancedCode = none
	Text                               string            // with them; "" = a plain sentence
	TempFail                           bool              // 451 to every message, as greylisting does
	DropAfterData                      bool              // the message is taken, then the connection is cut without an answer
	DelayAfterData                     time.Duration     // the answer to the message comes late; ends early with the test
}

// SinkMessage is one copy that was received whole.
type SinkMessage struct {
	From      string   // of the envelope
	To        []string // of the envelope
	MessageID string   // with its angle brackets
	Raw       []byte   // header and body, CRLF, without the dots of transparency
	Refused   bool     // the sink said no to it, by RejectData or TempFail
}

// NewSMTPSink starts a sink in clear text, which ends with the test.
func NewSMTPSink(tb testing.TB) *SMTPSink {
	tb.Helper()
	return NewSMTPSinkTLS(tb, nil)
}

// NewSMTPSinkTLS starts a sink that offers STARTTLS with the given certificate,
// and nothing in clear text but that.
func NewSMTPSinkTLS(tb testing.TB, config *tls.Config) *SMTPSink {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // returns at once
	if err != nil {
		tb.Fatalf("starting a mail sink: %v", err)
	}
	s := &SMTPSink{addr: listener.Addr().String(), done: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "sink.example"
	server.TLSConfig = config
	server.ErrorLog = log.New(io.Discard, "", 0) // a cut connection is what tests want
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	tb.Cleanup(func() {
		close(s.done)
		_ = server.Close()
		_ = listener.Close() // Close does not know of it yet where Serve had no turn
		<-served
	})
	return s
}

// Addr is host and port.
func (s *SMTPSink) Addr() string { return s.addr }

// URL is the sink as a mail server in the configuration.
func (s *SMTPSink) URL() string { return "smtp://" + s.addr }

// SetFaults changes how the sink behaves from the next command on.
func (s *SMTPSink) SetFaults(f SMTPFaults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Messages are all copies received so far, in order of arrival.
func (s *SMTPSink) Messages() []SinkMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Sessions counts the conversations that came as far as a greeting of theirs.
func (s *SMTPSink) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Clear forgets the messages.
func (s *SMTPSink) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = nil
}

func (s *SMTPSink) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &sinkSession{sink: s, conn: c}, nil
}

func (s *SMTPSink) current() SMTPFaults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// answer is the refusal for a code, nil for 0.
func (f SMTPFaults) answer(code int) error {
	if code == 0 {
		return nil
	}
	enhanced := f.Enhanced
	if enhanced == (smtp.EnhancedCode{}) {
		enhanced = smtp.EnhancedCode{code / 100, 0, 0}
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: cmp.Or(f.Text, "refused, as the test wants")}
}

type sinkSession struct {
	sink *SMTPSink
	conn *smtp.Conn
	from string
	to   []string
}

func (s *sinkSession) Reset()        { s.from, s.to = "", nil }
func (s *sinkSession) Logout() error { return nil }

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	f := s.sink.current()
	return f.answer(f.RejectMail)
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	f := s.sink.current()
	if err := f.answer(f.RejectRcpt); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // the sender left in the middle: no copy
	}
	f := s.sink.current()
	if f.TempFail {
		f.RejectData = 451
	}
	m := SinkMessage{From: s.from, To: slices.Clone(s.to), Raw: raw, Refused: f.RejectData != 0}
	if parsed, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		m.MessageID = parsed.Header.Get("Message-ID")
	}
	s.sink.mu.Lock()
	s.sink.messages = append(s.sink.messages, m)
	s.sink.mu.Unlock()
	if f.DelayAfterData > 0 {
		late := time.NewTimer(f.DelayAfterData)
		defer late.Stop()
		select {
		case <-late.C:
		case <-s.sink.done:
		}
	}
	if f.DropAfterData {
		return s.conn.Conn().Close()
	}
	return f.answer(f.RejectData)
}
