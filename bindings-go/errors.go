package mutls

// #include "glue.h"
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unsafe"
)

// A Code says what went wrong. Its number and name are the same in every language that mutls speaks;
// docs/errors.md lists them. It is an error, so that errors.Is(err, mutls.ErrTimeout) works.
type Code int32

// String gives the name, such as "key_mismatch".
func (c Code) String() string {
	if name, ok := codeNames[c]; ok {
		return name
	}
	return "code " + strconv.Itoa(int(c))
}

// Error gives the name.
func (c Code) Error() string { return c.String() }

var families = [...]string{
	"", "config", "identity", "trust", "connect", "handshake", "timeout", "protocol", "body", "cancelled", "internal",
}

// Family is the group that the code belongs to, such as "identity" or "timeout".
func (c Code) Family() string {
	if at := int(c) / 100; at > 0 && at < len(families) {
		return families[at]
	}
	return ""
}

// A Phase says where in the life of a call it happened.
type Phase string

// An Origin says who ended it: local (we refused), peer, network or caller.
type Origin string

// An Error is how every call of this package fails. It never holds a passphrase, a key or a header's value, so
// that it may be logged.
type Error struct {
	// What went wrong, and its number.
	Code Code
	// Where in the life of the call.
	Phase Phase
	// Who ended it.
	Origin Origin
	// The group that the code belongs to, such as "identity" or "timeout".
	Family string
	// What happened, in one or two sentences.
	Message string
	// What to do, in one sentence.
	Hint string
	// The TLS alert that ended the connection, or nil.
	TLSAlert *TLSAlert
	// The peer cannot have acted on the request, so that any request may be repeated.
	NotProcessed bool
	// The same call may well succeed a moment later.
	Transient bool
	// The texts of what lies below, the nearest first.
	Causes []string

	// What was seen of the handshake; nil if the call did not get that far.
	report *HandshakeReport
	// Errors of Go below: the context's, the request body's.
	below []error
}

// A TLSAlert is an alert of RFC 8446 section 6.
type TLSAlert struct {
	// On the wire, such as 48.
	Number int `json:"number"`
	// Such as "unknown_ca".
	Name string `json:"name"`
	// True if the peer sent it, false if we did.
	Received bool `json:"received"`
}

// Error tells what happened and what to do about it.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString("mutls: ")
	text.WriteString(e.Message)
	text.WriteString(" (" + e.Code.String() + ")")
	if e.Hint != "" {
		text.WriteString("; " + e.Hint)
	}
	return text.String()
}

// Number is the code's number.
func (e *Error) Number() int { return int(e.Code) }

// Is reports whether target is this error's code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// Unwrap gives what caused it in Go: the error of the request's context where that ended the call
// (context.Canceled, context.DeadlineExceeded and the cause), or that of the request's body.
func (e *Error) Unwrap() []error { return e.below }

// Timeout reports whether a deadline passed: one of the client's, or the context's.
func (e *Error) Timeout() bool {
	switch e.Code {
	case ErrTimeout, ErrConnectTimeout:
		return true
	}
	return errors.Is(errors.Join(e.below...), context.DeadlineExceeded)
}

// Temporary is Transient, for net.Error.
func (e *Error) Temporary() bool { return e.Transient }

// Report is what was seen of the handshake; nil if the call did not get that far.
func (e *Error) Report() *HandshakeReport { return e.report }

type errorDocument struct {
	Code         string    `json:"code"`
	Number       Code      `json:"number"`
	Family       string    `json:"family"`
	Phase        Phase     `json:"phase"`
	Origin       Origin    `json:"origin"`
	Message      string    `json:"message"`
	Hint         string    `json:"hint"`
	TLSAlert     *TLSAlert `json:"tls_alert"`
	NotProcessed bool      `json:"not_processed"`
	Transient    bool      `json:"transient"`
	Causes       []string  `json:"causes"`
}

// MarshalJSON gives the form that the error has in every language.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(errorDocument{
		Code: e.Code.String(), Number: e.Code, Family: e.Family, Phase: e.Phase, Origin: e.Origin,
		Message: e.Message, Hint: e.Hint, TLSAlert: e.TLSAlert, NotProcessed: e.NotProcessed,
		Transient: e.Transient, Causes: e.Causes,
	})
}

// takeError makes an error of one of C's, and frees that.
func takeError(failure *C.mutls_error) *Error {
	var text *C.char
	var length C.size_t
	var d errorDocument
	defer C.mutls_error_free(failure)
	stress()
	C.mutls_error_json(failure, &text, &length, nil)
	if text == nil || json.Unmarshal(view(text, length), &d) != nil {
		return &Error{Code: ErrInternal, Family: ErrInternal.Family(), Message: "an error cannot be read"}
	}
	e := &Error{
		Code: d.Number, Phase: d.Phase, Origin: d.Origin, Family: d.Family, Message: d.Message, Hint: d.Hint,
		TLSAlert: d.TLSAlert, NotProcessed: d.NotProcessed, Transient: d.Transient, Causes: d.Causes,
	}
	text, length = nil, 0
	C.mutls_error_handshake(failure, &text, &length, nil)
	if text != nil {
		e.report = parseReport(view(text, length))
	}
	return e
}

// refuse is the error for what a caller gives that cannot be carried.
func refuse(code Code, message, hint string) *Error {
	return &Error{
		Code: code, Phase: PhaseConfig, Origin: OriginCaller, Family: code.Family(),
		Message: message, Hint: hint, NotProcessed: true,
	}
}

// endedBy tells that the caller's context ended the call.
func (e *Error) endedBy(ctx context.Context) *Error {
	if err := ctx.Err(); err != nil && e.Code == ErrCancelled {
		e.below = append(e.below, err)
		if cause := context.Cause(ctx); cause != err {
			e.below = append(e.below, cause)
		}
	}
	return e
}

// cancelled is the error of a call that its context ended before the library had a word in it.
func cancelled(ctx context.Context) *Error {
	e := &Error{
		Code: ErrCancelled, Phase: PhaseQueue, Origin: OriginCaller, Family: ErrCancelled.Family(),
		Message: "the caller cancelled the call", NotProcessed: true,
	}
	return e.endedBy(ctx)
}

// view is C's bytes in place, for as long as their owner lives.
func view(text *C.char, length C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length))
}
