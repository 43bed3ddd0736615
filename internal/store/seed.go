package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Seed is what a new database starts with. Every row is found by its natural key
// and inserted with ON CONFLICT: any number of processes may seed at once, and a
// row that another one wrote is no error.
type Seed struct {
	Agencies []babyshield.Agency
	// Samples are recalls that ship with the program, so that a first check shows
	// something. They are marked, never alert and never count as checked.
	Samples []babyshield.Recall
	// Admin is the first administrator; nil = none.
	Admin *AdminSeed
}

// AdminSeed is the first administrator. The code itself is never stored: the
// caller shows it once, if Created came out true.
type AdminSeed struct {
	Email    string
	CodeHash string // see auth.HashCode
	Expires  time.Duration
	Created  bool // set by Open: this process wrote the row
}

// Policies are the site's rules with their defaults, kept in the database so
// that all processes follow the same.
var Policies = map[string]string{
	"delivery.give_up":  "96h", // after this long without success a delivery is failed
	"delivery.forget":   "2160h",
	"poll.minimum":      "0.5", // a full listing shorter than this share of what is stored is a failure
	"poll.full_reread":  "168h",
	"audit.overdue":     "30m", // a delivery that is due for so long breaks the invariant
	"setup_code.expire": "168h",
}

func (s *Store) seed(ctx context.Context) error {
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		for _, a := range s.Seed.Agencies {
			if err := seedAgency(ctx, t, a); err != nil {
				return err
			}
		}
		for name, value := range Policies {
			if _, err := t.SeedPolicy(ctx, gen.SeedPolicyParams{Name: name, Value: value}); err != nil {
				return fmt.Errorf("seeding the policy %s: %w", name, err)
			}
		}
		if s.Sealer == nil {
			return nil
		}
		if err := s.seedPepper(ctx, t); err != nil {
			return err
		}
		return s.seedAdmin(ctx, t)
	})
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	return s.seedSamples(ctx)
}

func seedAgency(ctx context.Context, t *tx, a babyshield.Agency) error {
	covers, err := json.Marshal(a.Covers)
	if err != nil {
		return err
	}
	tolerance := a.Tolerance
	if tolerance == 0 {
		tolerance = babyshield.DefaultTolerance
	}
	_, err = t.SeedAgency(ctx, gen.SeedAgencyParams{
		Code: a.Code, Name: a.Name, Country: a.Country, Language: a.Language, Covers: string(covers),
		Homepage: a.Homepage, Licence: a.Licence, Attribution: a.Attribution, Cadence: a.Cadence, Proven: a.Proven,
		EveryMs: a.Every.Milliseconds(), ToleranceMs: tolerance.Milliseconds(), Enabled: true,
	})
	if err != nil {
		return fmt.Errorf("seeding the agency %s: %w", a.Code, err)
	}
	return nil
}

func (s *Store) seedAdmin(ctx context.Context, t *tx) error {
	a := s.Seed.Admin
	if a == nil {
		return nil
	}
	email := strings.ToLower(strings.TrimSpace(a.Email))
	pepper, err := s.readPepper(ctx, t.Queries)
	if err != nil {
		return err
	}
	sealed, err := s.Sealer.Seal([]byte(email), "user.email")
	if err != nil {
		return err
	}
	n, err := t.SeedUser(ctx, gen.SeedUserParams{
		PublicID: randomID("usr_"), EmailHash: keyedHash(pepper, "email", email), EmailSealed: sealed, Role: "administrator",
		SetupCodeHash: a.CodeHash, SetupExpiresAt: ms(t.now.Add(a.Expires)), Now: ms(t.now),
	})
	if err != nil {
		return fmt.Errorf("seeding the administrator: %w", err)
	}
	a.Created = n == 1
	if !a.Created {
		s.Log.DebugContext(ctx, "the administrator is there already")
	}
	return nil
}

// seedSamples writes the sample recalls, each in the same form as a real one.
func (s *Store) seedSamples(ctx context.Context) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		for _, r := range s.Seed.Samples {
			_, err := t.RecallByNumber(ctx, gen.RecallByNumberParams{Agency: r.Agency, Number: r.Number})
			if err == nil {
				continue
			}
			if err := notFound(err); err != nil {
				return err
			}
			if _, _, err := addRecall(ctx, t, &r, match.Read(&r), recallFlags{sample: true, muted: true}); err != nil {
				return fmt.Errorf("seeding the sample %s: %w", r.Number, err)
			}
		}
		return nil
	})
}
