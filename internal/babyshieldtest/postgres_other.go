//go:build !unix

package babyshieldtest

import (
	"errors"
	"syscall"
)

func serverAttr() (*syscall.SysProcAttr, error) {
	return nil, errors.New("a scratch PostgreSQL needs a Unix: set BABYSHIELD_TEST_POSTGRES")
}

func giveTo(*syscall.SysProcAttr, string) error { return nil }
