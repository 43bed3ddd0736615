package babyshieldtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
)

// Sink is a channel sender that keeps what it is given and answers what it is
// told to. It stands for the world outside; the proofs that kill processes use a
// server outside of them instead.
type Sink struct {
	mu     sync.Mutex
	sent   []babyshield.Message
	to     []string
	answer func(m babyshield.Message, try int) babyshield.Result
	tries  map[string]int
}

// NewSink accepts everything; answer may decide otherwise, nil = accept.
func NewSink(answer func(m babyshield.Message, try int) babyshield.Result) *Sink {
	return &Sink{answer: answer, tries: map[string]int{}}
}

// Send keeps the message.
func (s *Sink) Send(_ context.Context, _ string, settings []byte, m babyshield.Message) babyshield.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	s.to = append(s.to, string(settings))
	s.tries[m.WireKey]++
	if s.answer != nil {
		return s.answer(m, s.tries[m.WireKey])
	}
	return babyshield.Result{Outcome: babyshield.OutcomeAccepted}
}

// Sent returns what was sent and to whom, in order.
func (s *Sink) Sent() (messages []babyshield.Message, to []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]babyshield.Message{}, s.sent...), append([]string{}, s.to...)
}

// Eventually waits until ok holds, looking often, and fails the test after the
// given time.
func Eventually(tb testing.TB, within time.Duration, what string, ok func() bool) {
	tb.Helper()
	deadline := time.After(within)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-deadline:
			tb.Fatalf("not within %s: %s", within, what)
		case <-look.C:
		}
	}
}
