package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/babyshield/babyshield/internal/auth"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// TestBadDatabase: one line says what is wrong, and nothing is answered or
// written.
func TestBadDatabase(t *testing.T) {
	exec := func(t *testing.T, path, statement string) {
		t.Helper()
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ours := func(t *testing.T, path string) {
		t.Helper()
		(&bench{t: t, env: map[string]string{"BABYSHIELD_DATABASE": path}}).must(0, "migrate")
	}
	for _, tt := range []struct {
		name string
		make func(t *testing.T, path string)
		want string
		// created: a creating command makes it good.
		created bool
	}{
		{name: "missing", make: func(*testing.T, string) {}, want: "There is no database at ", created: true},
		{name: "empty file", make: func(t *testing.T, path string) { write(t, path, "") }, want: "is empty or of an older BabyShield", created: true},
		{name: "garbage", make: func(t *testing.T, path string) { write(t, path, strings.Repeat("garbage ", 100)) }, want: "is not a BabyShield database"},
		{name: "short garbage", make: func(t *testing.T, path string) { write(t, path, "{}") }, want: "is not a BabyShield database"},
		{name: "another program's", make: func(t *testing.T, path string) {
			exec(t, path, "PRAGMA application_id = 4711; CREATE TABLE t (x)")
		}, want: "of another program"},
		{name: "another program's, unmarked", make: func(t *testing.T, path string) {
			exec(t, path, "CREATE TABLE t (x)")
		}, want: "another program's tables"},
		{name: "too new", make: func(t *testing.T, path string) {
			ours(t, path)
			exec(t, path, "INSERT INTO babyshield_migrations (version_id, is_applied) VALUES (99999, 1)")
		}, want: "is of a newer BabyShield"},
		{name: "a folder", make: func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, want: "babyshield: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "babyshield.db")
			tt.make(t, path)
			b := &bench{t: t, env: map[string]string{"BABYSHIELD_DATABASE": path}}
			for _, command := range []string{"recall list", "check crib --json", "agency list", "item list", "alert list", "audit"} {
				if line := b.refused(strings.Fields(command)...); !strings.Contains(line, tt.want) {
					t.Errorf("babyshield %s says %q, want %q", command, line, tt.want)
				}
			}
			if tt.created {
				b.must(0, "migrate")
				return
			}
			if line := b.refused("migrate"); !strings.Contains(line, tt.want) && tt.name != "a folder" {
				t.Errorf("babyshield migrate says %q, want %q", line, tt.want)
			}
		})
	}
}

// TestReadOnlyDatabase needs an ordinary user: root may write anywhere, and then
// there is nothing to test.
func TestReadOnlyDatabase(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	path := b.env["BABYSHIELD_DATABASE"]
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Error(err)
		}
	}()
	if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
		f.Close()
		t.Log("this user may write to read-only files")
		return
	}
	if line := b.refused("household", "add", "Home"); !strings.Contains(line, "cannot be opened for writing") {
		t.Errorf("got %q, want a word on permissions", line)
	}
}

// TestKey: what seals cannot do without the right key, what reads can.
func TestKey(t *testing.T) {
	t.Run("sqlite makes a key file", func(t *testing.T) {
		b := newBench(t)
		b.must(0, "migrate")
		st, err := os.Stat(b.env["BABYSHIELD_DATABASE"] + ".key")
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("key file: %v, %v, want mode 0600", st, err)
		}
	})
	t.Run("a lost key is not replaced", func(t *testing.T) {
		b := newBench(t)
		b.must(0, "migrate")
		file := b.env["BABYSHIELD_DATABASE"] + ".key"
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"migrate", "work --drain", "channel add log:"} {
			if line := b.refused(strings.Fields(command)...); !strings.Contains(line, "is missing") {
				t.Errorf("babyshield %s says %q, want that the key file is missing", command, line)
			}
		}
		if _, err := os.Stat(file); err == nil {
			t.Error("a new key file was made")
		}
		b.must(0, "household", "list")
	})
	t.Run("another key", func(t *testing.T) {
		b := newBench(t)
		b.must(0, "migrate")
		b.env["BABYSHIELD_KEY"] = auth.NewKey()
		if line := b.refused("work", "--drain"); !strings.Contains(line, "does not open this database") {
			t.Errorf("got %q, want that the key does not fit", line)
		}
		_, stderr, code := b.run("", "doctor")
		if code != exitError || !strings.Contains(stderr, "does not open this database") {
			t.Errorf("doctor: code %d, %q, want 1 and that the key does not fit", code, stderr)
		}
	})
	t.Run("a key file that others can read", func(t *testing.T) {
		b := newBench(t)
		name := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(name, []byte(auth.NewKey()), 0o644); err != nil {
			t.Fatal(err)
		}
		if line := b.refused("migrate", "--key-file", name); !strings.Contains(line, "chmod 600") {
			t.Errorf("got %q, want what to do", line)
		}
	})
	t.Run("postgres needs one", func(t *testing.T) {
		b := &bench{t: t, env: map[string]string{"BABYSHIELD_DATABASE": babyshieldtest.Postgres(t)}}
		for _, command := range []string{"migrate", "serve", "work --drain", "channel add log:"} {
			if line := b.refused(strings.Fields(command)...); !strings.Contains(line, "BABYSHIELD_KEY") {
				t.Errorf("babyshield %s says %q, want a word on BABYSHIELD_KEY", command, line)
			}
		}
		b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
		b.must(0, "recall", "list")
		b.must(0, "household", "list")
	})
}

