package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"

	"github.com/babyshield/babyshield"
)

// lockPatience is how long a starting process waits for others that migrate.
const lockPatience = 5 * time.Minute

// withFileLock runs fn while holding an exclusive lock on the file. The kernel
// releases it if the process dies.
func withFileLock(ctx context.Context, path string, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	l := flock.New(path, flock.SetPermissions(0o600))
	if ok, err := l.TryLockContext(ctx, 10*time.Millisecond); err != nil || !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return babyshield.Errorf(babyshield.Unavailable, "Another process has been migrating the database for %s; %s is still locked.", lockPatience, path)
		}
		return fmt.Errorf("locking %s: %w", path, err)
	}
	err := fn()
	return errors.Join(err, l.Unlock())
}

// advisoryKey is the PostgreSQL advisory lock of our migrations. It is a
// constant of ours, chosen once ("babyshie" as a number).
const advisoryKey int64 = 0x6261627973686965

// withAdvisoryLock runs fn while a connection of its own holds the session lock.
// It polls, since a session that blocks in pg_advisory_lock holds a snapshot
// that CREATE INDEX CONCURRENTLY would wait for. The server releases the lock if
// the process dies.
func withAdvisoryLock(ctx context.Context, cfg *pgx.ConnConfig, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	conn, err := connectPatiently(ctx, cfg.Copy())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for {
		var got bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", advisoryKey).Scan(&got); err != nil {
			return fmt.Errorf("locking the database: %w", err)
		}
		if got {
			return fn()
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return babyshield.Wrap(babyshield.Unavailable, err, "Another process has been migrating the database for %s.", lockPatience)
		}
	}
}
