package jobs_test

import (
	"errors"

	"github.com/babyshield/babyshield/internal/store"
)

func asBusy(err error, target **store.BusyError) bool { return errors.As(err, target) }
