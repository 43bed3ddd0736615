//go:build unix

package main

import "syscall"

// freeSpace is how many bytes may be written to the file system of a folder, and
// false where that is not known.
func freeSpace(dir string) (uint64, bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil || st.Bsize <= 0 {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true //nolint:unconvert // types differ between systems
}
