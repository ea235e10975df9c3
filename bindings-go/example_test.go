package mutls_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// The sandbox stands in for the partner, and its files for those that the partner gave.
func ExampleNew() {
	valid := sandbox.Identities["valid"]
	client, err := mutls.New(mutls.Config{
		BaseURL:  listener("required") + "/",
		CertFile: valid.Chain, KeyFile: valid.Key, CAFile: sandbox.Files["chain"],
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	resp, err := client.Get(context.Background(), "bytes/5")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status, resp.ContentLength)
	// Output: 200 OK 5
}

func ExampleClient_Transport() {
	client, err := mutls.New(mutual())
	if err != nil {
		log.Fatal(err)
	}
	api := &http.Client{Transport: client.Transport(), Timeout: 20 * time.Second}
	resp, err := api.Get(listener("required") + "/redirect/302?to=/bytes/5")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	fmt.Println(resp.Request.URL.Path, len(body), err)
	// Output: /bytes/5 5 <nil>
}

func ExampleError() {
	config := mutual()
	config.KeyFile = sandbox.Identities["rsa"].Key
	_, err := mutls.New(config)
	var failed *mutls.Error
	if errors.As(err, &failed) && errors.Is(err, mutls.ErrKeyMismatch) {
		fmt.Println(failed.Code, failed.Number(), failed.Phase, failed.Hint)
	}
	// Output: key_mismatch 205 config Use the key that the certificate was requested with.
}

func ExampleWithOptions() {
	client, err := mutls.New(mutual())
	if err != nil {
		log.Fatal(err)
	}
	ctx := mutls.WithOptions(context.Background(), mutls.RequestOptions{Timeout: 50 * time.Millisecond})
	_, err = client.Get(ctx, "silence")
	fmt.Println(errors.Is(err, mutls.ErrTimeout))
	// Output: true
}

func ExampleReportOf() {
	client, err := mutls.New(mutual())
	if err != nil {
		log.Fatal(err)
	}
	resp, err := client.Get(context.Background(), "echo")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	report := mutls.ReportOf(resp)
	fmt.Println(*report.Version, report.ClientCertificate.Summary)
	// Output: TLSv1.3 sent
}
