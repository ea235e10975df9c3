package mutls_test

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// partner is what the partner's page does.
func partner(t *testing.T, identity string) (*tls.Config, string) {
	t.Helper()
	one := sandbox.Identities[identity]
	pair, err := tls.LoadX509KeyPair(one.Chain, one.Key)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := os.ReadFile(sandbox.Files["ca"])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool}, string(bundle)
}

func TestFromTLSConfig(t *testing.T) {
	for _, identity := range []string{"valid", "rsa", "rsa_pkcs1", "sec1", "p384", "p521", "ed25519"} {
		given, bundle := partner(t, identity)
		given.MinVersion, given.NextProtos = tls.VersionTLS13, []string{"h2", "http/1.1"}
		given.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		client, err := mutls.FromTLSConfig(given, mutls.Config{CA: bundle})
		if err != nil {
			t.Fatalf("%s: %v", identity, err)
		}
		resp := roundTrip(t, client, at(t, "GET", "/echo", nil))
		if got := readJSON[echo](t, resp); got.Client == nil || resp.TLS.Version != tls.VersionTLS13 {
			t.Errorf("%s: %+v", identity, got)
		}
	}
	given, _ := partner(t, "valid")
	if _, err := mutls.FromTLSConfig(given, mutls.Config{CAFile: sandbox.Files["ca"]}); err != nil {
		t.Error(err)
	}
	given.MaxVersion, given.ServerName = tls.VersionTLS12, "wrong.example"
	client, err := mutls.FromTLSConfig(given, mutls.Config{Trust: mutls.Trust{CAFile: []string{sandbox.Files["ca"]}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Do(at(t, "GET", "/echo", nil))
	if failed := failure(t, err, mutls.ErrServerWrongHost); *failed.Report().ServerName != "wrong.example" {
		t.Errorf("%+v", failed.Report())
	}
}

type signer struct{ crypto.Signer }

func TestFromTLSConfigRefuses(t *testing.T) {
	for name, change := range map[string]func(*tls.Config, *mutls.Config){
		"a pool alone":       func(_ *tls.Config, c *mutls.Config) { c.CA = "" },
		"another bundle":     func(_ *tls.Config, c *mutls.Config) { c.CA = sandbox.Files["other_ca"] },
		"a missing bundle":   func(_ *tls.Config, c *mutls.Config) { c.CA = "/nowhere" },
		"a signer":           func(g *tls.Config, _ *mutls.Config) { g.Certificates[0].PrivateKey = signer{} },
		"InsecureSkipVerify": func(g *tls.Config, _ *mutls.Config) { g.InsecureSkipVerify = true },
		"callbacks": func(g *tls.Config, _ *mutls.Config) {
			g.VerifyConnection = func(tls.ConnectionState) error { return nil }
		},
		"KeyLogWriter": func(g *tls.Config, _ *mutls.Config) { g.KeyLogWriter = io.Discard },
		"Time":         func(g *tls.Config, _ *mutls.Config) { g.Time = time.Now },
		"h2 alone":     func(g *tls.Config, _ *mutls.Config) { g.NextProtos = []string{"h2"} },
		"TLS 1.1":      func(g *tls.Config, _ *mutls.Config) { g.MaxVersion = tls.VersionTLS11 },
	} {
		given, bundle := partner(t, "valid")
		config := mutls.Config{CA: bundle}
		change(given, &config)
		_, err := mutls.FromTLSConfig(given, config)
		var failed *mutls.Error
		if !errors.As(err, &failed) || failed.Phase != mutls.PhaseConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
	system, err := x509.SystemCertPool()
	if err != nil || system.Equal(x509.NewCertPool()) {
		t.Skip("the system has no roots")
	}
	if _, err := mutls.FromTLSConfig(&tls.Config{RootCAs: system}, mutls.Config{}); err != nil {
		t.Error(err)
	}
}
