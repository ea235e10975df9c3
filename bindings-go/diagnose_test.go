package mutls_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/mutls/mutls/bindings-go"
)

func TestDiagnose(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequest("DELETE", listener("required")+"/echo", strings.NewReader("not sent"))
	diagnosis, err := newClient(t, nil).Diagnose(req)
	if err != nil || diagnosis.State != "ok" || diagnosis.Code != "" || len(diagnosis.Steps) != 9 {
		t.Fatal(diagnosis, err)
	}
	if !strings.Contains(diagnosis.HTML, "<svg") || diagnosis.Handshake == nil || !diagnosis.Handshake.Completed {
		t.Error(diagnosis.HTML)
	}

	config := mutual()
	config.KeyFile = sandbox.Identities["mismatch"].Key
	diagnosis, err = mutls.Diagnose(config, req)
	if err != nil || diagnosis.State != "failed" || diagnosis.Code != "key_mismatch" || diagnosis.Steps[1].Cure == "" {
		t.Error(diagnosis, err)
	}
}

func TestDiagnoseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", listener("required"), nil)
	diagnosis, err := newClient(t, nil).Diagnose(req)
	if err != nil || diagnosis.Code != "cancelled" {
		t.Error(diagnosis, err)
	}
}
