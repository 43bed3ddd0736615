//go:build unix

package babyshieldtest

import (
	"syscall"
	"time"
)

// CPU is the time that this process has spent on processors. Unlike the clock on
// the wall it hardly minds what else the machine does.
func CPU() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
