// Lean's calls. The three files come from the developer portal; the certificate need not be concatenated with the chain.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/mutls/mutls/bindings-go"
)

func main() {
	client, err := mutls.New(mutls.Config{
		BaseURL:  or(os.Getenv("LEAN_URL"), "https://api.leantech.me") + "/",
		CertFile: "my_app_cert.crt",
		KeyFile:  "my_app_private_key.pem",
		CAFile:   "lean_public_cert_chain.pem",
		Headers:  http.Header{"lean-app-token": {os.Getenv("LEAN_APP_TOKEN")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	print(client.Get(ctx, "banks/v1"))
	print(client.Post(ctx, "customers/v1", "application/json", strings.NewReader(`{"app_user_id": "me"}`)))
}

func print(resp *http.Response, err error) {
	var failed *mutls.Error
	if errors.As(err, &failed) && failed.Family == "handshake" {
		log.Fatalf("Lean does not accept us: %v", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Status, string(body))
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
