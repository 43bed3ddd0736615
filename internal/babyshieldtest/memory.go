package babyshieldtest

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

// ResetPeak gives freed memory back and forgets the process's peak so far (Linux:
// proc(5), clear_refs). Elsewhere PeakMB tells what the Go runtime holds.
func ResetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // best effort: a benchmark's figure
}

// PeakMB is the process's peak resident memory since ResetPeak, in MiB.
func PeakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if _, rest, ok := bytes.Cut(status, []byte("VmHWM:")); err == nil && ok {
		var kb float64
		if _, err := fmt.Sscan(string(rest[:min(len(rest), 40)]), &kb); err == nil {
			return kb / 1024
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
