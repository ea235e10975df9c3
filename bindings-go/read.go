package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_read
#cgo nocallback mutls_go_read
*/
import "C"

import (
	"errors"
	"io"
	"net/http"
	"unsafe"
)

func (c *call) read(p []byte) (int, error) {
	c.mu.Lock()
	switch {
	case c.closed:
		c.mu.Unlock()
		return 0, http.ErrBodyReadAfterClose
	case c.ended != nil || len(p) == 0:
		defer c.mu.Unlock()
		return 0, c.ended
	case c.reading:
		c.mu.Unlock()
		return 0, refuse(ErrBadOption, "another read of this body is under way", "Read a body from one goroutine at a time.")
	}
	c.reading = true
	response, left := c.response, c.left
	c.mu.Unlock()

	n, err := c.fetch(response, p, left)

	c.mu.Lock()
	c.reading = false
	if c.left >= 0 {
		c.left -= int64(n)
	}
	c.ended = err
	over := err != nil || c.closed
	c.mu.Unlock()
	if over {
		c.release()
	}
	var failure *Error
	if n > 0 && errors.As(err, &failure) {
		// It comes with the next read.
		err = nil
	}
	return n, err
}

// fetch waits for the next bytes.
func (c *call) fetch(response *C.mutls_response, p []byte, left int64) (int, error) {
	if blocking.take() {
		defer blocking.give()
		var got C.mutls_go_read_result
		stress()
		C.mutls_go_read(response, (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(p))), C.size_t(len(p)), C.int64_t(left), &got)
		return int(got.length), c.end(got.error, got.ended != 0)
	}
	queue, err := c.client.completions()
	if err != nil {
		return 0, err
	}
	n, failure, done := c.fetchSubmitted(queue, response, p)
	if failure == nil && !done && left >= 0 && int64(n) >= left {
		// Behind the last byte the end is at hand, and with it the connection is free for others.
		var surplus [1]byte
		_, failure, done = c.fetchSubmitted(queue, response, surplus[:])
	}
	return n, c.end(failure, done)
}

func (c *call) fetchSubmitted(queue *queue, response *C.mutls_response, p []byte) (int, *C.mutls_error, bool) {
	id, waiter := queue.expect()
	var failure *C.mutls_error
	stress()
	if C.mutls_response_submit_read(response, C.size_t(len(p)), id, queue.handle, &failure) != C.MUTLS_OK {
		queue.abandon(id, waiter)
		return 0, failure, false
	}
	done, ok := c.wait(queue, id, waiter)
	if !ok {
		return 0, nil, false
	}
	n := 0
	if done.completion != nil {
		n = copy(p, unsafe.Slice((*byte)(done.data), int(done.length)))
		stress()
		C.mutls_completion_free(done.completion)
	}
	return n, done.answer.error, done.answer.error == nil && n == 0
}

// end is how a read ends: nil, io.EOF or an *Error.
func (c *call) end(failure *C.mutls_error, ended bool) error {
	switch {
	case failure != nil:
		return takeError(failure).endedBy(c.ctx)
	case ended:
		return io.EOF
	case c.ctx.Err() != nil:
		return cancelled(c.ctx)
	}
	return nil
}

// close aborts what was not read. A read that is under way ends, and frees what there is.
func (c *call) close() {
	c.mu.Lock()
	c.closed = true
	reading := c.reading
	c.mu.Unlock()
	if reading {
		c.cancel()
		return
	}
	c.release()
}
