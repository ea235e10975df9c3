package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// once makes the call of a step and judges what came of it.
func once(client *mutls.Client, s step, seam bool) error {
	begun := time.Now()
	resp, body, err := call(client, s, seam)
	took := time.Since(begun)
	report := any(nil)
	switch {
	case err != nil && s.Error == nil:
		return fmt.Errorf("expected an answer, got %w", err)
	case err != nil:
		if problem := compareError(s.Error, err); problem != nil {
			return problem
		}
		if s.CancelAfterMS != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the context's error is not in %w", err)
		}
		var failure *mutls.Error
		errors.As(err, &failure)
		report = plain(failure.Report())
	case s.Answer == nil:
		return fmt.Errorf("expected an error, got %d %.300s", resp.StatusCode, body)
	default:
		if problem := compareAnswer(s.Answer, resp, body); problem != nil {
			return problem
		}
		report = plain(mutls.ReportOf(resp))
	}
	if s.Report != nil {
		if problem := mismatch(s.Report, report, "report"); problem != nil {
			return problem
		}
	}
	if s.WithinMS != nil && took > time.Duration(*s.WithinMS)*time.Millisecond {
		return fmt.Errorf("it took %v, not %d ms", took, *s.WithinMS)
	}
	return nil
}

func call(client *mutls.Client, s step, seam bool) (*http.Response, []byte, error) {
	ctx, cancel := context.WithCancel(context.Background())
	if s.CancelAfterMS != nil {
		if *s.CancelAfterMS == 0 {
			cancel()
		} else {
			time.AfterFunc(time.Duration(*s.CancelAfterMS)*time.Millisecond, cancel)
		}
	}
	defer cancel()
	if s.Options != nil {
		ctx = mutls.WithOptionsJSON(ctx, string(s.Options))
	}
	req, err := client.NewRequest(ctx, s.Method, s.URL, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, header := range s.Headers {
		req.Header[header[0]] = append(req.Header[header[0]], latin1(header[1]))
	}
	setBody(req, s.Body)
	send := client.Do
	if seam {
		send = client.Transport().RoundTrip
	}
	resp, err := send(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	var body []byte
	switch s.Read {
	case "head":
	case "first":
		body = make([]byte, 16)
		n, problem := resp.Body.Read(body)
		body = body[:n]
		if !errors.Is(problem, io.EOF) {
			err = problem
		}
	default:
		body, err = io.ReadAll(resp.Body)
	}
	return resp, body, err
}

func setBody(req *http.Request, given *requestBody) {
	if given == nil {
		return
	}
	data := []byte{}
	if given.Text != nil {
		data = []byte(*given.Text)
	} else if given.Pattern != nil {
		data = given.Pattern.bytes()
	}
	if given.Stream == "" {
		// As http.NewRequest does it.
		made, _ := http.NewRequest(http.MethodPost, "http://in-place.invalid/", bytes.NewReader(data))
		req.Body, req.GetBody, req.ContentLength = made.Body, made.GetBody, made.ContentLength
		return
	}
	req.Body = io.NopCloser(&trickle{data})
	req.ContentLength = -1
	if given.Stream == "sized" {
		req.ContentLength = int64(len(data))
		if given.Announced != nil {
			req.ContentLength = *given.Announced
		}
		if req.ContentLength == 0 && len(data) == 0 {
			// In net/http 0 is an unknown length; this says that there is nothing.
			req.Body = http.NoBody
		}
	}
}

// trickle gives its bytes in pieces.
type trickle struct{ rest []byte }

func (t *trickle) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 10_000)], t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// latin1 is each character as one byte.
func latin1(text string) string {
	var out strings.Builder
	for _, char := range text {
		out.WriteByte(byte(char))
	}
	return out.String()
}

// plain is a value as the table's claims see it.
func plain(value any) any {
	text, _ := json.Marshal(value)
	var out any
	_ = json.Unmarshal(text, &out)
	return out
}
