package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"reflect"
	"strings"

	"github.com/mutls/mutls/bindings-go"
)

func compareError(claim any, err error) error {
	var failure *mutls.Error
	if !errors.As(err, &failure) {
		return fmt.Errorf("not an *mutls.Error: %w", err)
	}
	if !errors.Is(err, failure.Code) || failure.Number() != int(failure.Code) {
		return fmt.Errorf("its code does not find %w", err)
	}
	timed := failure.Code.Family() == "timeout" && failure.Code != mutls.ErrOverloaded
	if timed != failure.Timeout() {
		return fmt.Errorf("Timeout() of %w", err)
	}
	return mismatch(claim, plain(failure), "error")
}

func compareAnswer(claim *answer, resp *http.Response, body []byte) error {
	if claim.Status != resp.StatusCode {
		return fmt.Errorf("expected %d, got %d %.300s", claim.Status, resp.StatusCode, body)
	}
	for name, values := range claim.Headers {
		var got any
		if found := headerValues(resp, name); len(found) > 0 {
			got = plain(found)
		}
		if problem := mismatch(values, got, name); problem != nil {
			return problem
		}
	}
	if claim.URL != nil && resp.Request.URL.String() != *claim.URL {
		return fmt.Errorf("url: expected %s, got %s", *claim.URL, resp.Request.URL)
	}
	if claim.Reused != nil && mutls.Reused(resp) != *claim.Reused {
		return fmt.Errorf("reused: expected %v", *claim.Reused)
	}
	if claim.Body != nil {
		return compareBody(claim.Body, body)
	}
	return nil
}

// headerValues is all values of a header, each byte one character. What net/http keeps in fields is taken from there.
func headerValues(resp *http.Response, name string) []string {
	key := textproto.CanonicalMIMEHeaderKey(name)
	values := resp.Header[key]
	if key == "Transfer-Encoding" {
		values = resp.TransferEncoding
	}
	var out []string
	for _, value := range values {
		chars := make([]rune, len(value))
		for i := range len(value) {
			chars[i] = rune(value[i])
		}
		out = append(out, string(chars))
	}
	return out
}

func compareBody(claim *bodyClaim, body []byte) error {
	switch {
	case claim.Text != nil && *claim.Text != string(body):
		return fmt.Errorf("body: expected %q, got %.300q", *claim.Text, body)
	case claim.Length != nil && *claim.Length != len(body):
		return fmt.Errorf("body: expected %d bytes, got %d", *claim.Length, len(body))
	case claim.Pattern != nil && string(claim.Pattern.bytes()) != string(body):
		return fmt.Errorf("body: %d bytes are not the pattern", len(body))
	case claim.JSON != nil:
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			return err
		}
		return mismatch(claim.JSON, got, "body")
	}
	return nil
}

// mismatch holds a value against a claim; docs/conformance.md says how.
func mismatch(claim, got any, place string) error {
	differs := func() error {
		return fmt.Errorf("%s: expected %v, got %.600s", place, claim, fmt.Sprint(got))
	}
	switch claim := claim.(type) {
	case string:
		if claim == "$any" {
			if got == nil {
				return differs()
			}
			return nil
		}
	case map[string]any:
		if len(claim) == 1 {
			for operator, operand := range claim {
				if strings.HasPrefix(operator, "$") {
					if !operate(operator, operand, got) {
						return differs()
					}
					return nil
				}
			}
		}
		object, ok := got.(map[string]any)
		if !ok {
			return differs()
		}
		for name, value := range claim {
			if problem := mismatch(value, object[name], place+"."+name); problem != nil {
				return problem
			}
		}
		return nil
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(claim) {
			return differs()
		}
		for i := range claim {
			if problem := mismatch(claim[i], list[i], fmt.Sprintf("%s[%d]", place, i)); problem != nil {
				return problem
			}
		}
		return nil
	}
	if !reflect.DeepEqual(claim, got) {
		return differs()
	}
	return nil
}

func operate(operator string, operand, got any) bool {
	parts, _ := operand.([]any)
	switch operator {
	case "$min":
		number, ok := got.(float64)
		least, known := operand.(float64)
		return ok && known && number >= least
	case "$one_of":
		for _, claim := range parts {
			if mismatch(claim, got, "") == nil {
				return true
			}
		}
		return false
	case "$contains", "$lacks":
		switch got.(type) {
		case string, []any:
		default:
			return false
		}
		for _, part := range parts {
			if contains(got, part) != (operator == "$contains") {
				return false
			}
		}
		return len(parts) > 0
	}
	return false
}

func contains(got, part any) bool {
	if list, ok := got.([]any); ok {
		for _, one := range list {
			if mismatch(part, one, "") == nil {
				return true
			}
		}
		return false
	}
	text, ok := part.(string)
	return ok && strings.Contains(got.(string), text)
}
