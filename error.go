package babyshield

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an Error is. The list is closed: the API turns
// each into one HTTP status, the command line into one exit code.
type Code string

const (
	Invalid         Code = "invalid"         // the caller's input cannot be used
	Unauthenticated Code = "unauthenticated" // nobody is signed in
	Forbidden       Code = "forbidden"       // somebody is, but may not
	NotFound        Code = "not_found"       // no such thing, or none that the caller may see
	Conflict        Code = "conflict"        // the thing changed, or exists already
	RateLimited     Code = "rate_limited"    // too often
	Unavailable     Code = "unavailable"     // a part that we need does not answer now
	Internal        Code = "internal"        // our fault; never shown in detail
)

// Error is a failure with a message for a person and a cause for the log.
// Message is one plain sentence without personal data or internals.
type Error struct {
	Code    Code
	Message string
	Err     error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a formatted message and no cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error around a cause. The message is for the person, the cause
// for the log.
func Wrap(code Code, err error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// CodeOf tells the kind of any error: that of the Error in its chain, else
// Internal. It is "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// MessageOf is the sentence to show a person: that of the Error in the chain,
// else a general one that gives nothing away.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != Internal {
		return e.Message
	}
	return "Something went wrong on our side. Nothing was changed."
}
