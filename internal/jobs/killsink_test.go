package jobs_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// point is where a worker process is killed.
type point string

const (
	pointAny   point = "at some moment"
	pointMail  point = "before the send"         // it has named the sender: the attempt stands, nothing is sent
	pointData  point = "between send and record" // the message was taken, no answer was given
	pointReply point = "after the answer"        // the answer was given; it may be recorded already, or not
	pointHold  point = "while it waits"          // the message was taken, the answer does not come; the test kills
)

// killSink is a mail server that stands outside of the processes that are killed,
// keeps every copy that arrives, and kills the speaker where it is told to. Who
// speaks is known by the name of the greeting.
type killSink struct {
	url  string
	done chan struct{} // closed when the test ends

	mu        sync.Mutex
	processes map[string]*process
	copies    []wireCopy
	calm      bool // answers at once
}

// wireCopy is one message that arrived whole.
type wireCopy struct {
	Key    string // the local part of its Message-ID: the wire key
	To     string
	Worker string // "" = none of those to be killed
	Hash   [sha256.Size]byte
	At     time.Time
}

func newKillSink(tb testing.TB) *killSink {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("starting a mail sink: %v", err)
	}
	s := &killSink{url: "smtp://" + listener.Addr().String(), done: make(chan struct{}), processes: map[string]*process{}}
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "sink.example"
	server.ErrorLog = log.New(io.Discard, "", 0) // cut connections are the point
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(spyListener{listener})
	}()
	tb.Cleanup(func() {
		close(s.done)
		_ = server.Close()
		_ = listener.Close()
		<-served
	})
	return s
}

// know makes the sink recognise a process.
func (s *killSink) know(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes[p.id] = p
}

// setCalm ends (or begins again) the delays before answers.
func (s *killSink) setCalm(calm bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calm = calm
}

// arrived are all copies so far, in order.
func (s *killSink) arrived() []wireCopy {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.copies)
}

func (s *killSink) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &killSession{sink: s, conn: c, speaker: s.processes[c.Hostname()]}, nil
}

// think is how long the sink takes before it answers a message: long enough that
// much happens between send and record.
func (s *killSink) think() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calm {
		return 0
	}
	return 10*time.Millisecond + rand.N(40*time.Millisecond)
}

func (s *killSink) keep(raw []byte, to string, p *process) {
	c := wireCopy{To: to, Hash: sha256.Sum256(raw), At: time.Now()}
	if p != nil {
		c.Worker = p.id
	}
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		c.Key, _, _ = strings.Cut(strings.Trim(m.Header.Get("Message-ID"), "<>"), "@")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copies = append(s.copies, c)
}

type killSession struct {
	sink    *killSink
	conn    *smtp.Conn
	speaker *process // nil = one that is not to be killed
	to      string
}

func (k *killSession) Reset()        { k.to = "" }
func (k *killSession) Logout() error { return nil }

func (k *killSession) Mail(string, *smtp.MailOptions) error {
	if k.speaker.reached(pointMail) {
		return k.hangUp()
	}
	return nil
}

func (k *killSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	k.to = to
	return nil
}

func (k *killSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // the speaker died in the middle: no copy
	}
	k.speaker.take()
	k.sink.keep(raw, k.to, k.speaker)
	k.speaker.reached(pointData)
	k.wait()
	if !k.speaker.answer() {
		return k.hangUp()
	}
	if spy, ok := k.conn.Conn().(*spyConn); ok {
		spy.afterWrite(func() { k.speaker.reached(pointReply) })
	}
	return nil
}

// wait is the time until the answer: for ever where the test wants to kill.
func (k *killSession) wait() {
	var answer <-chan time.Time
	var gone <-chan struct{}
	if k.speaker != nil {
		gone = k.speaker.gone
	}
	if k.speaker == nil || k.speaker.plan != pointHold {
		late := time.NewTimer(k.sink.think())
		defer late.Stop()
		answer = late.C
	}
	select {
	case <-answer:
	case <-gone:
	case <-k.sink.done:
	}
}

// hangUp answers nothing at all.
func (k *killSession) hangUp() error {
	return errors.Join(k.conn.Conn().Close(), errors.New("the speaker is dead"))
}

// spyListener's connections tell when an answer has left.
type spyListener struct{ net.Listener }

func (l spyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &spyConn{Conn: c}, nil
}

type spyConn struct {
	net.Conn
	mu    sync.Mutex
	after func()
}

func (c *spyConn) afterWrite(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.after = f
}

func (c *spyConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.mu.Lock()
	f := c.after
	c.after = nil
	c.mu.Unlock()
	if f != nil {
		f()
	}
	return n, err
}
