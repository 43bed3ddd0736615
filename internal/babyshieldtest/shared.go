package babyshieldtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Shared is the path of an element of the folder of recorded agency answers and
// labelled pairs that stands beside the repository ("../shared" seen from its
// root), or of the folder BABYSHIELD_SHARED (from the root too, if it is a
// relative path). Without elements it is the folder itself.
//
// Where there is no such folder the test is skipped. Where the folder is there
// but the element is not, the test fails: a test over data that exists must not
// pass by not running.
func Shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	root, err := moduleRoot()
	if err != nil {
		tb.Fatalf("looking for ../shared: %v", err)
	}
	dir := os.Getenv("BABYSHIELD_SHARED")
	switch {
	case dir == "":
		dir = filepath.Join(filepath.Dir(root), "shared")
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			skip(tb, "BABYSHIELD_REQUIRE_SHARED", "../shared", "it stands beside the repository, or set BABYSHIELD_SHARED")
		}
	case !filepath.IsAbs(dir):
		dir = filepath.Join(root, dir)
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Fatalf("the shared folder lacks what this test reads: %v", err)
	}
	return path
}

// moduleRoot is the nearest folder above the working directory with a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
}
