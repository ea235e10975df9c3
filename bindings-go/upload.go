package mutls

/*
#include "glue.h"

#cgo noescape mutls_body_write
#cgo nocallback mutls_body_write
#cgo noescape mutls_body_submit_write
#cgo nocallback mutls_body_submit_write
*/
import "C"

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"unsafe"
)

// An upload pushes a request body to the library as fast as it takes it, and closes the body at its end.
type upload struct {
	body   io.ReadCloser
	handle *C.mutls_body

	mu    sync.Mutex
	cause error
}

var pieces = sync.Pool{New: func() any {
	piece := make([]byte, 64<<10)
	return &piece
}}

func newUpload(body io.ReadCloser, handle *C.mutls_body) *upload {
	return &upload{body: body, handle: handle}
}

// start lets the body flow, on a goroutine of its own: a server may answer before it has all. Without a queue the
// request is gone, and the body is only closed. The queue lives as long as its client.
func (u *upload) start(client *Client, queue *queue) {
	if u == nil {
		return
	}
	go func() {
		if queue != nil {
			u.push(queue)
		}
		runtime.KeepAlive(client)
		_ = u.body.Close()
		C.mutls_body_free(u.handle)
	}()
}

func (u *upload) push(queue *queue) {
	piece := pieces.Get().(*[]byte)
	defer pieces.Put(piece)
	for {
		n, err := u.body.Read(*piece)
		if n > 0 && !u.write(queue, (*piece)[:n]) {
			return
		}
		if errors.Is(err, io.EOF) {
			stress()
			C.mutls_body_finish(u.handle, nil)
			return
		}
		if err != nil {
			u.mu.Lock()
			u.cause = err
			u.mu.Unlock()
			reason := []byte(err.Error())
			stress()
			C.mutls_body_abort(u.handle, chars(reason), C.size_t(len(reason)), nil)
			return
		}
	}
}

// write waits until there is room for more; false when the request has ended.
func (u *upload) write(queue *queue, bytes []byte) bool {
	data, length := (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(bytes))), C.size_t(len(bytes))
	if blocking.take() {
		defer blocking.give()
		stress()
		return C.mutls_body_write(u.handle, data, length, nil) == C.MUTLS_OK
	}
	id, waiter := queue.expect()
	stress()
	if C.mutls_body_submit_write(u.handle, data, length, id, queue.handle, nil) != C.MUTLS_OK {
		queue.abandon(id, waiter)
		return false
	}
	done := <-waiter
	C.mutls_error_free(done.answer.error)
	return done.answer.error == nil
}

// explain adds the error of the body itself.
func (u *upload) explain(failure *Error) {
	if u == nil || failure.Code != ErrBodySourceFailed {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.cause != nil {
		failure.below = append(failure.below, u.cause)
	}
}
