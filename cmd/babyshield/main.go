// Command babyshield is the whole program: the service, and the commands that an
// operator, a household or a shop types.
//
// # What is promised
//
//   - Standard output holds what was asked for and nothing else. With --json it is
//     one JSON object, or one a line. Messages, the log and progress go to standard
//     error.
//   - Text that came from outside (a notice, a stock file, a mail server's answer)
//     is shown without control characters: it cannot write to a terminal what it
//     is not.
//   - An error is one line that says what is wrong and, where we know, what to do.
//   - No answer promises that a product is without danger. A miss names what was
//     looked at and when; what could not be looked at is no miss.
//   - Exit codes: 0 done, 1 error, 2 usage, 3 at least one item is affected, 4
//     something required could not be checked and none is affected. 3 and 4 belong
//     to check and screen.
//   - Configuration is read and tested whole before anything is opened or started.
//   - The first SIGTERM or interrupt ends the work in good order, within 30 seconds.
//     The second one ends the process at once.
//
// One file a group of commands; config.go holds the flags that all share, and
// app.go what the commands stand on.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/jobs"
)

// version is set by the build: -ldflags "-X main.version=...".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the next one is the system's again, and ends us at once.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	os.Exit(report(os.Stderr, err))
}

// commands is the whole command line.
type commands struct {
	Config `embed:"" group:"Common flags (each is also an environment variable: --log-level is BABYSHIELD_LOG_LEVEL):"`

	Serve   serveCmd   `cmd:"" help:"Run the service: pages, API and background jobs."`
	Work    workCmd    `cmd:"" help:"Run the background jobs alone."`
	Migrate migrateCmd `cmd:"" help:"Create the database or bring it up to date."`
	Version versionCmd `cmd:"" help:"Say which version this is."`
	Doctor  doctorCmd  `cmd:"" help:"Look for what needs attention, and say what to do."`
	Audit   auditCmd   `cmd:"" help:"Test what must always be true of the database."`

	Agency    agencyCmd    `cmd:"" help:"The agencies that publish recalls."`
	Recall    recallCmd    `cmd:"" help:"The recalls that are known."`
	Household householdCmd `cmd:"" help:"Families, child-care sites and shops."`
	Item      itemCmd      `cmd:"" help:"The products that a household owns."`
	Channel   channelCmd   `cmd:"" help:"Where a household is told of recalls."`
	Check     checkCmd     `cmd:"" help:"Is this product recalled?"`
	Screen    screenCmd    `cmd:"" help:"Check a whole stock list."`
	Match     matchCmd     `cmd:"" help:"Which recalls meet which items, and what people said of it."`
	Alert     alertCmd     `cmd:"" help:"What households were told."`
	Eval      evalCmd      `cmd:"" help:"Measure how well recalls are matched, on labelled data."`
}

// run parses the command line and runs the command. What it returns is for
// report.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	a := newApp(stdin, stdout, stderr)
	defer func() {
		if v := recover(); v != nil {
			a.log.ErrorContext(ctx, "panic", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = fmt.Errorf("this is a fault of BabyShield (its stack is in the log): %v", v)
		}
	}()
	var c commands
	shown := false
	parser, err := kong.New(&c,
		kong.Name("babyshield"),
		kong.Description("BabyShield reads the recall notices of safety agencies, compares them with what you own, and tells you once."),
		kong.Writers(a.stdout, a.stderr),
		kong.Exit(func(int) { shown = true }), // called by --help
		kong.Resolvers(environment(getenv)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: helpWidth, ValueFormatter: helpOf}),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return fmt.Errorf("preparing the command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if shown || a.stdout.err != nil {
		return a.stdout.failed()
	}
	if err != nil {
		return parseError(err)
	}
	if err := a.configure(ctx, c.Config); err != nil {
		return err
	}
	err = parsed.Run(a)
	return errors.Join(err, a.stdout.failed())
}

// helpWidth is how wide help is at most.
const helpWidth = 100

// helpOf leaves the environment variables to the title of the common flags.
func helpOf(v *kong.Value) string { return v.Help }

// How a command ends, where nothing went wrong: an exit code and nothing to say.
type outcome int

const (
	exitDone  = 0
	exitError = 1
	exitUsage = 2

	foundAffected outcome = 3
	notChecked    outcome = 4
)

func (o outcome) Error() string { return fmt.Sprintf("ends with code %d", int(o)) }

// usageError is a command line or a setting that cannot be used.
type usageError struct {
	what string
	help string // the command whose --help explains
}

func (e *usageError) Error() string { return e.what }

// usagef makes a usageError of a command.
func usagef(command, format string, args ...any) error {
	return &usageError{what: fmt.Sprintf(format, args...), help: command}
}

// parseError names the command whose help explains what is wrong.
func parseError(err error) error {
	u := &usageError{what: err.Error()}
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil {
		if node := p.Context.Selected(); node != nil {
			u.help = node.Path()
		}
	}
	return u
}

// report says on w how the run ended, and returns the exit code.
func report(w io.Writer, err error) int {
	var o outcome
	var u *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &u):
		help := strings.TrimSpace("babyshield " + u.help)
		fmt.Fprintf(w, "babyshield: %s (see: %s --help)\n", visible(oneLine(u.what)), help)
		return exitUsage
	case errors.As(err, &o):
		return int(o)
	}
	fmt.Fprintf(w, "babyshield: %s\n", visible(oneLine(sentence(err))))
	return exitError
}

// sentence is what is said of an error. The operator of the machine is told the
// whole chain where we did not expect it.
func sentence(err error) string {
	var poll *jobs.PollError
	switch {
	case errors.As(err, &poll):
		return poll.Error()
	case babyshield.CodeOf(err) != babyshield.Internal:
		return babyshield.MessageOf(err)
	case errors.Is(err, context.Canceled):
		return "Stopped before the end."
	}
	return err.Error()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// newLog is the program's log: text on standard error.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
