package mutls

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A body up to this size that lies in memory goes to the library as a whole, and can be sent again.
const inMemory = 64 << 10

// An outgoing request in the form that C takes.
type outgoing struct {
	// Method, URL and header block, one behind the other, and how long each is.
	text                []byte
	method, url, header int
	// Headers that would not survive in a block: the library says what is wrong with them.
	odd [][2]string
	// A JSON object, or empty.
	options string

	hasBody bool
	// All of the body, where it is not streamed.
	body []byte
	// The length of a streamed body, -1 if it is not known, or `whole`.
	stream int64
}

// whole is in place of a stream's length: the body is not streamed.
const whole = -2

func (o *outgoing) build(req *http.Request, seam bool) error {
	if err := carried(req); err != nil {
		return err
	}
	method := req.Method
	if method == "" {
		method = http.MethodGet
	}
	o.text = append(o.text[:0], method...)
	o.method = len(o.text)
	target, err := targetOf(req)
	if err != nil {
		return err
	}
	o.text = append(o.text, target...)
	o.url = len(o.text) - o.method
	if err := o.setHeaders(req); err != nil {
		return err
	}
	o.header = len(o.text) - o.method - o.url
	o.setOptions(req, seam)
	return o.setBody(req)
}

// carried refuses what the engine has no way to carry.
func carried(req *http.Request) error {
	if req.URL == nil {
		return refuse(ErrBadURL, "the request has no URL", "")
	}
	if len(req.Trailer) > 0 {
		return refuse(ErrBadHeader, "the request has trailers, which mutls does not send", "Send what they hold as headers.")
	}
	if req.Close {
		return refuse(ErrBadOption, "Request.Close asks for a connection of its own",
			"Set Config.Pool.MaxIdle to 0 to close each connection after its answer.")
	}
	for _, coding := range req.TransferEncoding {
		if coding != "chunked" {
			return refuse(ErrBadOption, fmt.Sprintf("Request.TransferEncoding %q is not supported", coding), "")
		}
	}
	return nil
}

func targetOf(req *http.Request) (string, error) {
	written, ok := req.Context().Value(asWritten{}).(writtenURL)
	target := req.URL.String()
	if ok && target == written.parsed {
		return written.text, nil
	}
	if req.URL.User != nil && req.Header.Get("Authorization") != "" {
		// As net/http: the header that is there counts.
		bare := *req.URL
		bare.User = nil
		return bare.String(), nil
	}
	return target, nil
}

func (o *outgoing) setHeaders(req *http.Request) error {
	if req.Host != "" && req.Host != req.URL.Host {
		o.add("Host", req.Host)
	}
	for _, name := range sorted(req.Header) {
		values := req.Header[name]
		skip, err := handled(req, name, values)
		if err != nil {
			return err
		}
		if skip {
			continue
		}
		for _, value := range values {
			o.add(name, value)
		}
	}
	return nil
}

// handled tells of a header that follows from the request's fields: it is left out where it says the same, and
// refused where it does not.
func handled(req *http.Request, name string, values []string) (bool, error) {
	same := func(expected string) (bool, error) {
		if slices.ContainsFunc(values, func(v string) bool { return !strings.EqualFold(v, expected) }) {
			return false, refuse(ErrBadHeader, fmt.Sprintf("the header %s contradicts the request", name),
				"Set Host, ContentLength and TransferEncoding of the request instead.")
		}
		return true, nil
	}
	switch name {
	case "Host":
		if req.Host != "" {
			return same(req.Host)
		}
		return same(req.URL.Host)
	case "Content-Length":
		return same(fmt.Sprint(length(req)))
	case "Transfer-Encoding":
		if length(req) == -1 {
			return same("chunked")
		}
	case "Connection":
		return same("keep-alive")
	}
	return false, nil
}

func sorted(header http.Header) []string {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (o *outgoing) add(name, value string) {
	if name == "" || strings.ContainsAny(name, ":\r\n") || strings.ContainsAny(value, "\r\n") {
		o.odd = append(o.odd, [2]string{name, value})
		return
	}
	o.text = append(o.text, name...)
	o.text = append(o.text, ": "...)
	o.text = append(o.text, value...)
	o.text = append(o.text, "\r\n"...)
}

const (
	seamOptions = `{"redirects":{"follow":"none"}}`
	// A part of a compressed body cannot be decoded.
	seamOptionsRaw = `{"redirects":{"follow":"none"},"decompress":false}`
)

func (o *outgoing) setOptions(req *http.Request, seam bool) {
	own, _ := req.Context().Value(callOptions{}).(string)
	switch {
	case !seam:
		o.options = own
	case own != "" && own != "{}":
		o.options = withoutRedirects(own)
	case len(req.Header["Range"]) > 0:
		o.options = seamOptionsRaw
	default:
		o.options = seamOptions
	}
}

// length is the body's: -1 if it is not known.
func length(req *http.Request) int64 {
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		return 0
	case slices.Contains(req.TransferEncoding, "chunked"), req.ContentLength == 0:
		return -1
	}
	return req.ContentLength
}

func (o *outgoing) setBody(req *http.Request) error {
	o.stream, o.hasBody = whole, req.Body != nil && req.Body != http.NoBody
	if !o.hasBody {
		return nil
	}
	n := length(req)
	// GetBody is there for bodies of bytes and strings, which never keep their reader waiting.
	if n < 0 || n > inMemory || req.GetBody == nil {
		o.stream = n
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, n+1))
	switch {
	case err != nil:
		return sourceFailed(err)
	case int64(len(body)) != n:
		return sourceFailed(fmt.Errorf("http: ContentLength=%d with Body length %d", n, len(body)))
	}
	o.body = body
	return nil
}

func sourceFailed(cause error) *Error {
	return &Error{
		Code: ErrBodySourceFailed, Phase: PhaseSend, Origin: OriginCaller, Family: ErrBodySourceFailed.Family(),
		Message: "the request body could not be produced", Causes: []string{cause.Error()}, below: []error{cause},
		Hint: "Look at the cause; it comes from the code that supplies the body.",
	}
}

// joined is the URL that answered, for Response.Request.
func joined(req *http.Request, text string) *http.Request {
	if req.URL.String() == text {
		return req
	}
	landed, err := url.Parse(text)
	if err != nil {
		return req
	}
	other := req.Clone(req.Context())
	other.URL, other.Body, other.Response = landed, nil, nil
	return other
}
