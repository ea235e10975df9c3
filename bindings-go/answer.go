package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_take
#cgo nocallback mutls_go_take
*/
import "C"

import (
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// answered makes the response of net/http's. The call goes on in its body, unless all of that is here.
func (c *call) answered(req *http.Request, answer *C.mutls_go_answer) *http.Response {
	status := int(answer.status)
	resp := &http.Response{
		Status:        statusLine(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    int(answer.minor),
		Header:        headerOf(string(view((*C.char)(unsafe.Pointer(answer.block)), answer.block_length))),
		ContentLength: int64(answer.content_length),
		Uncompressed:  answer.decoded != 0,
		Request:       req,
	}
	if answer.minor == 0 {
		resp.Proto = "HTTP/1.0"
	}
	if !c.seam {
		resp.Request = joined(req, string(view(answer.url, answer.url_length)))
	}
	frame(resp)
	known := c.client.known.of(answer, resp.Close)
	if resp.Close {
		c.client.sockets.forget(uint64(answer.connection))
	}
	resp.TLS = known.state
	what := origin{known, answer.reused != 0}
	empty := req.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
	length := answer.content_length
	switch {
	case empty:
		resp.Body = c.take(answer.response, 0, what)
	case length >= 0 && length <= inMemory && C.size_t(length) <= answer.at_hand:
		resp.Body = c.take(answer.response, int(length), what)
	default:
		c.response, c.left = answer.response, int64(length)
		body := &body{call: c, origin: what}
		// A body that is forgotten must not keep its connection.
		body.forgotten = runtime.AddCleanup(body, (*call).release, c)
		resp.Body = body
	}
	return resp
}

func statusLine(status int) string {
	if status == http.StatusOK {
		return "200 OK"
	}
	return fmt.Sprintf("%03d %s", status, http.StatusText(status))
}

// take reads a body that is at hand, and with it the connection is free for others.
func (c *call) take(response *C.mutls_response, length int, what origin) io.ReadCloser {
	c.mu.Lock()
	token, unfollow := c.token, c.unfollow
	c.token, c.unfollow = nil, nil
	c.mu.Unlock()
	var got C.mutls_go_read_result
	data := make([]byte, length)
	stress()
	C.mutls_go_take(response, token, (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(data))), C.size_t(length), &got)
	unfollow()
	body := &taken{origin: what, rest: data[:int(got.length)], end: io.EOF}
	if got.error != nil {
		body.end = takeError(got.error).endedBy(c.ctx)
	}
	return body
}

// frame moves what speaks of the framing from the headers to the fields, as net/http does.
func frame(resp *http.Response) {
	if codings := resp.Header.Values("Transfer-Encoding"); len(codings) > 0 {
		resp.TransferEncoding = codings
		resp.Header.Del("Transfer-Encoding")
	}
	connection := strings.ToLower(strings.Join(resp.Header.Values("Connection"), ","))
	resp.Close = strings.Contains(connection, "close") ||
		resp.ProtoMinor == 0 && !strings.Contains(connection, "keep-alive")
	switch {
	case resp.Request.Method == http.MethodHead:
		resp.ContentLength = -1
		if n, err := strconv.ParseInt(resp.Header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
			resp.ContentLength = n
		}
	case resp.StatusCode == http.StatusNoContent, resp.StatusCode == http.StatusNotModified:
		resp.ContentLength = 0
	}
}

func headerOf(block string) http.Header {
	lines := strings.Count(block, "\r\n")
	header := make(http.Header, lines)
	// One piece of memory for the values, most of which are alone under their name.
	values := make([]string, 0, lines)
	for len(block) > 0 {
		line, rest, _ := strings.Cut(block, "\r\n")
		name, value, _ := strings.Cut(line, ": ")
		block = rest
		name = textproto.CanonicalMIMEHeaderKey(name)
		if known := header[name]; known != nil {
			header[name] = append(known, value)
			continue
		}
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	return header
}

// An origin is where an answer came from.
type origin struct {
	known  *connection
	reused bool
}

func (o *origin) from() *origin { return o }

// A body streams an answer. It is what Response.Body is.
type body struct {
	*call
	origin
	forgotten runtime.Cleanup
}

// Read implements io.Reader: a body that is cut short is an error, never an end.
func (b *body) Read(p []byte) (int, error) {
	defer runtime.KeepAlive(b)
	return b.call.read(p)
}

// Close aborts what was not read: the server sees the connection close.
func (b *body) Close() error {
	b.forgotten.Stop()
	b.call.close()
	return nil
}

// A taken body lies in memory.
type taken struct {
	origin
	mu     sync.Mutex
	rest   []byte
	end    error
	closed bool
}

// Read implements io.Reader.
func (t *taken) Read(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	if len(t.rest) > 0 || n > 0 && t.end != io.EOF {
		return n, nil
	}
	return n, t.end
}

// Close implements io.Closer.
func (t *taken) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	return nil
}

func originOf(resp *http.Response) (origin, bool) {
	if body, ok := resp.Body.(interface{ from() *origin }); ok {
		return *body.from(), true
	}
	return origin{}, false
}

// ReportOf is the handshake report of an answer's connection: what was negotiated, who showed which certificate. It
// is nil for an answer that did not come from this package.
func ReportOf(resp *http.Response) *HandshakeReport {
	if origin, ok := originOf(resp); ok {
		return origin.known.report.get()
	}
	return reportOfState(resp.TLS)
}

// Reused tells whether the connection of an answer had served an earlier request. It wants the Body that this
// package gave, which http.Client wraps where it has a Timeout.
func Reused(resp *http.Response) bool {
	origin, _ := originOf(resp)
	return origin.reused
}
