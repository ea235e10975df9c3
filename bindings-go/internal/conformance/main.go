// Command conformance is the conformance runner for Go: `conformance [--seam] CASES` prints one outcome a line.
//
// docs/conformance.md says what a case is. Clients are made from mutls.Config where Go can express the config, else
// from the document. With --seam the calls go through http.Client and Client.Transport.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

const (
	atOnce   = 4
	patience = 60 * time.Second
)

type testCase struct {
	ID             string
	Config         json.RawMessage
	Attachments    map[string]string
	Alone          bool
	ConstructError any `json:"construct_error"`
	Steps          []step
}

type step struct {
	Config        json.RawMessage
	Close         bool
	PauseMS       int `json:"pause_ms"`
	Method, URL   string
	Headers       [][2]string
	Body          *requestBody
	Options       json.RawMessage
	CancelAfterMS *int `json:"cancel_after_ms"`
	Read          string
	Times         int
	Parallel      int
	Answer        *answer
	Error         any
	Report        any
	WithinMS      *int64 `json:"within_ms"`
}

type answer struct {
	Status  int
	Headers map[string]any
	URL     *string
	Reused  *bool
	Body    *bodyClaim
}

type bodyClaim struct {
	Text    *string
	JSON    any
	Pattern *pattern
	Length  *int
}

type requestBody struct {
	Text      *string
	Pattern   *pattern
	Stream    string
	Announced *int64
}

type pattern struct{ Length, Seed int }

func (p *pattern) bytes() []byte {
	all := make([]byte, p.Length)
	for i := range all {
		all[i] = byte((31*(i%251) + p.Seed%251) % 251)
	}
	return all
}

func main() {
	seam := len(os.Args) > 2 && os.Args[1] == "--seam"
	text, err := os.ReadFile(os.Args[len(os.Args)-1])
	var table struct{ Cases []testCase }
	if err == nil {
		err = json.Unmarshal(text, &table)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var alone []testCase
	room := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, one := range table.Cases {
		if one.Alone {
			alone = append(alone, one)
			continue
		}
		room <- struct{}{}
		all.Add(1)
		go func() {
			defer all.Done()
			tell(one, seam)
			<-room
		}()
	}
	all.Wait()
	for _, one := range alone {
		tell(one, seam)
	}
}

var printing sync.Mutex

// tell runs a case, apart from the others so that one that hangs fails alone.
func tell(one testCase, seam bool) {
	came := make(chan error, 1)
	go func() { came <- run(one, seam) }()
	var problem error
	select {
	case problem = <-came:
	case <-time.After(patience):
		problem = fmt.Errorf("it hangs")
	}
	outcome := map[string]string{"id": one.ID, "outcome": "pass"}
	if problem != nil {
		outcome["outcome"], outcome["detail"] = "fail", problem.Error()
	}
	line, _ := json.Marshal(outcome)
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(line))
}

func run(one testCase, seam bool) error {
	client, err := clientOf(one.Config, one.Attachments)
	if err != nil {
		if one.ConstructError == nil {
			return fmt.Errorf("the client: %w", err)
		}
		return compareError(one.ConstructError, err)
	}
	if one.ConstructError != nil {
		return fmt.Errorf("expected no client, got one")
	}
	for i, s := range one.Steps {
		own := client
		if s.Config != nil {
			if own, err = clientOf(s.Config, one.Attachments); err != nil {
				return err
			}
		}
		if err := runStep(own, s, seam); err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, s.URL, err)
		}
	}
	return nil
}

func runStep(client *mutls.Client, s step, seam bool) error {
	if s.Close {
		_ = client.Close()
	}
	time.Sleep(time.Duration(s.PauseMS) * time.Millisecond)
	if s.Parallel == 0 {
		for range max(s.Times, 1) {
			if err := once(client, s, seam); err != nil {
				return err
			}
		}
		return nil
	}
	came := make(chan error)
	for range s.Parallel {
		go func() { came <- once(client, s, seam) }()
	}
	var first error
	for range s.Parallel {
		if err := <-came; err != nil && first == nil {
			first = err
		}
	}
	return first
}