// TestBadImport is the list of bad files. Nothing readable is code 1 with
// one last line; one good file beside a bad one is code 0, and the bad one is
// listed.
func TestBadImport(t *testing.T) {
	good, err := os.ReadFile("testdata/cpsc.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		name, file, want string
		code             int
	}{
		{name: "no list", file: file("list.json", []byte("[]")), code: 0},
		{name: "truncated", file: file("cut.json", good[:len(good)/2]), code: 0, want: "cut.json"},
		{name: "truncated at once", file: file("cut2.json", good[:40]), code: 1, want: "cut2.json"},
		{name: "empty", file: file("empty.json", nil), code: 1, want: "empty.json"},
		{name: "page", file: file("page.html", []byte("<!DOCTYPE html><html><body>Service unavailable</body></html>")), code: 1, want: "page.html"},
		{name: "wrong agency", file: file("food.json", []byte(`{"meta":{},"results":[{"event_id":"9","recall_number":"F-1-2026"}]}`)), code: 1, want: "food.json"},
		{name: "bomb", file: file("bomb.json.gz", bomb(t)), code: 1, want: "bomb.json.gz"},
		{name: "missing", file: filepath.Join(dir, "nothing.json"), code: 1, want: "nothing.json"},
		{name: "folder", file: dir, code: 1, want: "folder"},
		{name: "garbage", file: file("garbage", []byte("\x00\x01\x02 garbage")), code: 1, want: "garbage"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			stdout, stderr, code := b.run("", "agency", "import", "us-cpsc", tt.file, "--json")
			if code != tt.code || !strings.Contains(stderr, tt.want) {
				t.Errorf("code %d, stderr %q, want code %d and %q", code, stderr, tt.code, tt.want)
			}
			if code == 1 && stdout != "" || code == 0 && strings.Count(stdout, "\n") != 1 {
				t.Errorf("stdout %q, want one object, or nothing after an error", stdout)
			}
			if tt.name == "no list" {
				return
			}
			b.must(0, "agency", "import", "us-cpsc", tt.file, "testdata/cpsc.json")
			if listed := b.must(0, "agency", "set-aside", "us-cpsc"); !strings.Contains(listed, filepath.Base(tt.want)) {
				t.Errorf("set-aside lists %q, want %s in it", listed, tt.want)
			}
		})
	}
}

// TestImportAgain: the same file again changes nothing.
func TestImportAgain(t *testing.T) {
	b := newBench(t)
	b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
	before := b.must(0, "recall", "list", "--json")
	got := b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json", "testdata/cpsc.json", "--json")
	want := `{"agency":"us-cpsc","notices":8,"recalls":2,"new":0,"amended":0,"unchanged":2,"quarantined":4}` + "\n"
	if got != want {
		t.Errorf("a second import:\n got %swant %s", got, want)
	}
	if after := b.must(0, "recall", "list", "--json"); after != before {
		t.Errorf("recalls changed:\n%s\n%s", before, after)
	}
}

// bomb is 40 MB of blanks within a list, in a few kilobytes.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 40 {
		if _, err := w.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
