package main

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/babyshield/babyshield"
)

// writeWhole writes a file so that others see the old one or the whole new one,
// also if the machine stops in between.
func writeWhole(name string, fn func(w io.Writer) error) error {
	dir, base := filepath.Split(name)
	temp := filepath.Join(dir, "."+base+"."+strings.ToLower(rand.Text()[:8]))
	// A list that was asked for is as readable as any file that the user makes.
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // the umask decides
	if errors.Is(err, fs.ErrNotExist) {
		return babyshield.Wrap(babyshield.NotFound, err, "There is no folder for %s.", name)
	}
	if err != nil {
		return fileError("The file", name, err)
	}
	err = fn(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		if rerr := os.Remove(temp); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		return fileError("The file", name, err)
	}
	return nil
}
