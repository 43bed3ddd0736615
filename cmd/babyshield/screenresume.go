package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
)

// checkpointEvery is how much work an interrupt may cost. Each checkpoint waits
// for the disk twice.
var checkpointEvery = 2 * time.Second

// basis is all that answers depend on but the list itself. Two runs with the same
// basis give the same answers to the same row.
type basis struct {
	Program   string               `json:"program"`
	Database  string               `json:"database"` // digest of its address, which may hold a password
	Recalls   string               `json:"recalls"`
	JSON      bool                 `json:"json"`
	Countries []string             `json:"countries"`
	Samples   bool                 `json:"samples"`
	Miss      string               `json:"miss"` // what is said where no recall is found, and why
	NeverRead bool                 `json:"never_read"`
	Feeds     []babyshield.Checked `json:"feeds"` // without the times of their last reads: those change nothing
}

// differs says in what the other basis differs, "" if in nothing.
func (b *basis) differs(other *basis) string {
	one, _ := json.Marshal(b) // text and numbers: it cannot go wrong
	two, _ := json.Marshal(other)
	switch {
	case b.Program != other.Program:
		return "the program is another"
	case b.Database != other.Database:
		return "the database is another"
	case b.Recalls != other.Recalls:
		return "the recalls changed"
	case !bytes.Equal(one, two):
		return "the options or the state of the agencies changed"
	}
	return ""
}

// basisAt is the basis of a run whose answers carry that time.
func (sc *screening) basisAt(ctx context.Context, at time.Time, program string) (basis, error) {
	cov, err := check.New(sc.store, func() time.Time { return at }).Coverage(ctx, sc.options.Countries)
	if err != nil {
		return basis{}, err
	}
	recalls, err := sc.store.RecallsVersion(ctx)
	if err != nil {
		return basis{}, err
	}
	status, reason := cov.Miss()
	database := sha256.Sum256([]byte(sc.Database))
	b := basis{
		Program: program, Database: hex.EncodeToString(database[:8]), Recalls: recalls, JSON: sc.JSON, Countries: sc.options.Countries,
		Samples: sc.options.Samples, Miss: string(status) + ": " + reason, NeverRead: cov.NeverRead,
	}
	for _, c := range cov.Checked {
		b.Feeds = append(b.Feeds, babyshield.Checked{Agency: c.Agency, State: c.State})
	}
	return b, nil
}

