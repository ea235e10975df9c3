package mutls_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

func TestBehindHTTPClient(t *testing.T) {
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Transport: newClient(t, nil).Transport(), Jar: jar, Timeout: 20 * time.Second}
	resp, err := client.Get(listener("required") + "/redirect/302?to=/cookies/set%3Fa%3D1")
	if err != nil {
		t.Fatal(err)
	}
	if readAll(t, resp); resp.Request.URL.Path != "/cookies/set" {
		t.Errorf("http.Client did not follow: %v", resp.Request.URL)
	}
	if mutls.ReportOf(resp) == nil {
		t.Error("no report behind http.Client's wrapped body")
	}
	resp, err = client.Get(listener("required") + "/cookies")
	if err != nil {
		t.Fatal(err)
	}
	if text := readAll(t, resp); !strings.Contains(text, `"a":"1"`) {
		t.Error(text)
	}
	// A body that can be had again follows a 307.
	resp, err = client.Post(listener("required")+"/redirect/307?to=/echo", "text/plain", strings.NewReader("again"))
	if err != nil {
		t.Fatal(err)
	}
	if got := readJSON[echo](t, resp); got.BodyLength != 5 || got.Method != "POST" {
		t.Errorf("%+v", got)
	}
	client.Timeout = 200 * time.Millisecond
	_, err = client.Get(listener("required") + "/silence")
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("not a timeout: %v", err)
	}
}

func TestTheRequestIsNotChanged(t *testing.T) {
	client := newClient(t, nil)
	req := at(t, "POST", "/echo?x=%20y", strings.NewReader("body"))
	req.Header = http.Header{"X-One": {"a", "b"}, "x-odd": {"c"}, "User-Agent": {"me"}}
	req.Header.Set("Content-Length", "4")
	before, header := *req, maps.Clone(req.Header)
	url := *req.URL
	readAll(t, roundTrip(t, client, req))
	if *req.URL != url || !maps.EqualFunc(req.Header, header, slices.Equal) {
		t.Errorf("changed: %+v", req)
	}
	if req.Body != before.Body || req.ContentLength != before.ContentLength || req.Host != before.Host || req.Method != before.Method {
		t.Errorf("changed: %+v", req)
	}
}

func TestTheBodyIsAlwaysClosed(t *testing.T) {
	client := newClient(t, func(c *mutls.Config) { c.Hosts = everywhere() })
	cancelled, cancel := context.WithCancel(background)
	cancel()
	for name, change := range map[string]func(*http.Request){
		"success":       func(*http.Request) {},
		"a bad header":  func(r *http.Request) { r.Header["Bad Name"] = []string{"x"} },
		"a bad value":   func(r *http.Request) { r.Header["X"] = []string{"a\r\nY: b"} },
		"a bad URL":     func(r *http.Request) { r.URL.Scheme = "ftp" },
		"no URL":        func(r *http.Request) { r.URL = nil },
		"trailers":      func(r *http.Request) { r.Trailer = http.Header{"X": nil} },
		"no connection": func(r *http.Request) { r.URL.Host = strings.TrimPrefix(listener("refused"), "https://") },
		"a reset":       func(r *http.Request) { r.URL.Path = "/reset" },
		"cancelled":     func(r *http.Request) { *r = *r.WithContext(cancelled) },
		"a short body":  func(r *http.Request) { r.ContentLength = 100 },
		"a known body":  func(r *http.Request) { r.ContentLength = 5 },
		"HEAD":          func(r *http.Request) { r.Method = "HEAD" },
		"an early 413":  func(r *http.Request) { r.URL.Path = "/early-413" },
	} {
		t.Run(name, func(t *testing.T) {
			body := newClosing(strings.NewReader("hello"))
			req := at(t, "POST", "/echo", body)
			change(req)
			resp, err := client.Transport().RoundTrip(req)
			if err == nil {
				readAll(t, resp)
			}
			body.wasClosed(t)
		})
	}
}

