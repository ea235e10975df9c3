// Command go is the benchmark's load on net/http with crypto/tls: a goroutine for each request in flight.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"

	"github.com/mutls/mutls/bench/go/load"
)

func main() { load.Main(connect) }

func connect(plan load.Plan) (*http.Client, error) {
	pair, err := tls.LoadX509KeyPair(plan.Cert, plan.Key)
	if err != nil {
		return nil, err
	}
	roots, err := roots(plan.CA)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: plan.InFlight,
		DisableCompression:  true,
		WriteBufferSize:     buffer(plan.Mode),
		ReadBufferSize:      buffer(plan.Mode),
		TLSClientConfig: &tls.Config{
			Certificates:       []tls.Certificate{pair},
			RootCAs:            roots,
			ClientSessionCache: tls.NewLRUClientSessionCache(256),
			// As mutls: the hybrid group first.
			CurvePreferences: []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384},
		},
	}}, nil
}

// Large bodies go in 64 KiB pieces in every load; 0 is net/http's own 4 KiB.
func buffer(mode string) int {
	if mode == "download" || mode == "upload" {
		return 64 << 10
	}
	return 0
}

func roots(file *string) (*x509.CertPool, error) {
	if file == nil {
		return x509.SystemCertPool()
	}
	pem, err := os.ReadFile(*file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("the CA bundle is empty")
	}
	return roots, nil
}
