package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_prepare
#cgo nocallback mutls_go_prepare
#cgo noescape mutls_go_send
#cgo nocallback mutls_go_send
#cgo noescape mutls_go_submit
#cgo nocallback mutls_go_submit
#cgo noescape mutls_go_release
#cgo nocallback mutls_go_release
*/
import "C"

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// blocking counts the calls that block a thread.
var blocking slots

type slots struct{ used atomic.Int32 }

func (s *slots) take() bool {
	if s.used.Add(1) <= mostBlocking {
		return true
	}
	s.used.Add(-1)
	return false
}

func (s *slots) give() { s.used.Add(-1) }

// A call is one request on its way, and then the stream of its answer's body.
type call struct {
	client *Client
	ctx    context.Context
	seam   bool
	upload *upload
	// Gives back what follows the context.
	unfollow func()

	mu    sync.Mutex
	token *C.mutls_cancel_token
	// From here on: once there is an answer.
	response *C.mutls_response
	left     int64
	reading  bool
	closed   bool
	ended    error
}

var texts = sync.Pool{New: func() any { return new([]byte) }}

func (c *Client) roundTrip(req *http.Request, seam bool) (*http.Response, error) {
	defer runtime.KeepAlive(c)
	ctx, unfollow := contextOf(req)
	if ctx.Err() != nil {
		unfollow()
		closeBody(req)
		return nil, cancelled(ctx)
	}
	var prepared C.mutls_go_prepared
	streams, err := prepare(req, seam, &prepared)
	if err != nil || !streams {
		closeBody(req)
	}
	if err != nil {
		unfollow()
		return nil, err
	}
	call := &call{client: c, ctx: ctx, seam: seam, token: prepared.token, unfollow: unfollow}
	if streams {
		call.upload = newUpload(req.Body, prepared.body)
	}
	call.follow()
	answer, failure := call.send(prepared.request)
	if failure != nil {
		call.upload.explain(failure)
		call.release()
		return nil, failure.endedBy(ctx)
	}
	return call.answered(req, &answer), nil
}

// follow lets the context cancel the call until it is released.
func (c *call) follow() {
	if c.ctx.Done() == nil {
		return
	}
	stop, unfollow := context.AfterFunc(c.ctx, c.cancel), c.unfollow
	c.unfollow = func() {
		stop()
		unfollow()
	}
}

// prepare makes the request in C, and tells whether its body is to be streamed.
func prepare(req *http.Request, seam bool, prepared *C.mutls_go_prepared) (bool, error) {
	text := texts.Get().(*[]byte)
	defer texts.Put(text)
	out := outgoing{text: *text}
	err := out.build(req, seam)
	*text = out.text[:0]
	if err == nil {
		err = out.prepare(prepared)
	}
	return out.hasBody && out.stream != whole, err
}

// contextOf is the request's context, which also ends with the older Request.Cancel.
func contextOf(req *http.Request) (context.Context, func()) {
	//lint:ignore SA1019 http.Client still sets it for transports that are not its own.
	asked := req.Cancel
	if asked == nil {
		return req.Context(), func() {}
	}
	ctx, cancel := context.WithCancel(req.Context())
	go func() {
		select {
		case <-asked:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func (o *outgoing) prepare(prepared *C.mutls_go_prepared) error {
	hasBody := C.int32_t(0)
	if o.hasBody {
		hasBody = 1
	}
	stress()
	C.mutls_go_prepare(
		chars(o.text), C.size_t(o.method), C.size_t(o.url), C.size_t(o.header),
		(*C.char)(unsafe.Pointer(unsafe.StringData(o.options))), C.size_t(len(o.options)),
		(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(o.body))), C.size_t(len(o.body)), hasBody, C.int64_t(o.stream),
		prepared)
	if prepared.error != nil {
		return takeError(prepared.error)
	}
	for _, header := range o.odd {
		name, value := []byte(header[0]), []byte(header[1])
		stress()
		status := C.mutls_request_add_header(prepared.request, chars(name), C.size_t(len(name)),
			chars(value), C.size_t(len(value)), &prepared.error)
		if status != C.MUTLS_OK {
			C.mutls_request_free(prepared.request)
			C.mutls_cancel_token_free(prepared.token)
			C.mutls_body_free(prepared.body)
			return takeError(prepared.error)
		}
	}
	return nil
}

// send consumes the request and waits for the head of the answer.
func (c *call) send(request *C.mutls_request) (answer C.mutls_go_answer, failure *Error) {
	switch {
	case begins && c.upload == nil && c.sendBegun(request, &answer):
	case c.upload == nil && blocking.take():
		defer blocking.give()
		stress()
		C.mutls_go_send(c.client.handle, request, &answer)
	default:
		answer, failure = c.sendSubmitted(request)
	}
	if answer.error != nil {
		failure = takeError(answer.error)
	}
	return answer, failure
}

// How long a cancelled call may take to say how far it came.
const lastWords = 500 * time.Millisecond

func (c *call) sendSubmitted(request *C.mutls_request) (C.mutls_go_answer, *Error) {
	queue, err := c.client.completions()
	if err != nil {
		C.mutls_request_free(request)
		c.upload.start(c.client, nil)
		return C.mutls_go_answer{}, err
	}
	id, waiter := queue.expect()
	stress()
	refusal := C.mutls_go_submit(c.client.handle, request, id, queue.handle)
	c.upload.start(c.client, queue)
	if refusal != nil {
		queue.abandon(id, waiter)
		return C.mutls_go_answer{error: refusal}, nil
	}
	done, ok := c.wait(queue, id, waiter)
	if !ok {
		return C.mutls_go_answer{}, cancelled(c.ctx)
	}
	return done.answer, nil
}

// wait gives the completion, or false where the context ended and nothing came of it soon.
func (c *call) wait(queue *queue, id C.uint64_t, waiter chan C.mutls_go_done) (C.mutls_go_done, bool) {
	select {
	case done := <-waiter:
		return done, true
	case <-c.ctx.Done():
	}
	c.cancel()
	patience := time.NewTimer(lastWords)
	defer patience.Stop()
	select {
	case done := <-waiter:
		return done, true
	case <-patience.C:
		queue.abandon(id, waiter)
		return C.mutls_go_done{}, false
	}
}

// cancel ends the call in whatever phase it is.
func (c *call) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != nil {
		stress()
		C.mutls_cancel_token_cancel(c.token, nil)
	}
}

// release frees what the call has in C. A body that was not read to its end closes its connection.
func (c *call) release() {
	c.mu.Lock()
	response, token, unfollow := c.response, c.token, c.unfollow
	c.response, c.token, c.unfollow = nil, nil, nil
	c.mu.Unlock()
	if token != nil {
		stress()
		C.mutls_go_release(response, token)
		unfollow()
	}
}
