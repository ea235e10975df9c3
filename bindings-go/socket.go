package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_begin
#cgo nocallback mutls_go_begin
#cgo noescape mutls_go_finish
#cgo nocallback mutls_go_finish
#cgo noescape mutls_go_readable
#cgo nocallback mutls_go_readable
*/
import "C"

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A socket is a connection of the library's, known to the runtime's poller: a goroutine that waits for an answer on it
// blocks no thread.
type socket struct {
	file  *os.File
	conn  syscall.RawConn
	ready func(uintptr) bool
	// Whether this call has looked.
	looked bool
	// When the file's deadline passes; zero if it has none.
	until time.Time
}

// sockets are a client's, by the number of the connection. One connection serves one call at a time.
type sockets struct {
	known sync.Map
	count atomic.Int32
	// The count at which to look which of them are gone.
	most atomic.Int32
}

const fewSockets = 64

// of is the socket behind a descriptor of the library's, or nil where the process has no descriptor left.
func (all *sockets) of(number uint64, descriptor int) *socket {
	if found, ok := all.known.Load(number); ok {
		return found.(*socket)
	}
	if all.count.Add(1) > max(all.most.Load(), fewSockets) {
		all.sweep()
	}
	made := newSocket(descriptor)
	if made != nil {
		all.known.Store(number, made)
	}
	return made
}

func newSocket(descriptor int) *socket {
	// Our own, since os.File closes what it has, and the library what is its.
	own := int(C.mutls_go_duplicate(C.int(descriptor)))
	if own < 0 {
		return nil
	}
	// The poller takes only what does not block, when it is told of it. The library's reads do: the flag is the
	// socket's, whichever descriptor sets it.
	_ = syscall.SetNonblock(own, true)
	file := os.NewFile(uintptr(own), "mutls-connection")
	_ = syscall.SetNonblock(own, false)
	conn, err := file.SyscallConn()
	if err == nil {
		err = file.SetReadDeadline(time.Time{})
	}
	if err != nil {
		_ = file.Close()
		return nil
	}
	made := &socket{file: file, conn: conn}
	made.ready = made.isReady
	return made
}

// isReady is asked before the first wait, since the answer may have come before the poller began to look for it, and
// after each wait. Then the poller is believed: where it errs, which is rare, the library waits.
func (s *socket) isReady(descriptor uintptr) bool {
	if s.looked {
		return true
	}
	s.looked = true
	return C.mutls_go_readable(C.int(descriptor)) != 0
}

// wait returns when there is something to read, or the call was cancelled, or `patience` is over. A negative one
// never is.
func (s *socket) wait(patience time.Duration) {
	now := time.Now()
	var until time.Time
	if patience >= 0 {
		until = now.Add(patience)
		// A deadline that is a bit too early is mended when it passes: most calls need not touch it.
		if s.until.IsZero() || s.until.Before(now) || s.until.After(until) {
			s.arm(until)
		}
	}
	for {
		s.looked = false
		err := s.conn.Read(s.ready)
		if !errors.Is(err, os.ErrDeadlineExceeded) || patience >= 0 && !time.Now().Before(until) {
			return
		}
		s.arm(until)
	}
}

func (s *socket) arm(until time.Time) {
	s.until = until
	_ = s.file.SetReadDeadline(until)
}

// sweep forgets the connections that the library has closed.
func (all *sockets) sweep() {
	left := int32(0)
	all.known.Range(func(number, found any) bool {
		shut := false
		_ = found.(*socket).conn.Control(func(descriptor uintptr) { shut = C.mutls_go_shut(C.int(descriptor)) != 0 })
		if shut {
			all.forget(number.(uint64))
		} else {
			left++
		}
		return true
	})
	all.count.Store(left + 1)
	all.most.Store(2 * left)
}

func (all *sockets) forget(number uint64) {
	if found, ok := all.known.LoadAndDelete(number); ok {
		all.count.Add(-1)
		_ = found.(*socket).file.Close()
	}
}

// sendBegun sends the request over an idle connection and waits for the answer without a thread. It is false where
// there is no such connection, and the request is as it was.
func (c *call) sendBegun(request *C.mutls_request, answer *C.mutls_go_answer) bool {
	var begun C.mutls_go_begun
	stress()
	C.mutls_go_begin(c.client.handle, request, &begun)
	if begun.begun == nil {
		answer.error = begun.error
		return begun.error != nil
	}
	if begun.descriptor >= 0 {
		if socket := c.client.sockets.of(uint64(begun.connection), int(begun.descriptor)); socket != nil {
			patience := time.Duration(-1)
			if begun.patience >= 0 {
				patience = time.Duration(begun.patience) * time.Millisecond
			}
			socket.wait(patience)
		}
	}
	stress()
	C.mutls_go_finish(begun.begun, answer)
	if answer.error != nil {
		c.client.sockets.forget(uint64(begun.connection))
	}
	return true
}
