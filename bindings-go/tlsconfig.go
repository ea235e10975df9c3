package mutls

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
)

// FromTLSConfig makes a client from what was written for crypto/tls: certificates with their keys, names and versions
// come from given. What a *tls.Config cannot tell, such as the certificates of a pool, comes from config; what mutls
// cannot honour is an error. docs/go.md has the table.
//
// A pool does not say what is in it, so RootCAs needs the same bundle as Config.CA (PEM text or a file), Config.CAFile
// or Config.Trust. The two are compared.
func FromTLSConfig(given *tls.Config, config Config) (*Client, error) {
	if err := refused(given); err != nil {
		return nil, err
	}
	// The keys are copies in words of PEM, made here.
	defer func(from int) {
		for _, made := range config.Identity[from:] {
			clear(made.KeyPEM)
		}
	}(len(config.Identity))
	if err := identitiesFrom(given, &config); err != nil {
		return nil, err
	}
	if err := trustFrom(given, &config); err != nil {
		return nil, err
	}
	if given.ServerName != "" {
		config.TLS.ServerName = given.ServerName
	}
	return New(config)
}

// refused names the first field that would otherwise be ignored.
func refused(given *tls.Config) error {
	fields := []struct {
		name string
		set  bool
		hint string
	}{
		{"InsecureSkipVerify", given.InsecureSkipVerify, "Give the partner's CA chain as Config.CAFile."},
		{"GetClientCertificate", given.GetClientCertificate != nil, "Give Certificates; Client.Reload exchanges them."},
		{"VerifyPeerCertificate", given.VerifyPeerCertificate != nil, "Config.Trust.Pins holds on to keys."},
		{"VerifyConnection", given.VerifyConnection != nil, "Config.Trust.Pins holds on to keys."},
		{"CipherSuites", given.CipherSuites != nil, "mutls offers the safe ones."},
		{"CurvePreferences", given.CurvePreferences != nil, "mutls offers X25519MLKEM768, X25519, P-256 and P-384."},
		{"NextProtos", len(given.NextProtos) > 0 && !slices.Contains(given.NextProtos, "http/1.1"), "mutls speaks HTTP/1.1."},
		{"SessionTicketsDisabled", given.SessionTicketsDisabled, "mutls resumes its own sessions."},
		{"Renegotiation", given.Renegotiation != tls.RenegotiateNever, "Ask the partner for TLS 1.3."},
		{"KeyLogWriter", given.KeyLogWriter != nil, "Set Config.TLS.KeyLogFile."},
		{"Time", given.Time != nil, ""},
		{"Rand", given.Rand != nil, ""},
		{"EncryptedClientHelloConfigList", given.EncryptedClientHelloConfigList != nil, ""},
		{"MaxVersion", given.MaxVersion != 0 && given.MaxVersion < tls.VersionTLS12, "mutls speaks TLS 1.2 and 1.3."},
	}
	for _, field := range fields {
		if field.set {
			return refuse(ErrBadOption, fmt.Sprintf("tls.Config.%s cannot be honoured", field.name), field.hint)
		}
	}
	return nil
}

func identitiesFrom(given *tls.Config, config *Config) error {
	// The caller's list is not written to.
	config.Identity = slices.Clip(config.Identity)
	for _, certificate := range given.Certificates {
		var chain bytes.Buffer
		for _, der := range certificate.Certificate {
			_ = pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: der})
		}
		key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
		if err != nil {
			return refuse(ErrIdentityUnsupported, "a private key of tls.Config.Certificates cannot be taken out: "+err.Error(),
				"mutls needs the key itself, not a signer in front of it.")
		}
		config.Identity = append(config.Identity, Identity{
			CertPEM: chain.Bytes(), KeyPEM: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		})
		clear(key)
	}
	if given.MinVersion == tls.VersionTLS13 {
		config.TLS.MinVersion = "1.3"
	}
	if given.MaxVersion == tls.VersionTLS12 {
		config.TLS.MaxVersion = "1.2"
	}
	return nil
}

func trustFrom(given *tls.Config, config *Config) error {
	if given.RootCAs == nil {
		return nil
	}
	bundle, err := bundleOf(config)
	if err != nil {
		return refuse(ErrCAUnreadable, "the CA bundle beside tls.Config.RootCAs cannot be read: "+err.Error(), "")
	}
	pool, named := x509.NewCertPool(), "the bundle in the Config"
	if bundle == nil {
		named = "the system's roots"
		if pool, err = x509.SystemCertPool(); err != nil {
			return refuse(ErrCAUnreadable, "the system's roots cannot be read: "+err.Error(), "")
		}
		config.Trust.SystemRoots = Ptr(true)
	}
	pool.AppendCertsFromPEM(bundle)
	if !pool.Equal(given.RootCAs) {
		return refuse(ErrBadOption, "tls.Config.RootCAs is not "+named,
			"A pool does not say what is in it: give the PEM text that it was made from as Config.CA.")
	}
	return nil
}

// bundleOf is all CA certificates that the config gives as PEM; nil if there are none.
func bundleOf(config *Config) ([]byte, error) {
	var bundle []byte
	files := slices.Clone(config.Trust.CAFile)
	for _, given := range []string{config.CA, config.CAFile} {
		if bytes.Contains([]byte(given), []byte("-----BEGIN")) {
			bundle = append(bundle, given...)
		} else if given != "" {
			files = append(files, given)
		}
	}
	bundle = append(bundle, config.Trust.CAPEM...)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		bundle = append(append(bundle, '\n'), text...)
	}
	return bundle, nil
}
