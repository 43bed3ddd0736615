package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/channel"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// The proofs of this package kill processes. A process to kill is this test
// binary once more: where it finds workerEnv, it is a worker and no test.

const workerEnv = "BABYSHIELD_TEST_WORKER"

func TestMain(m *testing.M) {
	if spec := os.Getenv(workerEnv); spec != "" {
		if err := workUntilKilled(spec); err != nil {
			panic(err) // the test that started the process shows it
		}
		return
	}
	m.Run()
}

// workerSpec is what a worker process is told. Zero durations and numbers are
// the program's own.
type workerSpec struct {
	ID   string // how it names itself to the mail server
	URL  string // of the database
	SMTP string // of the sink

	Mutant        string // "" = the program as it is
	Main, Deliver int
	Rescue        time.Duration
	Timeout       time.Duration
	SendTimeout   time.Duration
	Budget        time.Duration
}

// workUntilKilled works on jobs until the process is killed, or until the test
// that started it is gone and with it the other end of standard input.
func workUntilKilled(text string) error {
	var w workerSpec
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return err
	}
	ctx := context.Background()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := store.Open(ctx, store.Options{
		URL: w.URL, Create: true, Sealer: babyshieldtest.PlainSealer{}, Log: log, SendTimeout: w.SendTimeout,
		Seed: store.Seed{Agencies: babyshieldtest.Agencies()},
	})
	if err != nil {
		return err
	}
	if _, err := w.start(ctx, s); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "working")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, errors.New("the test is gone"))
}

// start begins to work, in this process, as the spec says.
func (w workerSpec) start(ctx context.Context, s *store.Store) (*store.Runtime, error) {
	channels, err := channel.New(channel.Config{SMTP: w.SMTP, From: "BabyShield <alerts@example.org>", HelloName: w.ID})
	if err != nil {
		return nil, err
	}
	ledger, err := mutantLedger(w.Mutant, s)
	if err != nil {
		return nil, err
	}
	d := jobs.Deps{Store: s, Channels: channels, Log: s.Log, Now: s.Now, Ledger: ledger, Budget: w.Budget}
	return s.Work(ctx, store.WorkConfig{
		Workers: jobs.Workers(d), NoTick: true, Poll: -1, Main: w.Main, Deliver: w.Deliver, Rescue: w.Rescue, Timeout: w.Timeout,
	})
}

// process is a worker process and what its test decides about its end.
type process struct {
	id    string
	cmd   *exec.Cmd
	keep  io.Closer     // the other end of its standard input
	ready chan struct{} // closed when it works
	gone  chan struct{} // closed when it has ended
	said  *tail         // its standard error

	mu      sync.Mutex
	plan    point // where it is to be killed
	armed   bool  // from now on
	killed  point // where it was; "" = it lives
	flights int   // its messages that the sink took and has not answered
	between bool  // it was killed while there was one
}

// startProcess starts a worker. The caller kills it and waits.
func startProcess(w workerSpec, plan point) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	p := &process{id: w.ID, plan: plan, ready: make(chan struct{}), gone: make(chan struct{}), said: &tail{}}
	p.cmd = exec.Command(self)
	p.cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	p.cmd.Stderr = p.said
	p.cmd.Stdout = &firstWrite{done: sync.OnceFunc(func() { close(p.ready) })}
	if p.keep, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { // ends with the process, for which everybody waits
		defer close(p.gone)
		_ = p.cmd.Wait() // killed, as it should be
	}()
	return p, nil
}

// kill sends SIGKILL, once, and reports whether it did.
func (p *process) kill(at point) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killLocked(at)
}

func (p *process) killLocked(at point) bool {
	if p.killed != "" {
		return false
	}
	p.killed, p.between = at, p.flights > 0
	_ = p.cmd.Process.Kill() // it is ours and not waited for yet, so it can be killed
	return true
}

// arm lets the sink kill it at its point.
func (p *process) arm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = true
}

// reached is told by the sink where the process is, and reports whether it is
// dead: the sink then answers nothing.
func (p *process) reached(at point) bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.armed && p.plan == at {
		p.killLocked(at)
	}
	return p.killed != ""
}

// take and answer enclose the time in which the sink has a message whole and the
// process does not know it. answer reports false where the process died in it:
// one lock decides, so that no answer leaves after a kill that counts as between.
func (p *process) take() {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.flights++
	}
}

func (p *process) answer() bool {
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flights--
	return p.killed == ""
}

// trouble is why the process ended where nobody had killed it, or what the race
// detector found in it.
func (p *process) trouble() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	said := p.said.String()
	switch {
	case p.killed == "":
		return fmt.Errorf("worker %s ended by itself:\n%s", p.id, said)
	case strings.Contains(said, "DATA RACE"):
		return fmt.Errorf("worker %s:\n%s", p.id, said)
	}
	return nil
}

// firstWrite calls done on the first byte.
type firstWrite struct{ done func() }

func (w *firstWrite) Write(b []byte) (int, error) {
	w.done()
	return len(b), nil
}

// tail keeps what a process says, up to a size.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.b.Len() < 64<<10 {
		t.b.Write(b)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}
