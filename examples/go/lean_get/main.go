// Lean's Go example with the transport exchanged.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"io/ioutil"
	"log"
	"net/http"

	"github.com/mutls/mutls/bindings-go"
)

var (
	certFile = flag.String("cert", "cert.crt", "Your application certificate provided by Lean")
	keyFile  = flag.String("key", "key.pem", "Your private key attached to application certificate")
	caFile   = flag.String("CA", "ca.pem", "Lean's public certificate chain")
	url      = flag.String("url", "https://api.leantech.me/customers/v1", "The end point")
)

func main() {
	flag.Parse()
	// Load client cert
	cert, err := tls.LoadX509KeyPair(*certFile, *keyFile)
	if err != nil {
		log.Fatal(err)
	}
	// Load CA cert
	caCert, err := ioutil.ReadFile(*caFile)
	if err != nil {
		log.Fatal(err)
	}
	caCertPool := x509.NewCertPool()
	caCertPool.AppendCertsFromPEM(caCert)
	// Setup HTTPS client
	tlsConfig := &tls.Config{
		Certificates: []tls.Certificate{cert},
		RootCAs:      caCertPool,
	}
	tlsConfig.BuildNameToCertificate()
	// was: transport := &http.Transport{TLSClientConfig: tlsConfig}
	partner, err := mutls.FromTLSConfig(tlsConfig, mutls.Config{CA: string(caCert)})
	if err != nil {
		log.Fatal(err)
	}
	// was: client := &http.Client{Transport: transport}
	client := &http.Client{Transport: partner.Transport()}
	res, err := client.Get(*url)
	if err != nil {
		log.Fatal(err)
	}
	contents, err := ioutil.ReadAll(res.Body)
	log.Print(string(contents))
}
