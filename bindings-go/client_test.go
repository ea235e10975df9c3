package mutls_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

func TestOwnCalls(t *testing.T) {
	client := newClient(t, nil)
	resp, err := client.Get(background, "echo/a?b=c")
	if err != nil {
		t.Fatal(err)
	}
	if got := readJSON[echo](t, resp); got.Path != "/echo/a" || got.Query != "b=c" || got.Client == nil {
		t.Errorf("%+v", got)
	}
	resp, err = client.Post(background, "/echo", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if got := readJSON[echo](t, resp); got.Method != "POST" || got.BodyLength != 5 || got.header("content-type")[0] != "text/plain" {
		t.Errorf("%+v", got)
	}
	resp, err = client.Get(background, "redirect/302?to=/echo")
	if err != nil {
		t.Fatal(err)
	}
	if readAll(t, resp); resp.Request.URL.Path != "/echo" {
		t.Errorf("the URL that answered: %v", resp.Request.URL)
	}
}

func TestConfigFaults(t *testing.T) {
	encrypted := sandbox.Identities["encrypted"]
	for name, one := range map[string]struct {
		change func(*mutls.Config)
		code   mutls.Code
	}{
		"a key of another certificate": {func(c *mutls.Config) { c.KeyFile = sandbox.Identities["rsa"].Key }, mutls.ErrKeyMismatch},
		"a missing file":               {func(c *mutls.Config) { c.CertFile = "/nowhere" }, mutls.ErrIdentityUnreadable},
		"no passphrase":                {func(c *mutls.Config) { c.CertFile, c.KeyFile = encrypted.Chain, encrypted.Key }, mutls.ErrPassphraseRequired},
		"a wrong passphrase": {func(c *mutls.Config) {
			c.CertFile, c.KeyFile, c.Passphrase = encrypted.Chain, encrypted.Key, "wrong"
		}, mutls.ErrPassphraseWrong},
		"a bad option": {func(c *mutls.Config) { c.TLS.MinVersion = "1.1" }, mutls.ErrBadOption},
	} {
		t.Run(name, func(t *testing.T) {
			config := mutual()
			one.change(&config)
			_, err := mutls.New(config)
			failed := failure(t, err, one.code)
			if failed.Hint == "" || failed.Phase != mutls.PhaseConfig || failed.Number() != int(one.code) {
				t.Errorf("%+v", failed)
			}
		})
	}
}

func TestSecretsInMemory(t *testing.T) {
	encrypted := sandbox.Identities["encrypted"]
	read := func(path string) []byte {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	client := newClient(t, func(c *mutls.Config) {
		c.CertFile, c.KeyFile, c.CAFile = "", "", ""
		c.Identity = []mutls.Identity{{
			CertPEM: read(encrypted.Chain), KeyPEM: read(encrypted.Key), Passphrase: encrypted.Passphrase,
		}}
		c.CA = string(read(sandbox.Files["ca"]))
	})
	resp, err := client.Get(background, "echo")
	if err != nil {
		t.Fatal(err)
	}
	if got := readJSON[echo](t, resp); !strings.Contains(got.Client.Subject, "encrypted") {
		t.Errorf("%+v", got)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	const secret = "hush-hush"
	config := mutls.Config{
		BaseURL: "https://api.example/", Key: "-----BEGIN PRIVATE KEY-----" + secret, Passphrase: secret,
		Headers:  http.Header{"Token": {secret}},
		Auth:     mutls.Auth{Basic: &mutls.BasicAuth{Username: "me", Password: secret}},
		Identity: []mutls.Identity{{KeyPEM: []byte(secret), Passphrase: secret}},
		Proxy:    &mutls.Proxy{URL: "http://me:" + secret + "@proxy:3128", Password: secret},
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("config", "config", config)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("config", "config", config, "identity", config.Identity)
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%v %+v %#v %s %v %+v %#v", config, config, config, config, &config, config.Identity, config.Auth)
	for _, all := range []string{printed, string(text), logged.String()} {
		if strings.Contains(all, secret) || strings.Contains(all, fmt.Sprint([]byte(secret))) {
			t.Errorf("a secret is in %s", all)
		}
		if !strings.Contains(all, "api.example") {
			t.Errorf("nothing is in %s", all)
		}
	}
}

func TestReload(t *testing.T) {
	client := newClient(t, nil)
	subject := func() string {
		resp, err := client.Get(background, "echo")
		if err != nil {
			t.Fatal(err)
		}
		return readJSON[echo](t, resp).Client.Subject
	}
	rotated := mutual()
	rotated.CertFile, rotated.KeyFile = sandbox.Identities["rotated"].Chain, sandbox.Identities["rotated"].Key
	if err := client.Reload(rotated); err != nil || !strings.Contains(subject(), "rotated") {
		t.Error(err)
	}
	rotated.KeyFile = sandbox.Identities["rsa"].Key
	failure(t, client.Reload(rotated), mutls.ErrKeyMismatch)
	if !strings.Contains(subject(), "rotated") {
		t.Error("a failed reload changed the client")
	}
}

func TestClose(t *testing.T) {
	client := newClient(t, nil)
	ended := make(chan error)
	go func() {
		_, err := client.Get(background, "silence")
		ended <- err
	}()
	time.Sleep(100 * time.Millisecond)
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	failure(t, <-ended, mutls.ErrClosed)
	_, err := client.Get(background, "echo")
	failure(t, err, mutls.ErrClosed)
}

func TestShutdown(t *testing.T) {
	client := newClient(t, nil)
	answered := make(chan int)
	go func() {
		resp, err := client.Get(background, "delay/300")
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		answered <- resp.StatusCode
		_ = resp.Body.Close()
	}()
	time.Sleep(100 * time.Millisecond)
	if err := client.Shutdown(background); err != nil || <-answered != 200 {
		t.Error(err)
	}

	client = newClient(t, nil)
	go func() { _, _ = client.Get(background, "silence") }()
	time.Sleep(100 * time.Millisecond)
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	if err := client.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestOptionsOfACall(t *testing.T) {
	client := newClient(t, nil)
	ctx := mutls.WithOptions(background, mutls.RequestOptions{Timeout: 100 * time.Millisecond})
	for name, send := range map[string]func(*http.Request) (*http.Response, error){
		"Do": client.Do, "RoundTrip": client.Transport().RoundTrip,
	} {
		_, err := send(at(t, "GET", "/silence", nil).WithContext(ctx))
		failed := failure(t, err, mutls.ErrTimeout)
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() || failed.Phase != mutls.PhaseReceive {
			t.Errorf("%s: %+v", name, failed)
		}
	}
	ctx = mutls.WithOptions(background, mutls.RequestOptions{Decompress: mutls.Ptr(false)})
	resp, err := client.Transport().RoundTrip(at(t, "GET", "/redirect/302?to=/echo", nil).WithContext(ctx))
	if err != nil || resp.StatusCode != 302 {
		t.Error(resp, err)
	}
	ctx = mutls.WithOptionsJSON(background, `{"no_such": 1}`)
	_, err = client.Do(at(t, "GET", "/echo", nil).WithContext(ctx))
	failure(t, err, mutls.ErrBadOption)
}

func TestErrorsInWords(t *testing.T) {
	client := newClient(t, func(c *mutls.Config) {
		c.CertFile, c.KeyFile = sandbox.Identities["revoked"].Chain, sandbox.Identities["revoked"].Key
	})
	_, err := client.Get(background, "echo")
	failed := failure(t, err, mutls.ErrClientCertRejected)
	if failed.TLSAlert == nil || failed.TLSAlert.Name != "certificate_revoked" || !failed.TLSAlert.Received ||
		!failed.NotProcessed || failed.Origin != mutls.OriginPeer || failed.Family != "handshake" {
		t.Errorf("%+v", failed)
	}
	if text := err.Error(); !strings.Contains(text, failed.Message) || !strings.Contains(text, failed.Hint) {
		t.Error(text)
	}
	if report := failed.Report(); report == nil || !report.ClientCertificate.Offered {
		t.Errorf("%+v", report)
	}
	if mutls.Version() == "" || mutls.Code(12345).Error() != "code 12345" {
		t.Error("names")
	}
}
