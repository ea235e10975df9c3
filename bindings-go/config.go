package mutls

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Ptr makes the pointer that an optional field wants: Decompress: mutls.Ptr(false).
func Ptr[T any](value T) *T { return &value }

// NoLimit lifts a timeout: Timeouts{FirstByte: mutls.NoLimit}.
const NoLimit time.Duration = -1

// RequestOptions is what is different for the calls of one context; see WithOptions. What is left at its zero
// value stays as the client has it.
type RequestOptions struct {
	// The limit of the whole call, in place of every other; Timeouts adds to it.
	Timeout time.Duration `mutls:"timeout_ms"`
	// The limits that differ from the client's; a negative one lifts the limit.
	Timeouts Timeouts `mutls:"timeouts"`
	// Decode gzip and brotli bodies, and offer them.
	Decompress *bool `mutls:"decompress"`
	// Which redirects Client.Do follows: Follow alone. With Client.Transport http.Client follows them.
	Redirects Redirects `mutls:"redirects"`
}

// A document is a config as JSON beside its secrets.
type document struct {
	json    []byte
	secrets map[string][]byte
}

func documentOf(options any) (document, error) {
	w := writer{secrets: map[string][]byte{}}
	text, err := json.Marshal(w.structure(reflect.ValueOf(options)))
	return document{text, w.secrets}, err
}

// wipe overwrites the copies of secrets; their originals are the caller's.
func (d document) wipe() {
	clear(d.json)
	for _, secret := range d.secrets {
		clear(secret)
	}
}

// A writer turns options into the shape of the config document.
type writer struct {
	secrets map[string][]byte
	// Secrets are hidden instead of attached.
	redact bool
}

func (w *writer) structure(value reflect.Value) map[string]any {
	object := map[string]any{}
	for i := range value.NumField() {
		key, flags, _ := strings.Cut(value.Type().Field(i).Tag.Get("mutls"), ",")
		field := value.Field(i)
		if key == "-" || field.IsZero() && !strings.Contains(flags, "always") {
			continue
		}
		if strings.Contains(flags, "secret") {
			object[key] = w.secret(key, field)
		} else {
			object[key] = w.value(key, field)
		}
	}
	return object
}

func (w *writer) value(key string, value reflect.Value) any {
	switch known := value.Interface().(type) {
	case time.Duration:
		return milliseconds(known)
	case *Proxy:
		if reflect.DeepEqual(*known, Proxy{URL: known.URL}) && !w.redact {
			return known.URL
		}
	case http.Header:
		if w.redact {
			return names(known)
		}
	}
	switch value.Kind() {
	case reflect.Pointer:
		return w.value(key, value.Elem())
	case reflect.Struct:
		return w.structure(value)
	case reflect.Slice:
		list := make([]any, value.Len())
		for i := range list {
			list[i] = w.value(key, value.Index(i))
		}
		return list
	case reflect.String:
		if w.redact && key == "url" {
			return withoutUserinfo(value.String())
		}
	}
	return value.Interface()
}

func (w *writer) secret(key string, value reflect.Value) any {
	isPlace := value.Kind() == reflect.String && (key == "cert" || key == "key" || key == "ca") &&
		!strings.Contains(value.String(), "-----BEGIN")
	if isPlace {
		return value.String()
	}
	if w.redact {
		return "[hidden]"
	}
	name := key + "-" + strconv.Itoa(len(w.secrets))
	if value.Kind() == reflect.String {
		w.secrets[name] = []byte(value.String())
	} else {
		w.secrets[name] = append([]byte{}, value.Bytes()...)
	}
	return map[string]string{"ref": name}
}

// milliseconds rounds up, so that a short limit does not become none.
func milliseconds(d time.Duration) any {
	if d < 0 {
		return nil
	}
	return int64(math.Ceil(float64(d) / float64(time.Millisecond)))
}

func names(headers http.Header) map[string]string {
	hidden := map[string]string{}
	for name := range headers {
		hidden[name] = "[hidden]"
	}
	return hidden
}

func withoutUserinfo(url string) string {
	scheme, rest, found := strings.Cut(url, "://")
	at := strings.LastIndex(rest, "@")
	if !found || at < 0 {
		return url
	}
	return scheme + "://[hidden]" + rest[at:]
}

func redacted(options any) ([]byte, error) {
	w := writer{redact: true}
	return json.Marshal(w.structure(reflect.ValueOf(options)))
}

func printDocument(s fmt.State, name string, options any) {
	text, _ := redacted(options)
	_, _ = fmt.Fprintf(s, "mutls.%s%s", name, text)
}

// withoutRedirects is a call's options for the seam, where http.Client follows redirects.
func withoutRedirects(options string) string {
	var object map[string]any
	if json.Unmarshal([]byte(options), &object) != nil {
		// The library says what is wrong with it.
		return options
	}
	object["redirects"] = map[string]string{"follow": "none"}
	text, _ := json.Marshal(object)
	return string(text)
}
