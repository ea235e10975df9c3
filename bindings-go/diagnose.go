package mutls

// #include "glue.h"
import "C"

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
)

// A Diagnosis is what is wrong with calls to a URL, found by walking their way. It holds no secret.
type Diagnosis struct {
	// The URL, without user and query.
	URL string `json:"url"`
	// When it was made: RFC 3339, UTC.
	Time string `json:"time"`
	// How it came out as a whole, as its worst step: "ok", "warning" or "failed".
	State string `json:"state"`
	// In a sentence: what is the matter.
	Summary string `json:"summary"`
	// The code of the error that calls fail with, such as "client_cert_rejected"; empty if they do not.
	Code string `json:"code"`
	// The steps in their order, up to the last that could be taken.
	Steps []DiagnosisStep `json:"steps"`
	// What the handshake with our certificate showed, and one without it; nil where there was none.
	Handshake       *HandshakeReport `json:"handshake"`
	WithoutIdentity *HandshakeReport `json:"without_identity"`
	// A page that needs nothing else, made to be sent to a partner's support desk.
	HTML string `json:"-"`

	text string
}

// A DiagnosisStep is one step of the way.
type DiagnosisStep struct {
	// options, identity, trust, proxy, dns, connect, handshake, without_identity or answer.
	Name string `json:"name"`
	// "ok", "warning" or "failed".
	State string `json:"state"`
	// What was found, in a sentence.
	Finding string `json:"finding"`
	// The facts that the finding rests on.
	Evidence []string `json:"evidence"`
	// What to do about it; empty where there is nothing to do.
	Cure string `json:"cure"`
	// How long it took, in milliseconds; nil where it was not measured.
	Milliseconds *float64 `json:"ms"`
}

// String is the diagnosis as text, for a log or a terminal.
func (d *Diagnosis) String() string { return d.text }

// Diagnose finds out why requests to req's URL fail, with a config whose client may be one that cannot be made. It
// walks options, certificate and key, CA bundle, proxy, name, every address, the handshake with the certificate and
// without it, and at last a GET with req's headers; method and body are not used. What is wrong is in the Diagnosis;
// the error is for what cannot be asked.
func Diagnose(config Config, req *http.Request) (*Diagnosis, error) {
	d, err := documentOf(config)
	if err != nil {
		return nil, refuse(ErrBadOption, "the config cannot be written as JSON: "+err.Error(), "")
	}
	defer d.wipe()
	handle, err := d.config()
	if err != nil {
		return nil, err
	}
	defer C.mutls_config_free(handle)
	return diagnose(req, func(request *C.mutls_request, found **C.mutls_diagnosis, failure **C.mutls_error) C.mutls_status {
		return C.mutls_diagnose(handle, request, 1, found, failure)
	})
}

// Diagnose is the function of that name with what the client was made of. It reads the files anew, and uses none of
// the client's connections.
func (c *Client) Diagnose(req *http.Request) (*Diagnosis, error) {
	defer runtime.KeepAlive(c)
	return diagnose(req, func(request *C.mutls_request, found **C.mutls_diagnosis, failure **C.mutls_error) C.mutls_status {
		return C.mutls_client_diagnose(c.handle, request, 1, found, failure)
	})
}

func diagnose(req *http.Request, look func(*C.mutls_request, **C.mutls_diagnosis, **C.mutls_error) C.mutls_status) (*Diagnosis, error) {
	get := req.Clone(req.Context())
	get.Method, get.Body, get.ContentLength, get.Trailer = http.MethodGet, nil, 0, nil
	var prepared C.mutls_go_prepared
	if _, err := prepare(get, false, &prepared); err != nil {
		return nil, err
	}
	defer C.mutls_cancel_token_free(prepared.token)
	defer C.mutls_request_free(prepared.request)
	if req.Context().Err() != nil {
		C.mutls_cancel_token_cancel(prepared.token, nil)
	}
	cancelled := make(chan struct{})
	stop := context.AfterFunc(req.Context(), func() {
		defer close(cancelled)
		C.mutls_cancel_token_cancel(prepared.token, nil)
	})
	// The token is freed behind this: a cancelling that has begun must have ended.
	defer func() {
		if !stop() {
			<-cancelled
		}
	}()
	var found *C.mutls_diagnosis
	var failure *C.mutls_error
	stress()
	if look(prepared.request, &found, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	defer C.mutls_diagnosis_free(found)
	var text *C.char
	var length C.size_t
	d := new(Diagnosis)
	C.mutls_diagnosis_json(found, &text, &length, nil)
	if err := json.Unmarshal(view(text, length), d); err != nil {
		return nil, err
	}
	C.mutls_diagnosis_text(found, &text, &length, nil)
	d.text = string(view(text, length))
	C.mutls_diagnosis_html(found, &text, &length, nil)
	d.HTML = string(view(text, length))
	return d, nil
}
