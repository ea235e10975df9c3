package mutls

// #include "glue.h"
import "C"

import (
	"context"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// A Client is an identity, whom it trusts, and a pool of connections. It serves any number of goroutines at
// once: make one, and keep it.
type Client struct {
	*native
	observer observer
}

// native is what lies in C. It holds no pointer to its Client, so that the collector can tell when that is gone.
type native struct {
	handle  *C.mutls_client
	known   connections
	sockets sockets

	once  sync.Once
	queue *queue
	fault *Error
}

// New makes a client. Everything that the config names is read and checked now: a client that was made has a
// usable identity and trust. Nothing is connected yet. The error is an *Error.
func New(config Config) (*Client, error) {
	d, err := documentOf(config)
	if err != nil {
		return nil, refuse(ErrBadOption, "the config cannot be written as JSON: "+err.Error(), "")
	}
	defer d.wipe()
	return d.client()
}

// NewFromJSON makes a client from the config document itself, as it lies in a profile file. Secrets stay out of it
// as {"ref": "name"}, and come by that name.
func NewFromJSON(text []byte, secrets map[string][]byte) (*Client, error) {
	return document{text, secrets}.client()
}

func (d document) client() (*Client, error) {
	config, err := d.config()
	if err != nil {
		return nil, err
	}
	defer C.mutls_config_free(config)
	var handle *C.mutls_client
	var failure *C.mutls_error
	stress()
	if C.mutls_client_new(config, &handle, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	client := &Client{native: &native{handle: handle}}
	runtime.AddCleanup(client, (*native).release, client.native)
	return client, nil
}

// config gives the document to C; the caller frees it.
func (d document) config() (*C.mutls_config, error) {
	var config *C.mutls_config
	var failure *C.mutls_error
	stress()
	if C.mutls_config_new(chars(d.json), C.size_t(len(d.json)), &config, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	for name, value := range d.secrets {
		stress()
		status := C.mutls_config_set_bytes(config, chars([]byte(name)), C.size_t(len(name)),
			(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(value))), C.size_t(len(value)), &failure)
		if status != C.MUTLS_OK {
			C.mutls_config_free(config)
			return nil, takeError(failure)
		}
	}
	return config, nil
}

func chars(text []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(text))) }

// release ends what lies in C. Calls and bodies hold their Client, so there are none left.
func (n *native) release() {
	C.mutls_client_free(n.handle)
	n.sockets.sweep()
	if n.queue != nil {
		n.queue.close()
	}
}

// completions is the queue of this client's submitted calls, made when the first one is.
func (n *native) completions() (*queue, *Error) {
	n.once.Do(func() { n.queue, n.fault = newQueue() })
	return n.queue, n.fault
}

// Reload swaps in another config, or the same one to read its files anew (certificate rotation). Calls in flight
// finish on the old one. On an error the old one stays.
func (c *Client) Reload(config Config) error {
	d, err := documentOf(config)
	if err != nil {
		return refuse(ErrBadOption, "the config cannot be written as JSON: "+err.Error(), "")
	}
	defer d.wipe()
	next, err := d.config()
	if err != nil {
		return err
	}
	defer C.mutls_config_free(next)
	defer runtime.KeepAlive(c)
	var failure *C.mutls_error
	stress()
	if C.mutls_client_reload(c.handle, next, &failure) != C.MUTLS_OK {
		return takeError(failure)
	}
	return nil
}

// Close refuses new calls, cancels those in flight and closes every connection. A client that is never closed
// harms nothing: the collector takes it.
func (c *Client) Close() error {
	c.close(0)
	return nil
}

// Shutdown refuses new calls and waits for those in flight, their bodies included. When ctx ends first it cancels
// what is left and returns the context's error.
func (c *Client) Shutdown(ctx context.Context) error {
	finished := make(chan bool, 1)
	go func() { finished <- c.close(math.MaxInt64 / int64(time.Millisecond)) }()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		c.close(0)
		return context.Cause(ctx)
	}
}

func (c *Client) close(drainMS int64) bool {
	var finished C.int32_t
	stress()
	C.mutls_client_close(c.handle, C.uint64_t(drainMS), &finished, nil)
	c.sockets.sweep()
	runtime.KeepAlive(c)
	return finished == 1
}

// Transport is the seam to net/http: http.Client{Transport: client.Transport()}. It makes one transaction:
// redirects, cookies and the like stay with http.Client.
func (c *Client) Transport() http.RoundTripper { return &transport{c} }

type transport struct{ client *Client }

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.client.roundTrip(req, true)
}

// Do sends a request and gives the answer's head, with a body to be closed by the caller. A URL without a host is
// joined to Config.BaseURL. Redirects are followed as Config.Redirects says, and Response.Request has the
// URL that answered. An HTTP status is never an error.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	return c.roundTrip(req, false)
}

// NewRequest makes a request for Do; the URL may be relative to Config.BaseURL, and is sent as it is written.
// The body may be nil.
func (c *Client) NewRequest(ctx context.Context, method, url string, body io.Reader) (*http.Request, error) {
	// The library judges methods and URLs, so that it is the same everywhere; these stand in.
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://in-place.invalid/", body)
	if err != nil {
		return nil, refuse(ErrBadOption, "the request cannot be made: "+err.Error(), "Give a context.")
	}
	req.Method = method
	req.URL.Host = ""
	req.URL.Scheme = ""
	req.Host = ""
	if parsed, err := req.URL.Parse(url); err == nil {
		req.URL = parsed
	}
	return req.WithContext(context.WithValue(ctx, asWritten{}, writtenURL{url, req.URL.String()})), nil
}

// asWritten is the context's key of the URL in its own words.
type asWritten struct{}

// A writtenURL counts as long as nobody changes the request's.
type writtenURL struct{ text, parsed string }

// Get sends GET. The URL may be relative to Config.BaseURL.
func (c *Client) Get(ctx context.Context, url string) (*http.Response, error) {
	req, err := c.NewRequest(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

// Post sends POST with a body of that type. The URL may be relative to Config.BaseURL.
func (c *Client) Post(ctx context.Context, url, contentType string, body io.Reader) (*http.Response, error) {
	req, err := c.NewRequest(ctx, http.MethodPost, url, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	return c.Do(req)
}

// WithOptions gives the requests of a context options of their own.
func WithOptions(ctx context.Context, options RequestOptions) context.Context {
	d, _ := documentOf(options)
	return context.WithValue(ctx, callOptions{}, strings.TrimSpace(string(d.json)))
}

// WithOptionsJSON is WithOptions with the options as a document, such as {"timeout_ms": 5000}.
func WithOptionsJSON(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, callOptions{}, text)
}

// callOptions is the context's key of a call's options.
type callOptions struct{}

// Version is that of the library, such as "0.1.0".
func Version() string { return C.GoString(C.mutls_version()) }
