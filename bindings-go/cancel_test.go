package mutls_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestContextsCancelInEveryPhase(t *testing.T) {
	client := newClient(t, func(c *mutls.Config) { c.Hosts = everywhere() })
	cause := errors.New("no longer needed")
	for name, one := range map[string]struct {
		url  string
		body io.Reader
		// Whether the server gets to know of the request.
		known bool
	}{
		"connecting":     {listener("tcp_unaccepted"), nil, false},
		"shaking hands":  {listener("tcp_silent"), nil, false},
		"sending":        {listener("required") + "/upload-slow?bytes_per_s=20000000", endless{}, true},
		"waiting":        {listener("required") + "/silence", nil, true},
		"within a body":  {listener("required") + "/drip?bytes=1000&ms=100", nil, true},
		"a slow request": {listener("required") + "/upload", blocked{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range []error{context.Canceled, context.DeadlineExceeded} {
				ctx, cancel := context.WithCancelCause(background)
				if kind == context.DeadlineExceeded {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeoutCause(background, 300*time.Millisecond, cause)
					defer stop()
				} else {
					time.AfterFunc(300*time.Millisecond, func() { cancel(cause) })
				}
				id := newID()
				method := http.MethodGet
				if one.body != nil {
					method = http.MethodPost
				}
				req, err := http.NewRequestWithContext(ctx, method, one.url, one.body)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("X-Sandbox-Id", id)
				begun := time.Now()
				resp, err := client.Transport().RoundTrip(req)
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
				took := time.Since(begun)
				failed := failure(t, err, mutls.ErrCancelled)
				if !errors.Is(err, kind) || !errors.Is(err, cause) || failed.Timeout() != (kind == context.DeadlineExceeded) {
					t.Errorf("%v, %+v", err, failed)
				}
				if took < 250*time.Millisecond || took > 8*time.Second {
					t.Errorf("it took %v", took)
				}
				if one.known {
					sawTheEnd(t, id)
				}
				cancel(nil)
			}
		})
	}
}

// blocked is a body that does not come.
type blocked struct{}

func (blocked) Read([]byte) (int, error) { select {} }

func TestEarlyCloseAborts(t *testing.T) {
	client := newClient(t, nil)
	for _, path := range []string{"/large/1000000000", "/drip?bytes=1000&ms=50"} {
		id := newID()
		req := at(t, "GET", path, nil)
		req.Header.Set("X-Sandbox-Id", id)
		resp := roundTrip(t, client, req)
		if _, err := resp.Body.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		sawTheEnd(t, id)
	}
}

func TestCloseEndsARead(t *testing.T) {
	client := newClient(t, nil)
	id := newID()
	req := at(t, "GET", "/drip?bytes=2&ms=20000", nil)
	req.Header.Set("X-Sandbox-Id", id)
	resp := roundTrip(t, client, req)
	ended := make(chan error)
	go func() {
		_, err := io.ReadAll(resp.Body)
		ended <- err
	}()
	time.Sleep(100 * time.Millisecond)
	within(t, time.Second, func() {
		_ = resp.Body.Close()
		failure(t, <-ended, mutls.ErrCancelled)
	})
	sawTheEnd(t, id)
}

func TestTheOlderCancel(t *testing.T) {
	client := newClient(t, nil)
	for _, path := range []string{"/silence", "/drip?bytes=100&ms=1000"} {
		asked := make(chan struct{})
		req := at(t, "GET", path, nil)
		//lint:ignore SA1019 It is still honoured.
		req.Cancel = asked
		time.AfterFunc(200*time.Millisecond, func() { close(asked) })
		within(t, 2*time.Second, func() {
			resp, err := client.Transport().RoundTrip(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
			}
			failure(t, err, mutls.ErrCancelled)
		})
	}
}

func TestACancelledContextSendsNothing(t *testing.T) {
	client := newClient(t, nil)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err := client.Do(at(t, "POST", "/echo", strings.NewReader("x")).WithContext(ctx))
	if failed := failure(t, err, mutls.ErrCancelled); !failed.NotProcessed || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v", failed)
	}
}
