package mutls_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// listen gives a hook, and what it was told one by one.
func listen(t *testing.T) (func(mutls.Event), func() mutls.Event) {
	told := make(chan mutls.Event, 100)
	return func(event mutls.Event) { told <- event }, func() mutls.Event {
		t.Helper()
		select {
		case event := <-told:
			return event
		case <-time.After(30 * time.Second):
			t.Fatal("no event came")
			panic("unreachable")
		}
	}
}

func expiring(config *mutls.Config) {
	identity := sandbox.Identities["expiring"]
	config.CertFile, config.KeyFile = identity.Chain, identity.Key
	config.BaseURL = sandbox.Listeners["required"].URL + "/"
}

func fetch(t *testing.T, client *mutls.Client, url string) error {
	t.Helper()
	response, err := client.Get(context.Background(), url)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TestEventsOfConnectionsAndCertificates(t *testing.T) {
	hook, next := listen(t)
	client := newClient(t, expiring)
	if err := client.Observe(hook); err != nil {
		t.Fatal(err)
	}
	soon := next()
	if soon.Name != "identity_expiring" || soon.Level != slog.LevelWarn || *soon.DaysLeft != 5 ||
		!strings.Contains(soon.Subject, "expiring") || time.Until(soon.NotAfter) > 6*24*time.Hour {
		t.Errorf("%+v", soon)
	}
	if err := fetch(t, client, "echo?token=abc"); err != nil {
		t.Fatal(err)
	}
	connected := next()
	if connected.Name != "connected" || connected.Host != "localhost" || connected.Resumed || connected.Duration <= 0 ||
		*connected.DaysLeft != 5 || *connected.ServerDaysLeft < 30 || strings.Contains(connected.String(), "token") {
		t.Errorf("%+v", connected)
	}
	if err := client.Observe(nil); err != nil {
		t.Fatal(err)
	}
}

func TestEventOfAFailure(t *testing.T) {
	hook, next := listen(t)
	client := newClient(t, func(config *mutls.Config) { *config = mutls.Config{CAFile: config.CAFile, Proxy: config.Proxy} })
	if err := client.Observe(hook); err != nil {
		t.Fatal(err)
	}
	err := fetch(t, client, sandbox.Listeners["tls12"].URL+"/secret-path")
	failed := next()
	if failed.Name != "handshake_failed" || failed.Code != "client_cert_required" || failed.Level != slog.LevelInfo ||
		failed.Hint == "" || err == nil || strings.Contains(failed.Message, "secret-path") {
		t.Errorf("%+v, %v", failed, err)
	}
}

func TestEventsInALog(t *testing.T) {
	var lines bytes.Buffer
	handler := slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelWarn})
	told := make(chan struct{}, 100)
	hook := mutls.Log(slog.New(handler))
	client := newClient(t, expiring)
	err := client.Observe(func(event mutls.Event) {
		hook(event)
		told <- struct{}{}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := fetch(t, client, "echo"); err != nil {
		t.Fatal(err)
	}
	<-told
	<-told
	var line map[string]any
	if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
		t.Fatal(err, lines.String())
	}
	if line["level"] != "WARN" || line["event"] != "identity_expiring" || line["days_left"] != 5.0 {
		t.Error(line)
	}
}

func TestAPanicInAHookBreaksNothing(t *testing.T) {
	var lines bytes.Buffer
	log.SetOutput(&lines)
	defer log.SetOutput(os.Stderr)
	told := make(chan string, 100)
	client := newClient(t, expiring)
	err := client.Observe(func(event mutls.Event) {
		told <- event.Name
		if event.Name == "identity_expiring" {
			panic("on purpose")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := fetch(t, client, "echo"); err != nil {
		t.Fatal(err)
	}
	if first, second := <-told, <-told; first != "identity_expiring" || second != "connected" {
		t.Error(first, second)
	}
	// The second was told by the goroutine that wrote the first.
	if !strings.Contains(lines.String(), "on purpose") {
		t.Error(lines.String())
	}
}

func TestAHookDoesNotKeepItsClient(t *testing.T) {
	gone := make(chan struct{})
	func() {
		config := mutual()
		expiring(&config)
		client, err := mutls.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Observe(func(mutls.Event) { runtime.KeepAlive(client) }); err != nil {
			t.Fatal(err)
		}
		if err := fetch(t, client, "echo"); err != nil {
			t.Fatal(err)
		}
		runtime.AddCleanup(client, func(gone chan struct{}) { close(gone) }, gone)
	}()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		runtime.GC()
		select {
		case <-gone:
			return
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("the client is still there")
		}
	}
}

func TestNeedsRenewalAsksServers(t *testing.T) {
	for within, want := range map[string]bool{"6d": true, "4d": false} {
		got, err := mutls.NeedsRenewal(mutls.ToolOptions{
			URL: sandbox.Listeners["server_expiring"].URL, Client: mutls.Config{CAFile: sandbox.Files["ca"]}, Within: within,
		})
		if err != nil || got != want {
			t.Error(within, got, err)
		}
	}
}
