// Command mutls is the benchmark's load on mutls in Go, behind the same http.Client as its peer.
package main

import (
	"net/http"

	"github.com/mutls/mutls/bench/go/load"
	"github.com/mutls/mutls/bindings-go"
)

func main() { load.Main(connect) }

func connect(plan load.Plan) (*http.Client, error) {
	config := mutls.Config{
		BaseURL: plan.Base, CertFile: plan.Cert, KeyFile: plan.Key, Decompress: mutls.Ptr(false),
		Pool: mutls.Pool{MaxIdle: &plan.InFlight},
	}
	if plan.CA != nil {
		config.CAFile = *plan.CA
	}
	client, err := mutls.New(config)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: client.Transport()}, nil
}
