package mutls_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// roles are what this program does in a process of its own.
var roles = map[string]func(){
	"wait": roleWait, "exit": roleExit, "many": roleMany, "download": roleDownload, "upload": roleUpload, "exec": roleExec,
}

func start(t *testing.T, role string, more ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(append(os.Environ(), "MUTLS_TEST_ROLE="+role), more...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	return command, bufio.NewReader(output)
}

func line(t *testing.T, output *bufio.Reader) string {
	t.Helper()
	text, err := output.ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", text, err)
	}
	return strings.TrimSpace(text)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	return value
}

func get(client *mutls.Client, path string) *http.Response {
	req := must(http.NewRequest("GET", listener("required")+path, nil))
	req.Header.Set("X-Sandbox-Id", os.Getenv("MUTLS_TEST_ID"))
	return must(client.Transport().RoundTrip(req))
}

func roleWait() {
	client := must(mutls.New(mutual()))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	req := must(http.NewRequestWithContext(ctx, "GET", listener("required")+os.Getenv("MUTLS_TEST_PATH"), nil))
	req.Header.Set("X-Sandbox-Id", os.Getenv("MUTLS_TEST_ID"))
	fmt.Println("waiting")
	resp, err := client.Transport().RoundTrip(req)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
	}
	fmt.Println(errors.Is(err, context.Canceled) && errors.Is(err, mutls.ErrCancelled))
	resp = get(client, "/echo")
	fmt.Println(resp.StatusCode)
}

func TestProcessInterrupted(t *testing.T) {
	for _, path := range []string{"/silence", "/drip?bytes=1000&ms=5000"} {
		id := newID()
		command, output := start(t, "wait", "MUTLS_TEST_ID="+id, "MUTLS_TEST_PATH="+path)
		line(t, output)
		remembered(t, id, "seen=1")
		within(t, time.Second, func() {
			_ = command.Process.Signal(os.Interrupt)
			if got := line(t, output); got != "true" {
				t.Error(got)
			}
		})
		if got := line(t, output); got != "200" {
			t.Error(got)
		}
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
		sawTheEnd(t, id)
	}
}

func TestProcessKilled(t *testing.T) {
	for _, kill := range []os.Signal{syscall.SIGTERM, os.Kill} {
		id := newID()
		command, output := start(t, "wait", "MUTLS_TEST_ID="+id, "MUTLS_TEST_PATH=/silence")
		line(t, output)
		remembered(t, id, "seen=1")
		_ = command.Process.Signal(kill)
		_ = command.Wait()
		sawTheEnd(t, id)
	}
}

// roleExit ends while calls of every kind are under way.
func roleExit() {
	client := must(mutls.New(mutual()))
	paths := []string{"/silence", "/drip?bytes=100&ms=10", "/large/1000000000", "/delay/200"}
	for i := range 200 {
		go func() {
			resp, err := client.Get(context.Background(), paths[i%len(paths)])
			if err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
			}
		}()
	}
	time.Sleep(300 * time.Millisecond)
	if os.Getenv("MUTLS_TEST_PATH") == "close" {
		_ = client.Close()
	}
}

func TestProcessExitsWithCallsInFlight(t *testing.T) {
	for _, how := range []string{"", "close"} {
		command, output := start(t, "exit", "MUTLS_TEST_PATH="+how)
		said, _ := io.ReadAll(output)
		if err := command.Wait(); err != nil || len(said) > 0 {
			t.Errorf("%v: %s", err, said)
		}
	}
}

// threads counts those of this process, and how many of them are workers of the library.
func threads() (all, workers int) {
	names, _ := filepath.Glob("/proc/self/task/*/comm")
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil {
			all++
			if strings.HasPrefix(string(text), "mutls-worker") {
				workers++
			}
		}
	}
	return all, workers
}

func roleMany() {
	const calls = 1000
	config := mutual()
	config.Pool.MaxIdle = mutls.Ptr(calls)
	// A debug build shakes a thousand hands slowly.
	config.Timeouts = mutls.Timeouts{Handshake: mutls.NoLimit, FirstByte: mutls.NoLimit, Connect: mutls.NoLimit}
	client := must(mutls.New(config))
	gate := make(chan struct{})
	var heads, ends sync.WaitGroup
	heads.Add(calls)
	ends.Add(calls)
	for range calls {
		go func() {
			defer ends.Done()
			resp := get(client, "/drip?bytes=2&ms=2000&delay_ms=1000")
			heads.Done()
			<-gate
			must(io.ReadAll(resp.Body))
			_ = resp.Body.Close()
		}()
	}
	time.Sleep(500 * time.Millisecond)
	heads.Wait()
	all, workers := threads()
	close(gate)
	fmt.Printf("after the heads: %d threads, %d of them workers\n", all, workers)
	time.Sleep(300 * time.Millisecond)
	most, others := threads()
	ends.Wait()
	fmt.Printf("within the bodies: %d threads, %d of them workers\n", most, others)
	fmt.Println(max(all-workers, most-others))
}

