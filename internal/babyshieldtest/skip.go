package babyshieldtest

import (
	"fmt"
	"os"
	"testing"
)

// skip ends the test with "skipped: no WHAT (HINT)": as skipped, or as failed
// where the environment variable require is "1".
func skip(tb testing.TB, require, what, hint string) {
	tb.Helper()
	reason := fmt.Sprintf("skipped: no %s (%s)", what, hint)
	if os.Getenv(require) == "1" {
		tb.Fatalf("%s, and %s=1 forbids that", reason, require)
	}
	if err := note(os.Getenv("BABYSHIELD_TEST_SKIPS"), reason); err != nil {
		tb.Fatalf("noting that the test was skipped: %v", err)
	}
	tb.Skip(reason)
}

// note appends a line to the named file, if one is named. One short write in
// append mode is atomic, so that test processes may share the file.
func note(name, line string) error {
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line + "\n"); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
