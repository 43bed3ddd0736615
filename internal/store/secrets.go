package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// The pepper is a random key made once per database and kept sealed. Hashes of
// addresses and the wire keys of messages are keyed with it, so that they say
// nothing without the site's key and stay the same when that key is rotated.
const pepperName = "pepper"

func (s *Store) seedPepper(ctx context.Context, t *tx) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	sealed, err := s.Sealer.Seal(key, pepperName)
	if err != nil {
		return err
	}
	_, err = t.SeedSecret(ctx, gen.SeedSecretParams{Name: pepperName, Sealed: sealed})
	return err
}

func (s *Store) readPepper(ctx context.Context, q *gen.Queries) ([]byte, error) {
	if s.Sealer == nil {
		return nil, babyshield.Errorf(babyshield.Unavailable, "This needs the site's key: set BABYSHIELD_KEY or BABYSHIELD_KEY_FILE.")
	}
	sealed, err := q.Secret(ctx, pepperName)
	if err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil, babyshield.Errorf(babyshield.Unavailable, "The database has not been set up with a key yet: run babyshield migrate with BABYSHIELD_KEY set.")
		}
		return nil, err
	}
	key, err := s.Sealer.Open(sealed, pepperName)
	if err != nil {
		return nil, babyshield.Wrap(babyshield.Unavailable, err, "The site's key does not open this database: it was sealed with another key.")
	}
	return key, nil
}

// pepperCache reads the pepper once, through whatever connection asks first.
type pepperCache struct {
	mu  sync.Mutex
	key []byte
}

func (s *Store) pepper(ctx context.Context, q *gen.Queries) ([]byte, error) {
	s.peppers.mu.Lock()
	defer s.peppers.mu.Unlock()
	if s.peppers.key != nil {
		return s.peppers.key, nil
	}
	key, err := s.readPepper(ctx, q)
	if err == nil {
		s.peppers.key = key
	}
	return key, err
}

func keyedHash(key []byte, parts ...string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:20]))
}

// randomID makes an opaque id of 80 random bits.
func randomID(prefix string) string {
	return prefix + strings.ToLower(rand.Text()[:16])
}

// ms is an instant as it is stored; the zero time is 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}

// notFound is nil for "no rows" and the error otherwise.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// ids renders numbers as the JSON list that json_each reads.
func ids(list []int64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d", v)
	}
	b.WriteByte(']')
	return b.String()
}

// CheckKey says whether the site's key opens this database.
func (s *Store) CheckKey(ctx context.Context) error {
	_, err := s.pepper(ctx, s.q)
	return err
}
