// Lean's Go example with a header, with the files handed to mutls instead of crypto/tls.
package main

import (
	"flag"
	"io/ioutil"
	"log"
	"net/http"

	"github.com/mutls/mutls/bindings-go"
)

var (
	// The certificate file is as Lean provides it: the chain comes from the other file.
	certFile = flag.String("cert", "cert.crt", "Your application certificate provided by Lean")
	keyFile  = flag.String("key", "key.pem", "Your private key attached to application certificate")
	caFile   = flag.String("CA", "ca.pem", "Lean's public certificate chain")
	url      = flag.String("url", "https://api.leantech.me/banks/v1", "The end point")
	token    = flag.String("token", "<LEAN_APP_TOKEN>", "Your application's token")
)

func main() {
	flag.Parse()

	// was: LoadX509KeyPair, ReadFile, NewCertPool, AppendCertsFromPEM, tls.Config, http.Transport
	partner, err := mutls.New(mutls.Config{CertFile: *certFile, KeyFile: *keyFile, CAFile: *caFile})
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: partner.Transport()}

	// Please change the end point and app token as required.
	req, err := http.NewRequest("GET", *url, nil)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("lean-app-token", *token)

	res, err := client.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	contents, err := ioutil.ReadAll(res.Body)
	log.Print(string(contents))
}
