package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

// ImportOptions say how files are taken in.
type ImportOptions struct {
	Alert    bool // alert the owners; without it an import is a back-fill and alerts nobody
	Progress func(notices int)
}

// Import reads recorded answers of an agency from files, on the same road as a
// poll, and counts as a read of the agency now, unless a file was cut off or could
// not be read: what it did not bring would be a miss that nobody checked. A file that cannot be read is set
// aside with its reason and the others go on. It is an error if nothing could be
// read at all; what was read before an error stays.
func Import(ctx context.Context, d Deps, code string, files []string, o ImportOptions) (Tally, error) {
	feed, err := get(code)
	if err != nil {
		return Tally{Agency: code}, err
	}
	in := newIngest(d, feed)
	in.muted, in.progress = !o.Alert, o.Progress
	read := 0
	var broken []error
	for _, name := range files {
		if err := importFile(ctx, in, name); err != nil {
			if ctx.Err() != nil || babyshield.CodeOf(err) == babyshield.Unavailable {
				return in.tally, err
			}
			broken = append(broken, err)
			continue
		}
		read++
	}
	if err := in.flush(ctx); err != nil {
		return in.tally, err
	}
	if read == 0 || in.tally.Notices > 0 && in.tally.Recalls == 0 {
		return in.tally, nothingRead(in.tally, broken)
	}
	for _, err := range broken {
		d.Log.WarnContext(ctx, "a file could not be read; the others were", "err", err)
	}
	if in.cutOff || len(broken) > 0 {
		d.Log.WarnContext(ctx, "the import does not count as a read of the agency: not all of it could be read", "agency", code)
		return in.tally, nil
	}
	return in.tally, d.Store.MarkRead(ctx, code)
}

func get(code string) (agency.Feed, error) {
	feed, ok := agency.Get(code)
	if !ok {
		return feed, babyshield.Errorf(babyshield.NotFound, "There is no agency %q. See: babyshield agency list", code)
	}
	return feed, nil
}

func importFile(ctx context.Context, in *ingest, name string) error {
	f, err := os.Open(name)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return asideFile(ctx, in, name, err.Error())
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return asideFile(ctx, in, name, "it is a folder")
	}
	in.source = filepath.Base(name)
	before := in.saveErr
	err = in.feed.Split(filepath.Base(name), f, in.sink(ctx))
	if in.saveErr != nil && in.saveErr != before { //nolint:errorlint // identity: which error the sink gave
		return babyshield.Wrap(babyshield.Unavailable, in.saveErr, "What was read could not be saved.")
	}
	if err != nil {
		return asideFile(ctx, in, name, plain(err))
	}
	return nil
}

// plain is the sentence of an error of ours, or the error's own words.
func plain(err error) string {
	if babyshield.CodeOf(err) != babyshield.Internal {
		return babyshield.MessageOf(err)
	}
	return err.Error()
}

// asideFile sets a whole file aside and returns the reason as an error.
func asideFile(ctx context.Context, in *ingest, name, why string) error {
	a := babyshield.SetAside{Source: filepath.Base(name), Reason: why}
	if err := in.setAside(ctx, a); err != nil {
		return err
	}
	return babyshield.Errorf(babyshield.Invalid, "%s: %s", filepath.Base(name), why)
}

func nothingRead(t Tally, broken []error) error {
	if len(broken) > 0 {
		return babyshield.Wrap(babyshield.Invalid, errors.Join(broken...), "Nothing could be read: %s", babyshield.MessageOf(broken[0]))
	}
	why := "no record of it could be understood"
	if len(t.Problems) > 0 {
		p := t.Problems[0]
		why = fmt.Sprintf("%s, record %d: %s", p.Source, p.Position, p.Reason)
	}
	return babyshield.Errorf(babyshield.Invalid, "Nothing could be read: %s", why)
}
