package auth

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxKeyFile is far above any list of keys.
const maxKeyFile = 64 << 10

// Load reads a keyring from a file that must exist and be readable by its owner
// alone.
func Load(path string) (*Keyring, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the key file: %w", err)
	}
	ring, err := ParseKeyring(text)
	if err != nil {
		return nil, fmt.Errorf("reading the key file %s: %w", path, err)
	}
	return ring, nil
}

// LoadOrCreate reads the keyring at path, or makes the file with one new key
// where there is none. Processes that start at once agree on one key: the file
// appears whole, under its name, exactly once (a hard link, which never replaces),
// and who comes second reads it.
func LoadOrCreate(path string) (*Keyring, error) {
	ring, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return ring, err
	}
	if err := createKeyFile(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("making the key file %s: %w", path, err)
	}
	return Load(path)
}

func readKeyFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat() // of what was opened: the name may mean another file by now
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a file", path)
	}
	if others := info.Mode().Perm() & 0o077; others != 0 && runtime.GOOS != "windows" { // there, modes say nothing
		return "", fmt.Errorf("%s can be read or changed by others on this machine (mode %04o); run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxKeyFile {
		return "", fmt.Errorf("%s is not a key file: it is larger than %d bytes", path, maxKeyFile)
	}
	return string(text), nil
}

// createKeyFile makes the file whole or not at all. Where it exists already the
// error is fs.ErrExist.
func createKeyFile(path string) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(dir, ".key-*") // mode 0600, and O_EXCL
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(draft.Name())) }()
	_, err = draft.WriteString("# Seals what BabyShield keeps secret. Without it those secrets are lost: keep a copy,\n" +
		"# not beside the database's. A new key goes on a line above the old one.\n" + NewKey() + "\n")
	// Synced before it gets its name: after a power loss the name must not stand for
	// an empty file while the database holds values sealed with the key.
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && runtime.GOOS != "windows" { // there, a folder cannot be synced
		return err
	}
	return nil
}
