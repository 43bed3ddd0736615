package main

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
)

// checkpoint is what a run with --resume knows of itself: what it answers from,
// and how far OUT.part is right. It lies in OUT.part.json.
type checkpoint struct {
	Basis   basis         `json:"basis"`
	AsOf    time.Time     `json:"as_of"` // the time that all answers of the run carry
	Rows    int           `json:"rows"`  // of the list, answered in OUT.part
	List    string        `json:"list"`  // digest of the list's text up to there
	Bytes   int64         `json:"bytes"` // of OUT.part that hold them
	Output  string        `json:"output"`
	Summary check.Summary `json:"summary"`
}

// partFile is OUT.part while it is written, and OUT.part.json beside it. It is
// locked, so that two runs never write one file.
//
// What a crash does: OUT.part is written to the disk before the checkpoint that
// speaks of it, and the checkpoint is replaced whole. So there is always either no
// checkpoint, or one whose first Bytes of OUT.part are right; the digest tells if
// even so they are not. What was written after it is cut off and answered again:
// at most checkpointEvery of work is lost, and nothing else.
type partFile struct {
	out    string
	lock   *flock.Flock
	file   *os.File
	w      *bufio.Writer
	digest hash.Hash
	bytes  int64
}

func (p *partFile) path() string      { return p.out + ".part" }
func (p *partFile) statePath() string { return p.out + ".part.json" }
func (p *partFile) newState() string  { return p.out + ".part.json.new" }

// openPart opens OUT.part, old or new, and locks it.
func openPart(out string) (*partFile, error) {
	p := &partFile{out: out}
	if _, err := os.Stat(filepath.Dir(out)); errors.Is(err, fs.ErrNotExist) {
		return nil, babyshield.Wrap(babyshield.NotFound, err, "There is no folder for %s.", out)
	}
	// A list that was asked for is as readable as any file that the user makes.
	p.lock = flock.New(p.path(), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o666))
	locked, err := p.lock.TryLock()
	if err != nil {
		return nil, fileError("The file", p.path(), err)
	}
	if locked {
		if p.file, err = os.OpenFile(p.path(), os.O_RDWR, 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(fileError("The file", p.path(), err), p.lock.Unlock())
		}
	}
	// Another run may have finished between our opening and our lock: then what we
	// locked is its OUT.
	if p.file == nil || !p.owns() {
		return nil, errors.Join(babyshield.Errorf(babyshield.Conflict, "Another run is writing %s.", out), p.close())
	}
	return p, nil
}

// owns tells whether the file that is locked is the one that is open.
func (p *partFile) owns() bool {
	locked, err1 := p.lock.Stat()
	open, err2 := p.file.Stat()
	return err1 == nil && err2 == nil && os.SameFile(locked, open)
}

func (p *partFile) close() error {
	var err error
	if p.file != nil {
		err = p.file.Close()
		p.file = nil
	}
	return errors.Join(err, p.lock.Unlock())
}

// errDamaged says that there is a checkpoint that cannot be read.
var errDamaged = errors.New("the checkpoint is damaged")

// load reads the checkpoint; ok is false where there is none.
func (p *partFile) load() (c checkpoint, ok bool, err error) {
	text, err := os.ReadFile(p.statePath())
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fileError("The file", p.statePath(), err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return checkpoint{}, false, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return c, c.Rows > 0, nil
}

// proceed cuts OUT.part behind the checkpoint, and is false where what is before
// it is not what was written.
func (p *partFile) proceed(c checkpoint) (bool, error) {
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return false, fileError("The file", p.path(), err)
	}
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(p.file, c.Bytes))
	if err != nil {
		return false, fileError("The file", p.path(), err)
	}
	if n != c.Bytes || hex.EncodeToString(h.Sum(nil)) != c.Output {
		return false, nil
	}
	return true, p.at(c.Bytes, h)
}

// begin empties OUT.part. The checkpoint goes first: it must never speak of what
// is no longer there.
func (p *partFile) begin() error {
	if err := p.forget(); err != nil {
		return err
	}
	return p.at(0, sha256.New())
}

func (p *partFile) at(bytes int64, h hash.Hash) error {
	if err := p.file.Truncate(bytes); err != nil {
		return fileError("The file", p.path(), err)
	}
	if _, err := p.file.Seek(bytes, io.SeekStart); err != nil {
		return fileError("The file", p.path(), err)
	}
	p.bytes, p.digest, p.w = bytes, h, bufio.NewWriterSize(p.file, 256<<10)
	return nil
}

func (p *partFile) write(b []byte) error {
	_, _ = p.digest.Write(b) // a hash takes everything
	p.bytes += int64(len(b))
	if _, err := p.w.Write(b); err != nil {
		return fileError("The file", p.path(), err)
	}
	return nil
}

// save makes all that was written, and then the checkpoint, last.
func (p *partFile) save(c checkpoint) error {
	if err := p.flush(); err != nil {
		return err
	}
	c.Bytes, c.Output = p.bytes, hex.EncodeToString(p.digest.Sum(nil))
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing a checkpoint: %w", err)
	}
	if err := writeSynced(p.newState(), append(text, '\n')); err != nil {
		return fileError("The file", p.newState(), err)
	}
	if err := os.Rename(p.newState(), p.statePath()); err != nil {
		return fileError("The file", p.statePath(), err)
	}
	return nil
}

func writeSynced(name string, text []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// forget removes the checkpoint, and what a crash may have left of the next.
func (p *partFile) forget() error {
	for _, name := range []string{p.statePath(), p.newState()} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError("The file", name, err)
		}
	}
	return nil
}

func (p *partFile) flush() error {
	if err := p.w.Flush(); err != nil {
		return fileError("The file", p.path(), err)
	}
	if err := p.file.Sync(); err != nil {
		return fileError("The file", p.path(), err)
	}
	return nil
}

// finish gives OUT.part its name. The lock goes with it, so nobody can write to it
// in between; a system that renames no open file gets it closed.
func (p *partFile) finish() error {
	if err := p.flush(); err != nil {
		return err
	}
	if err := os.Rename(p.path(), p.out); err != nil {
		if err := errors.Join(p.close(), os.Rename(p.path(), p.out)); err != nil {
			return fileError("The file", p.out, err)
		}
	}
	return p.forget()
}

// programID tells one build of the program from another: a newer one may judge in
// another way. Where it cannot be told, no two are the same.
func programID() string {
	name, err := os.Executable()
	if err != nil {
		return rand.Text()
	}
	f, err := os.Open(name)
	if err != nil {
		return rand.Text()
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return rand.Text()
	}
	return version + " " + hex.EncodeToString(h.Sum(nil))
}
