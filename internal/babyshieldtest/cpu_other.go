//go:build !unix

package babyshieldtest

import "time"

// CPU is not known here.
func CPU() time.Duration { return 0 }
