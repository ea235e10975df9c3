// Package mutls is a mutual-TLS HTTP client: it calls partner APIs that demand a client certificate.
//
// Certificates, keys (encrypted ones too), PKCS#12 stores and CA bundles are read and checked when the client is made.
// What goes wrong is an *Error, with a code that is the same in every language, and with what to do about it.
//
//	client, err := mutls.New(mutls.Config{
//		BaseURL: "https://api.example/v1/",
//		CertFile: "cert.crt", KeyFile: "key.pem", CAFile: "ca.pem",
//	})
//	resp, err := client.Get(ctx, "banks")
//
// Code that has an http.Client takes the transport alone:
//
//	api := &http.Client{Transport: client.Transport()}
//
// and code that has a *tls.Config uses FromTLSConfig.
//
// The engine is written in Rust and linked statically, so that building needs cgo and a C compiler. It lies in
// lib/<os>_<arch> of the released module; with the tag mutls_pkgconfig an installed libmutls is found through
// PKG_CONFIG_PATH.
package mutls
