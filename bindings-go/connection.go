package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_learn
#cgo nocallback mutls_go_learn
*/
import "C"

import (
	"crypto/tls"
	"crypto/x509"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// A connection is what its handshake showed, asked of C once.
type connection struct {
	report *lazyReport
	// nil without TLS
	state *tls.ConnectionState
}

// A lazyReport is read when somebody asks for it.
type lazyReport struct {
	once   sync.Once
	handle *C.mutls_report
	parsed *HandshakeReport
}

func newLazyReport(handle *C.mutls_report) *lazyReport {
	lazy := &lazyReport{handle: handle}
	runtime.AddCleanup(lazy, func(handle *C.mutls_report) { C.mutls_report_free(handle) }, handle)
	return lazy
}

func (l *lazyReport) get() *HandshakeReport {
	l.once.Do(func() {
		var text *C.char
		var length C.size_t
		stress()
		C.mutls_report_json(l.handle, &text, &length, nil)
		l.parsed = parseReport(view(text, length))
		runtime.KeepAlive(l)
	})
	return l.parsed
}

// connections are those of a client, by the number that each has in this process.
type connections struct {
	known sync.Map
	count atomic.Int32
	// By their DER: those of one server are the same on every connection.
	certificates sync.Map
	different    atomic.Int32
}

// A client that sees more than this forgets, and asks again.
const (
	mostKnown     = 2048
	mostDifferent = 64
)

// of is the answer's connection. One that ends with this answer is not remembered.
func (all *connections) of(answer *C.mutls_go_answer, last bool) *connection {
	number := uint64(answer.connection)
	if found, ok := all.known.Load(number); ok {
		return found.(*connection)
	}
	made := all.learn(answer.response)
	if last {
		return made
	}
	if all.count.Add(1) > mostKnown {
		all.known.Clear()
		all.count.Store(1)
	}
	all.known.Store(number, made)
	return made
}

func (all *connections) learn(response *C.mutls_response) *connection {
	var seen C.mutls_go_handshake
	stress()
	C.mutls_go_learn(response, &seen)
	made := &connection{report: newLazyReport(seen.report)}
	if seen.version == 0 {
		return made
	}
	made.state = &tls.ConnectionState{
		HandshakeComplete: true,
		DidResume:         seen.resumed != 0,
		Version:           uint16(seen.version),
		CipherSuite:       uint16(seen.cipher_suite),
		CurveID:           tls.CurveID(seen.group),
		ServerName:        strings.Trim(string(view(seen.server_name, seen.server_name_length)), "[]"),
		PeerCertificates:  all.chain(response),
	}
	remember(made)
	runtime.KeepAlive(made.report)
	return made
}

func (all *connections) chain(response *C.mutls_response) []*x509.Certificate {
	var chain []*x509.Certificate
	for {
		var der *C.uint8_t
		var length C.size_t
		stress()
		C.mutls_response_server_certificate(response, C.size_t(len(chain)), &der, &length, nil)
		if der == nil {
			return chain
		}
		certificate := all.certificate(C.GoBytes(unsafe.Pointer(der), C.int(length)))
		if certificate == nil {
			// What mutls accepts may be odd in Go's eyes: then there is no list rather than half of one.
			return nil
		}
		chain = append(chain, certificate)
	}
}

func (all *connections) certificate(der []byte) *x509.Certificate {
	if found, ok := all.certificates.Load(string(der)); ok {
		return found.(*x509.Certificate)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	if all.different.Add(1) > mostDifferent {
		all.certificates.Clear()
		all.different.Store(1)
	}
	all.certificates.Store(string(der), certificate)
	return certificate
}

// states finds the report of an answer whose body was wrapped by others.
var states sync.Map

func remember(known *connection) {
	key := weak.Make(known.state)
	states.Store(key, known.report)
	runtime.AddCleanup(known.state, func(key weak.Pointer[tls.ConnectionState]) { states.Delete(key) }, key)
}

func reportOfState(state *tls.ConnectionState) *HandshakeReport {
	if state == nil {
		return nil
	}
	if found, ok := states.Load(weak.Make(state)); ok {
		return found.(*lazyReport).get()
	}
	return nil
}
