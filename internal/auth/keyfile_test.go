package auth

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// helperEnv makes this test binary a process of TestLoadOrCreateRace.
const helperEnv = "BABYSHIELD_AUTH_TEST_KEYFILE"

// TestHelperProcess is no test: it is what each process of the race does. It waits
// for the end of its input, so that all start at once, and seals.
func TestHelperProcess(t *testing.T) {
	path := os.Getenv(helperEnv)
	if path == "" {
		return
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	ring, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv(helperEnv+"_OUT"), ring.Seal([]byte("secret"), "race"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLoadOrCreateRace: 64 processes start at once where there is no key, and
// each can open what every other has sealed.
func TestLoadOrCreateRace(t *testing.T) {
	path, out := filepath.Join(t.TempDir(), "data", "key"), t.TempDir()
	const processes = 64
	var cmds [processes]*exec.Cmd
	var gates [processes]io.Closer
	var said [processes]strings.Builder
	for i := range cmds {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperProcess$")
		cmd.Env = append(os.Environ(), helperEnv+"="+path, helperEnv+"_OUT="+filepath.Join(out, strconv.Itoa(i)))
		cmd.Stdout, cmd.Stderr = &said[i], &said[i]
		gate, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds[i], gates[i] = cmd, gate
	}
	for _, gate := range gates {
		if err := gate.Close(); err != nil {
			t.Error(err)
		}
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v: %s", i, err, said[i].String())
		}
	}
	ring, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range cmds {
		sealed, err := os.ReadFile(filepath.Join(out, strconv.Itoa(i)))
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := ring.Open(sealed, "race"); err != nil || string(got) != "secret" {
			t.Errorf("what process %d sealed: got %q, %v", i, got, err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v; want the key file alone", entries, err)
	}
}

func TestLoadOrCreateKeeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v; want 0600", info.Mode(), err)
	}
	second, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := second.Open(first.Seal([]byte("secret"), "c"), "c"); err != nil || string(got) != "secret" {
		t.Errorf("the second start has another key: %q, %v", got, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	good := NewKey() + "\n"
	for name, tt := range map[string]struct {
		text string
		mode fs.FileMode
		want string // in the error; "" = none
	}{
		"good":             {good, 0o600, ""},
		"read-only":        {good, 0o400, ""},
		"readable group":   {good, 0o640, "chmod 600"},
		"readable world":   {good, 0o604, "chmod 600"},
		"writable group":   {good, 0o620, "chmod 600"},
		"empty":            {"", 0o600, "no key"},
		"damaged":          {good[:20], 0o600, "key 1 of 1"},
		"not a key at all": {strings.Repeat(good, 2000), 0o600, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil { // past the umask
				t.Fatal(err)
			}
			for _, load := range []func(string) (*Keyring, error){Load, LoadOrCreate} {
				_, err := load(path)
				if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
			}
			if text, err := os.ReadFile(path); err != nil || string(text) != tt.text {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
	if _, err := LoadOrCreate(t.TempDir()); err == nil {
		t.Error("a folder was taken for a key file")
	}
}