func TestWhatCannotBeCarriedIsRefused(t *testing.T) {
	client := newClient(t, nil)
	for name, change := range map[string]func(*http.Request){
		"trailers":         func(r *http.Request) { r.Trailer = http.Header{"X-Sum": {"1"}} },
		"Close":            func(r *http.Request) { r.Close = true },
		"a coding":         func(r *http.Request) { r.TransferEncoding = []string{"gzip"} },
		"another length":   func(r *http.Request) { r.Header.Set("Content-Length", "7") },
		"another Host":     func(r *http.Request) { r.Header.Set("Host", "elsewhere") },
		"Connection":       func(r *http.Request) { r.Header.Set("Connection", "close") },
		"Upgrade":          func(r *http.Request) { r.Header.Set("Upgrade", "websocket") },
		"a split header":   func(r *http.Request) { r.Header.Set("X-A", "1\r\nX-B: 2") },
		"a colon in names": func(r *http.Request) { r.Header["X-A: 1"] = []string{"2"} },
	} {
		t.Run(name, func(t *testing.T) {
			req := at(t, "GET", "/echo", nil)
			change(req)
			_, err := client.Transport().RoundTrip(req)
			var failed *mutls.Error
			if !errors.As(err, &failed) || failed.Family != "config" || !failed.NotProcessed {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	client := newClient(t, nil)
	req := at(t, "GET", "/echo", nil)
	req.Header["X-Many"] = []string{"one", "two"}
	req.Header["X-Bytes"] = []string{"caf\xe9"}
	req.Header.Set("Connection", "keep-alive")
	req.Host = "other.sandbox.test"
	got := readJSON[echo](t, roundTrip(t, client, req))
	if !slices.Equal(got.header("x-many"), []string{"one", "two"}) || !slices.Equal(got.header("x-bytes"), []string{"café"}) {
		t.Errorf("%+v", got.Headers)
	}
	if !slices.Equal(got.header("host"), []string{"other.sandbox.test"}) {
		t.Errorf("%+v", got.Headers)
	}
	resp := roundTrip(t, client, at(t, "GET", "/dup-headers", nil))
	readAll(t, resp)
	if !slices.Equal(resp.Header["X-Dup"], []string{"one", "two"}) || len(resp.Header["Set-Cookie"]) != 2 ||
		resp.Header.Get("X-Latin1") != "caf\xe9" || len(resp.Header["X-Empty"]) != 1 {
		t.Errorf("%q", resp.Header)
	}
	req = at(t, "GET", "/basic-auth/me/secret", nil)
	req.URL.User = nil
	req.SetBasicAuth("me", "secret")
	if resp := roundTrip(t, client, req); resp.StatusCode != 200 {
		t.Error(resp.Status)
	}
}

func TestHeadsAndLengths(t *testing.T) {
	client := newClient(t, nil)
	for _, one := range []struct {
		method, path string
		status       int
		length       int64
		body         int
	}{
		{"GET", "/bytes/5", 200, 5, 5},
		{"GET", "/bytes/0", 200, 0, 0},
		{"GET", "/bytes/200000", 200, 200000, 200000},
		{"GET", "/chunked/100/10", 200, -1, 100},
		{"GET", "/close-delimited/100", 200, -1, 100},
		{"GET", "/http10", 200, -1, -1},
		{"HEAD", "/bytes/5", 200, 5, 0},
		{"HEAD", "/chunked/100/10", 200, -1, 0},
		{"GET", "/status/204", 204, 0, 0},
		{"GET", "/status/304", 304, 0, 0},
		{"GET", "/status/404", 404, 15, 15},
		{"GET", "/status/999", 999, 15, 15},
		{"GET", "/interim", 200, -2, -1},
	} {
		resp := roundTrip(t, client, at(t, one.method, one.path, nil))
		text := readAll(t, resp)
		if resp.StatusCode != one.status || one.length > -2 && resp.ContentLength != one.length || one.body >= 0 && len(text) != one.body {
			t.Errorf("%s %s: %s, %d, %d bytes", one.method, one.path, resp.Status, resp.ContentLength, len(text))
		}
		if !strings.HasPrefix(resp.Status, fmt.Sprint(one.status)) || resp.Request == nil || resp.Header == nil {
			t.Errorf("%s %s: %+v", one.method, one.path, resp)
		}
	}
	resp := roundTrip(t, client, at(t, "GET", "/chunked/10/10", nil))
	if !slices.Equal(resp.TransferEncoding, []string{"chunked"}) || resp.Header.Get("Transfer-Encoding") != "" {
		t.Errorf("%+v", resp)
	}
	resp = roundTrip(t, client, at(t, "GET", "/http10", nil))
	if resp.Proto != "HTTP/1.0" || !resp.Close {
		t.Errorf("%+v", resp)
	}
}

func TestCompression(t *testing.T) {
	client := newClient(t, nil)
	resp := roundTrip(t, client, at(t, "GET", "/gzip", nil))
	if text := readAll(t, resp); !resp.Uncompressed || resp.ContentLength != -1 || resp.Header.Get("Content-Encoding") != "" ||
		!strings.Contains(text, "encoding") {
		t.Errorf("%+v", resp)
	}
	req := at(t, "GET", "/gzip", nil)
	req.Header.Set("Accept-Encoding", "gzip")
	resp = roundTrip(t, client, req)
	if text := readAll(t, resp); resp.Uncompressed || resp.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(text, "\x1f\x8b") {
		t.Errorf("%+v", resp)
	}
	req = at(t, "GET", "/echo", nil)
	req.Header.Set("Range", "bytes=0-1")
	if got := readJSON[echo](t, roundTrip(t, client, req)); got.header("accept-encoding") != nil {
		t.Errorf("%+v", got)
	}
	resp = roundTrip(t, client, at(t, "GET", "/chunked/10/5", nil))
	if readAll(t, resp); resp.Uncompressed {
		t.Error("nothing was compressed")
	}
}

func TestUploads(t *testing.T) {
	client := newClient(t, nil)
	large := bytes.Repeat([]byte("0123456789"), 300_000)
	sum := func(data []byte) string {
		digest := sha256.Sum256(data)
		return hex.EncodeToString(digest[:])
	}
	type seen struct {
		Length int
		SHA256 string
	}
	for name, one := range map[string]struct {
		body   io.Reader
		length int64
		data   []byte
	}{
		"small":           {bytes.NewReader(large[:10]), 10, large[:10]},
		"large":           {bytes.NewReader(large), int64(len(large)), large},
		"of no length":    {io.MultiReader(bytes.NewReader(large)), -1, large},
		"of length 0":     {io.MultiReader(bytes.NewReader(large)), 0, large},
		"a sized stream":  {io.MultiReader(bytes.NewReader(large)), int64(len(large)), large},
		"an empty stream": {io.MultiReader(), -1, nil},
	} {
		req := at(t, "PUT", "/upload", one.body)
		req.ContentLength = one.length
		got := readJSON[seen](t, roundTrip(t, client, req))
		if got.Length != len(one.data) || got.SHA256 != sum(one.data) {
			t.Errorf("%s: %+v", name, got)
		}
	}

	source := errors.New("the disk is gone")
	for name, one := range map[string]struct {
		body   io.Reader
		length int64
		cause  error
	}{
		"a failing source":       {io.MultiReader(strings.NewReader("abc"), failing{source}), -1, source},
		"a failing sized source": {io.MultiReader(strings.NewReader("abc"), failing{source}), 10, source},
		"too short":              {io.MultiReader(strings.NewReader("abc")), 10, nil},
		"too long":               {io.MultiReader(strings.NewReader("abcdefghijkl")), 10, nil},
		"too short in memory":    {strings.NewReader("abc"), 10, nil},
		"too long in memory":     {strings.NewReader("abcdefghijkl"), 10, nil},
	} {
		req := at(t, "PUT", "/upload", one.body)
		req.ContentLength = one.length
		_, err := client.Transport().RoundTrip(req)
		failure(t, err, mutls.ErrBodySourceFailed)
		if one.cause != nil && !errors.Is(err, one.cause) {
			t.Errorf("%s: the cause is not in %v", name, err)
		}
	}

	for path, status := range map[string]int{"/continue": 200, "/continue-silent": 200, "/continue-refused": 417, "/early-413": 413} {
		req := at(t, "POST", path, io.MultiReader(bytes.NewReader(large)))
		if strings.HasPrefix(path, "/continue") {
			req.Header.Set("Expect", "100-continue")
		}
		if resp := roundTrip(t, client, req); resp.StatusCode != status {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A pipe is a body whose next piece depends on what the server has said: a stream that does not wait for its end.
func TestAStreamFlowsAsItComes(t *testing.T) {
	client := newClient(t, nil)
	reader, writer := io.Pipe()
	id := newID()
	req := at(t, "POST", "/upload", reader)
	req.Header.Set("X-Sandbox-Id", id)
	came := make(chan error)
	go func() {
		resp, err := client.Transport().RoundTrip(req)
		if err == nil {
			err = resp.Body.Close()
		}
		came <- err
	}()
	for range 3 {
		if _, err := writer.Write([]byte("piece")); err != nil {
			t.Fatal(err)
		}
	}
	// The server knows the request while its body is still open.
	if got := remembered(t, id, "seen=1"); got.Seen != 1 || got.Finished != 0 {
		t.Errorf("%+v", got)
	}
	_ = writer.Close()
	if err := <-came; err != nil {
		t.Error(err)
	}
}

func TestAnAnswerFlowsAsItComes(t *testing.T) {
	client := newClient(t, nil)
	within(t, 3*time.Second, func() {
		resp := roundTrip(t, client, at(t, "GET", "/drip?bytes=10&ms=1000", nil))
		piece := make([]byte, 100)
		if n, err := resp.Body.Read(piece); n < 1 || n > 2 || err != nil {
			t.Error(n, err)
		}
		_ = resp.Body.Close()
	})
}

func TestConnectionsAreReused(t *testing.T) {
	client := newClient(t, nil)
	number := func(path string) int {
		resp := roundTrip(t, client, at(t, "GET", path, nil))
		var got struct {
			ConnectionID int `json:"connection_id"`
		}
		// A decoder stops at the end of the value, and never sees the body's.
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return got.ConnectionID
	}
	first := number("/connection")
	for _, path := range []string{"/bytes/0", "/status/204", "/bytes/100", "/bytes/300000", "/chunked/1000/10", "/gzip"} {
		readAll(t, roundTrip(t, client, at(t, "GET", path, nil)))
		if second := number("/connection"); second != first {
			t.Errorf("after %s the connection was another", path)
			first = second
		}
	}
	readAll(t, roundTrip(t, client, at(t, "HEAD", "/bytes/100", nil)))
	if number("/connection") != first {
		t.Error("after HEAD the connection was another")
	}
	resp := roundTrip(t, client, at(t, "GET", "/large/100000000", nil))
	_ = resp.Body.Close()
	if number("/connection") == first {
		t.Error("a body that was not read did not end its connection")
	}
}

func TestTLSOfAnAnswer(t *testing.T) {
	client := newClient(t, nil)
	resp := roundTrip(t, client, at(t, "GET", "/echo", nil))
	readAll(t, resp)
	state := resp.TLS
	if state == nil || state.Version != tls.VersionTLS13 || !state.HandshakeComplete || state.ServerName != "localhost" ||
		tls.CipherSuiteName(state.CipherSuite) == "" || len(state.PeerCertificates) == 0 || state.CurveID == 0 {
		t.Fatalf("%+v", state)
	}
	if err := state.PeerCertificates[0].VerifyHostname("localhost"); err != nil {
		t.Error(err)
	}
	report := mutls.ReportOf(resp)
	if report == nil || !report.ClientCertificate.Offered || report.Host != "localhost" || len(report.ServerChain) == 0 {
		t.Errorf("%+v", report)
	}
	if again := roundTrip(t, client, at(t, "GET", "/echo", nil)); again.TLS != state || !mutls.Reused(again) {
		t.Error("the connection's state was asked twice")
	}
	plain, err := mutls.New(mutls.Config{})
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest("GET", listener("plain")+"/echo", nil)
	resp, err = plain.Transport().RoundTrip(req)
	if err != nil || resp.TLS != nil || mutls.ReportOf(resp) == nil {
		t.Error(err)
	}
}

func TestBodyErrors(t *testing.T) {
	client := newClient(t, nil)
	for path, code := range map[string]mutls.Code{
		"/truncated/100/200":        mutls.ErrBodyTruncated,
		"/truncated/100/2000000":    mutls.ErrBodyTruncated,
		"/truncated-chunked":        mutls.ErrBodyTruncated,
		"/gzip-truncated":           mutls.ErrBodyTruncated,
		"/close-delimited-reset/10": mutls.ErrBodyTruncated,
		"/bad-chunk":                mutls.ErrProtocolError,
	} {
		resp := roundTrip(t, client, at(t, "GET", path, nil))
		_, err := io.ReadAll(resp.Body)
		failed := failure(t, err, code)
		if _, again := resp.Body.Read(make([]byte, 1)); !errors.Is(again, code) {
			t.Errorf("%s: then %v", path, again)
		}
		if failed.Phase != mutls.PhaseBody {
			t.Errorf("%s: %+v", path, failed)
		}
	}
	resp := roundTrip(t, client, at(t, "GET", "/echo", nil))
	_ = resp.Body.Close()
	if _, err := resp.Body.Read(make([]byte, 1)); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Error(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	client := newClient(t, nil)
	shared := at(t, "GET", "/echo", nil)
	var all sync.WaitGroup
	for i := range 200 {
		all.Add(1)
		go func() {
			defer all.Done()
			var req *http.Request
			switch i % 4 {
			case 0:
				req = shared
			case 1:
				req = at(t, "POST", "/echo", strings.NewReader("x"))
			case 2:
				req = at(t, "POST", "/upload", io.MultiReader(strings.NewReader("stream")))
			case 3:
				req = at(t, "GET", "/chunked/100000/1000", nil)
			}
			resp, err := client.Transport().RoundTrip(req)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				t.Error(err)
			}
			_ = resp.Body.Close()
		}()
	}
	all.Wait()
}
