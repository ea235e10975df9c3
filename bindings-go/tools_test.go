package mutls_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mutls/mutls/bindings-go"
)

func report(t *testing.T, output *mutls.Output) (found map[string]any) {
	t.Helper()
	if err := json.Unmarshal(output.Report, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestToolsMakeARequestThatGoReads(t *testing.T) {
	folder := t.TempDir()
	key, csr := filepath.Join(folder, "a.key"), filepath.Join(folder, "a.csr")
	options := mutls.ToolOptions{
		Key: "p-256", Subject: map[string]any{"common_name": "services.company.com", "organizational_unit": []string{"A", "B"}},
		Names: []string{"a.example"}, KeyOutputFile: key, CSROutputFile: csr,
	}
	output, err := mutls.CreateCSR(options)
	if err != nil || len(output.Parts) != 0 {
		t.Fatal(output, err)
	}
	text, err := os.ReadFile(csr)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || request.CheckSignature() != nil || request.DNSNames[0] != "a.example" || len(request.Subject.OrganizationalUnit) != 2 {
		t.Fatal(request, err)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if matches, err := mutls.Match(mutls.ToolOptions{Input: []string{key}, Data: [][]byte{text}}); err != nil || !matches {
		t.Error(matches, err)
	}
	if _, err := mutls.CreateCSR(options); !errors.Is(err, mutls.ErrBadOption) {
		t.Error("a file was overwritten unasked:", err)
	}
}

func TestToolsTakeBytesAndPassphrases(t *testing.T) {
	made, err := mutls.CreateCSR(mutls.ToolOptions{Key: "p-256", Subject: map[string]any{"common_name": "a"}})
	if err != nil {
		t.Fatal(err)
	}
	shut, err := mutls.Convert(mutls.ToolOptions{Data: [][]byte{made.Parts["key"]}, To: "pkcs8", NewPassphrase: "hunter2"})
	if err != nil {
		t.Fatal(err)
	}
	options := mutls.ToolOptions{Input: []string{string(shut.Parts["output"])}, To: "pkcs8", Unencrypted: true}
	if _, err := mutls.Convert(options); !errors.Is(err, mutls.ErrPassphraseRequired) {
		t.Error(err)
	}
	options.Passphrase = "hunter2"
	again, err := mutls.Convert(options)
	if err != nil || !bytes.Equal(again.Parts["output"], made.Parts["key"]) {
		t.Error(err)
	}
}

func TestToolsDressAnIdentity(t *testing.T) {
	identity := sandbox.Identities["valid"]
	pair := []string{identity.Chain, identity.Key}
	checked, err := mutls.Check(mutls.ToolOptions{Input: pair, CA: []string{sandbox.Files["ca"]}, Within: "1d"})
	if err != nil || report(t, checked)["ok"] != true {
		t.Error(checked, err)
	}
	store, err := mutls.Convert(mutls.ToolOptions{Input: pair, To: "pkcs12", NewPassphrase: "changeit"})
	if err != nil {
		t.Fatal(err)
	}
	options := mutls.ToolOptions{Data: [][]byte{store.Parts["output"]}, Passphrase: "changeit", To: "pem", Unencrypted: true}
	text, err := mutls.Convert(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tls.X509KeyPair(text.Parts["output"], text.Parts["output"]); err != nil {
		t.Error(err)
	}
	bundle, err := mutls.Bundle(mutls.ToolOptions{Input: []string{identity.Cert}, CA: []string{identity.Chain}})
	if err != nil || bytes.Count(bundle.Parts["bundle"], []byte("BEGIN CERTIFICATE")) != 2 {
		t.Error(bundle, err)
	}
	if needs, err := mutls.NeedsRenewal(mutls.ToolOptions{Input: []string{identity.Cert}, Within: "99999d"}); err != nil || !needs {
		t.Error(needs, err)
	}
	seen, err := mutls.Inspect(mutls.ToolOptions{
		URL:    listener("required"),
		Client: mutls.Config{Trust: mutls.Trust{CAFile: []string{sandbox.Files["ca"]}}},
	})
	if err != nil || report(t, seen)["trusted"] != true {
		t.Error(seen, err)
	}
	if _, err := mutls.Inspect(mutls.ToolOptions{Input: pair, To: "pem"}); !errors.Is(err, mutls.ErrBadOption) {
		t.Error("what does not belong to a tool is to be refused:", err)
	}
}
