package mutls_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// sandbox is the announcement of the partner that the tests run against.
var sandbox struct {
	Listeners  map[string]struct{ URL string }
	Files      map[string]string
	Identities map[string]struct{ Cert, Chain, Key, Passphrase string }
	Lean       struct {
		AppToken string `json:"app_token"`
	}
}

func TestMain(m *testing.M) {
	if role := os.Getenv("MUTLS_TEST_ROLE"); role != "" {
		if err := json.Unmarshal([]byte(os.Getenv("MUTLS_TEST_SANDBOX")), &sandbox); err != nil {
			panic(err)
		}
		roles[role]()
		return
	}
	stop, err := startSandbox()
	if err != nil {
		fmt.Fprintln(os.Stderr, "the sandbox does not start (MUTLS_BINARY names the mutls command):", err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// startSandbox lets it serve until its standard input ends, which is with this process at the latest.
func startSandbox() (func(), error) {
	command := exec.Command(os.Getenv("MUTLS_BINARY"), "sandbox")
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &sandbox)
	}
	os.Setenv("MUTLS_TEST_SANDBOX", string(line))
	return func() {
		_ = input.Close()
		_ = command.Wait()
	}, err
}

func listener(name string) string { return sandbox.Listeners[name].URL }

// everywhere is a scope of all the sandbox's listeners.
func everywhere() (hosts []string) {
	for _, listener := range sandbox.Listeners {
		_, host, _ := strings.Cut(listener.URL, "://")
		hosts = append(hosts, host)
	}
	return hosts
}

func mutual() mutls.Config {
	valid := sandbox.Identities["valid"]
	return mutls.Config{
		BaseURL: listener("required") + "/", CertFile: valid.Chain, KeyFile: valid.Key, CAFile: sandbox.Files["ca"],
		Proxy: &mutls.Proxy{URL: "none"},
	}
}

func newClient(t testing.TB, change func(*mutls.Config)) *mutls.Client {
	t.Helper()
	config := mutual()
	if change != nil {
		change(&config)
	}
	client, err := mutls.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// at is a request for a path of the sandbox.
func at(t testing.TB, method, path string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequest(method, listener("required")+path, body)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func roundTrip(t testing.TB, client *mutls.Client, req *http.Request) *http.Response {
	t.Helper()
	resp, err := client.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func readAll(t testing.TB, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readJSON[T any](t testing.TB, resp *http.Response) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(readAll(t, resp)), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// failure wants an *Error of that code.
func failure(t testing.TB, err error, code mutls.Code) *mutls.Error {
	t.Helper()
	var failed *mutls.Error
	if !errors.As(err, &failed) || !errors.Is(err, code) {
		t.Fatalf("expected %v, got %v", code, err)
	}
	return failed
}

var ids atomic.Int64

// newID is what the sandbox remembers a request by.
func newID() string {
	return fmt.Sprintf("go-%d-%d-%d", os.Getpid(), time.Now().UnixNano(), ids.Add(1))
}

type ledger struct{ Aborted, Connections, Finished, Seen int }

// remembered waits until a count of the ledger is reached; the sandbox does the waiting.
func remembered(t testing.TB, id, count string) ledger {
	t.Helper()
	resp, err := http.Get(listener("plain") + "/_log?id=" + id + "&" + count)
	if err != nil {
		t.Fatal(err)
	}
	return readJSON[ledger](t, resp)
}

// sawTheEnd wants the server to have seen the connection close.
func sawTheEnd(t testing.TB, id string) {
	t.Helper()
	if seen := remembered(t, id, "aborted=1"); seen.Aborted != 1 {
		t.Errorf("the server did not see the connection close: %+v", seen)
	}
}

type echo struct {
	Method, Path, Query string
	Headers             [][2]string
	BodyLength          int `json:"body_length"`
	Client              *struct{ Subject string }
	ConnectionID        int `json:"connection_id"`
}

func (e echo) header(name string) []string {
	var values []string
	for _, header := range e.Headers {
		if strings.EqualFold(header[0], name) {
			values = append(values, header[1])
		}
	}
	return values
}

// closing is a body that tells whether it was closed.
type closing struct {
	io.Reader
	closed chan struct{}
}

func newClosing(reader io.Reader) *closing { return &closing{reader, make(chan struct{})} }

func (c *closing) Close() error {
	close(c.closed)
	return nil
}

func (c *closing) wasClosed(t testing.TB) {
	t.Helper()
	select {
	case <-c.closed:
	case <-time.After(10 * time.Second):
		t.Error("the request's body was not closed")
	}
}

func within(t testing.TB, limit time.Duration, act func()) {
	t.Helper()
	begun := time.Now()
	act()
	if took := time.Since(begun); took > limit {
		t.Errorf("it took %v, not %v", took, limit)
	}
}

var background = context.Background()
