// Package load is what the Go loads share: options, goroutines, the measured window, the printed line.
package load

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Plan is what the driver asks for.
type Plan struct {
	Base, Path, Cert, Key string
	CA                    *string
	UploadBytes           int64  `json:"upload_bytes"`
	Mode                  string `json:"-"`
	InFlight              int    `json:"-"`
}

// Connect makes the client under test.
type Connect func(Plan) (*http.Client, error)

type load struct {
	Plan
	client *http.Client
}

// Main runs the load with a client, and ends the process.
func Main(connect Connect) {
	config := flag.String("config", "", "the driver's document")
	mode := flag.String("mode", "get", "get, fresh, resumed, download, upload or first")
	inFlight := flag.Int("in-flight", 1, "requests in flight")
	seconds := flag.Float64("seconds", 1, "how long")
	requests := flag.Int64("requests", 0, "how many, instead of how long")
	flag.Parse()
	plan := Plan{Mode: *mode, InFlight: *inFlight}
	if err := run(*config, plan, connect, *seconds, *requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(config string, plan Plan, connect Connect, seconds float64, requests int64) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &plan); err != nil {
		return err
	}
	window := open()
	client, err := connect(plan)
	if err != nil {
		return err
	}
	if plan.Mode == "first" {
		window.close(1, 0)
		return nil
	}
	l := load{plan, client}
	return l.measure(seconds, requests)
}

func (l *load) measure(seconds float64, requests int64) error {
	share := int64(1) << 62
	if requests > 0 {
		share = (requests + int64(l.InFlight) - 1) / int64(l.InFlight)
	}
	var done, failed atomic.Int64
	var stop atomic.Bool
	var tell sync.Once
	var warm, finished sync.WaitGroup
	begin := make(chan struct{})
	warm.Add(l.InFlight)
	finished.Add(l.InFlight)
	request := func() bool {
		err := l.one()
		if err != nil {
			tell.Do(func() { fmt.Fprintln(os.Stderr, err) })
			failed.Add(1)
		}
		return err == nil
	}
	for range l.InFlight {
		go func() {
			defer finished.Done()
			ok := request()
			warm.Done()
			<-begin
			for i := int64(0); ok && i < share && !stop.Load(); i++ {
				if request() {
					done.Add(1)
				}
			}
		}()
	}
	warm.Wait()
	if requests > 0 {
		window := open()
		close(begin)
		finished.Wait()
		window.close(done.Load(), failed.Load())
		return nil
	}
	close(begin)
	// A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
	time.Sleep(200*time.Millisecond + time.Duration(l.InFlight)*2*time.Millisecond)
	window, before := open(), done.Load()
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	window.close(done.Load()-before, failed.Load())
	stop.Store(true)
	finished.Wait()
	return nil
}

func (l *load) one() error {
	url := l.Base + l.Path
	var response *http.Response
	var err error
	if l.Mode == "upload" {
		request, err := http.NewRequest("POST", url, io.LimitReader(repeat{}, l.UploadBytes))
		if err != nil {
			return err
		}
		request.ContentLength = l.UploadBytes
		response, err = l.client.Do(request)
		if err != nil {
			return err
		}
	} else if response, err = l.client.Get(url); err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	if l.Mode == "download" {
		_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, response.Body, make([]byte, 64<<10))
	} else {
		_, err = io.ReadAll(response.Body)
	}
	return err
}

// repeat is an endless body of one byte.
type repeat struct{}

var same = strings.Repeat("x", 64<<10)

func (repeat) Read(into []byte) (int, error) {
	return copy(into, same), nil
}

type window struct {
	begun time.Time
	used  syscall.Rusage
}

func open() window {
	w := window{begun: time.Now()}
	// It cannot fail for the process itself.
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &w.used)
	return w
}

func (w window) close(requests, failed int64) {
	now := open()
	spent := func(from, to syscall.Timeval) float64 {
		return time.Duration(to.Nano() - from.Nano()).Seconds()
	}
	line, _ := json.Marshal(map[string]any{
		"requests":   requests,
		"errors":     failed,
		"seconds":    now.begun.Sub(w.begun).Seconds(),
		"user_s":     spent(w.used.Utime, now.used.Utime),
		"sys_s":      spent(w.used.Stime, now.used.Stime),
		"max_rss_kb": peakKB(),
	})
	fmt.Println(string(line))
}

// peakKB is the peak resident memory; ru_maxrss would start from what the parent had at the fork.
func peakKB() int {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d", &kb); n == 1 {
			return kb
		}
	}
	return 0
}