// resumable screens a list into OUT.part, from where an earlier run stopped if it
// left a checkpoint that still holds, and makes OUT of it at the end.
//
// Where anything that answers depend on is another than it was, the run begins
// again and says why: a file with rows of two kinds would be no answer to anything,
// and an unattended run that refuses would stay refused. One thing is refused: a
// list from a pipe that is not the same, because it cannot be read again.
func (sc *screening) resumable(ctx context.Context, out string) (err error) {
	p, err := openPart(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	state := checkpoint{AsOf: sc.now()}
	if state.Basis, err = sc.basisAt(ctx, state.AsOf, programID()); err != nil {
		return err
	}
	if err := sc.open(); err != nil {
		return err
	}
	old, resuming, err := sc.earlier(ctx, p, &state.Basis)
	if err != nil {
		return err
	}
	if resuming {
		state = old
	}
	if err := sc.load(ctx, func() time.Time { return state.AsOf }); err != nil {
		return err
	}
	if again, err := sc.store.RecallsVersion(ctx); err != nil {
		return err
	} else if again != state.Basis.Recalls {
		// They changed while they were loaded, and what was loaded has no name. It is
		// no basis to go on with, now or later.
		state.Basis.Recalls = "unknown " + rand.Text()
		if resuming {
			return babyshield.Errorf(babyshield.Unavailable, "The recalls are being changed at this moment. Try again.")
		}
	}
	if resuming {
		sc.notef("Screening goes on after %s.", count(old.Rows, "row", "rows"))
		sc.sum, sc.skipped, sc.from, sc.began = old.Summary, old.Rows, sc.read.Load(), sc.now()
		return sc.intoPart(ctx, p, state)
	}
	if err := p.begin(); err != nil {
		return err
	}
	if err := p.write(sc.header()); err != nil {
		return err
	}
	return sc.intoPart(ctx, p, state)
}

// earlier is the checkpoint of an earlier run, with the list and OUT.part put
// behind it; ok is false where there is none or it does not hold.
func (sc *screening) earlier(ctx context.Context, p *partFile, now *basis) (old checkpoint, ok bool, err error) {
	old, ok, err = p.load()
	if errors.Is(err, errDamaged) {
		sc.notef("Screening begins again: the file %s cannot be read.", p.statePath())
		return old, false, nil
	}
	if err != nil || !ok {
		return old, false, err
	}
	if ok, err = sc.holds(ctx, p, &old, now); err != nil || !ok {
		return old, false, err
	}
	ok, err = sc.skip(ctx, &old)
	return old, ok, err
}

// holds tells whether an earlier run can be gone on with, and says why not. It
// must hold at the time that its rows carry, and now.
func (sc *screening) holds(ctx context.Context, p *partFile, old *checkpoint, now *basis) (bool, error) {
	then, err := sc.basisAt(ctx, old.AsOf, now.Program)
	if err != nil {
		return false, err
	}
	why := old.Basis.differs(now)
	if why == "" {
		why = old.Basis.differs(&then)
	}
	if why == "" {
		ok, err := p.proceed(*old)
		if err != nil || ok {
			return ok, err
		}
		why = "the file " + p.path() + " is not as it was left"
	}
	sc.notef("Screening begins again: %s.", why)
	return false, nil
}

// skip reads over the rows that the earlier run answered. Where they are not the
// same, the list is put back to its beginning.
func (sc *screening) skip(ctx context.Context, old *checkpoint) (bool, error) {
	same := true
	for n := 0; n < old.Rows && same; n++ {
		row, err := sc.rows.Next()
		switch {
		case errors.Is(err, io.EOF):
			same = false
		case err != nil:
			return false, err
		case row.Problem != "":
			sc.problems++
		}
		if n%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			sc.progress.say("%s of %d read again", count(n, "row", "rows"), old.Rows)
		}
	}
	if same && hex.EncodeToString(sc.rows.Digest()) == old.List {
		return true, nil
	}
	f, ok := sc.in.(io.Seeker)
	if ok {
		_, err := f.Seek(0, io.SeekStart)
		ok = err == nil
	}
	if !ok {
		return false, babyshield.Errorf(babyshield.Conflict, "The list from %s is not the one whose screening was interrupted. Give that one, or run without --resume.", sc.name)
	}
	sc.notef("Screening begins again: the list changed.")
	sc.problems = 0
	return false, sc.open()
}

// intoPart screens the rest of the list into OUT.part. An interrupt leaves a
// checkpoint at the last row that was written.
func (sc *screening) intoPart(ctx context.Context, p *partFile, state checkpoint) error {
	saved, rows := sc.now(), sc.sum.Rows
	save := func() error {
		state.Summary, saved, rows = sc.sum, sc.now(), state.Rows
		return p.save(state)
	}
	err := sc.run(ctx, true, func(c *chunk) error {
		if err := p.write(c.out); err != nil {
			return err
		}
		state.Rows, state.List = c.rows[len(c.rows)-1].Number, hex.EncodeToString(c.digest)
		if sc.now().Sub(saved) < checkpointEvery {
			return nil
		}
		return save()
	})
	if errors.Is(err, context.Canceled) && state.Rows > rows {
		if err := save(); err != nil {
			return err
		}
	}
	if errors.Is(err, context.Canceled) {
		sc.progress.done()
		sc.notef("Stopped after %s. The same command goes on there.", count(sc.sum.Rows, "row", "rows"))
	}
	if err != nil {
		return err
	}
	if err := p.write(sc.footer()); err != nil {
		return err
	}
	if err := p.finish(); err != nil {
		return fmt.Errorf("finishing %s: %w", p.out, err)
	}
	return nil
}