func TestProcessManyInFlight(t *testing.T) {
	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("threads are counted in /proc")
	}
	command, output := start(t, "many", "MUTLS_TEST_ID="+newID())
	t.Log(line(t, output))
	t.Log(line(t, output))
	// 64 calls block a thread each; the runtime adds some of its own, more of them on a busy machine. One a call would be a thousand.
	var beside int
	if _, err := fmt.Sscan(line(t, output), &beside); err != nil || beside > 250 {
		t.Errorf("%d threads beside the library's workers", beside)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}

const gibibyte = 1 << 30

// peakMB is the most memory that this process ever had.
func peakMB() int {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

func roleDownload() {
	client := must(mutls.New(mutual()))
	must(io.ReadAll(get(client, "/bytes/1000").Body))
	before := peakMB()
	n := must(io.CopyBuffer(struct{ io.Writer }{io.Discard}, get(client, fmt.Sprintf("/large/%d", gibibyte)).Body, make([]byte, 64<<10)))
	fmt.Println(n == gibibyte, peakMB()-before)
}

func roleUpload() {
	config := mutual()
	config.Timeouts.FirstByte = mutls.NoLimit
	client := must(mutls.New(config))
	must(io.ReadAll(get(client, "/bytes/1000").Body))
	before := peakMB()
	req := must(http.NewRequest("POST", listener("required")+"/upload", io.LimitReader(endless{}, gibibyte)))
	req.ContentLength = gibibyte
	resp := must(client.Transport().RoundTrip(req))
	text := string(must(io.ReadAll(resp.Body)))
	fmt.Println(strings.Contains(text, fmt.Sprintf(`"length":%d`, gibibyte)), peakMB()-before)
}

func TestProcessLargeBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for _, role := range []string{"download", "upload"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, output := start(t, role)
			var right bool
			var grown int
			said := line(t, output)
			if _, err := fmt.Sscan(said, &right, &grown); err != nil || !right || grown > 16 {
				t.Errorf("%s", said)
			}
			t.Logf("1 GiB %s in %v, memory grew by %d MB", role, time.Since(begun).Round(time.Second), grown)
		})
	}
}

// roleExec starts programs while calls are under way, and is one itself.
func roleExec() {
	client := must(mutls.New(mutual()))
	ctx, stop := context.WithCancel(context.Background())
	var calls sync.WaitGroup
	for range 8 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			for ctx.Err() == nil {
				must(io.ReadAll(get(client, "/echo").Body))
			}
		}()
	}
	for range 30 {
		output := must(exec.Command("ls", "-l", "/proc/self/fd").Output())
		if strings.Contains(string(output), "socket:") || strings.Contains(string(output), "eventfd") {
			fmt.Printf("a program inherited descriptors: %q\n", output)
			os.Exit(1)
		}
	}
	stop()
	calls.Wait()
	fmt.Println("ok")
}

func TestProcessStartsPrograms(t *testing.T) {
	command, output := start(t, "exec")
	if got := line(t, output); got != "ok" {
		t.Error(got)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}

func TestTheCollectorTakesWhatIsForgotten(t *testing.T) {
	collected := func(done func() bool) bool {
		for range 100 {
			runtime.GC()
			if done() {
				return true
			}
			time.Sleep(20 * time.Millisecond)
		}
		return false
	}
	client := newClient(t, nil)
	id := newID()
	func() {
		req := at(t, "GET", "/drip?bytes=1000&ms=100", nil)
		req.Header.Set("X-Sandbox-Id", id)
		resp, err := client.Transport().RoundTrip(req)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(resp, err)
		}
	}()
	ended := func() bool { return remembered(t, id, "wait_ms=0").Aborted == 1 }
	if !collected(ended) {
		t.Error("a forgotten body keeps its connection")
	}

	// A listener of its own: the others' connections would count.
	open := func() int {
		resp, err := http.Get(listener("plain") + "/_listeners/tls12")
		if err != nil {
			t.Fatal(err)
		}
		return readJSON[struct{ Open int }](t, resp).Open
	}
	func() {
		config := mutual()
		config.BaseURL = listener("tls12") + "/"
		forgotten, err := mutls.New(config)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := forgotten.Get(background, "chunked/1000/10")
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, resp)
		if open() == 0 {
			t.Error("no connection was kept")
		}
	}()
	if !collected(func() bool { return open() == 0 }) {
		t.Error("a forgotten client keeps its connections")
	}
}
