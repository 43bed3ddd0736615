//go:build unix

package babyshieldtest

import (
	"errors"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// serverAttr is how the scratch server's processes are started: in a process
// group of their own, so that an interrupt typed at `go test` does not kill the
// one that cleans up; and, because PostgreSQL refuses to run as root, as another
// user where we are root.
func serverAttr() (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			return attr, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// giveTo makes the owner of the server's processes the owner of its folder.
func giveTo(attr *syscall.SysProcAttr, dir string) error {
	if attr.Credential == nil {
		return nil
	}
	return os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid))
}
