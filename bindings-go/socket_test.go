//go:build !mutls_submitted

package mutls_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

// warm makes idle connections, one after the other, so that few threads ever waited.
func warm(t *testing.T, client *mutls.Client, connections int) {
	var held []*http.Response
	for range connections {
		// Too much to be at hand: it keeps its connection until it is read.
		held = append(held, roundTrip(t, client, at(t, "GET", "/bytes/200000", nil)))
	}
	for _, resp := range held {
		readAll(t, resp)
	}
}

func TestKeptConnectionsWaitInThePoller(t *testing.T) {
	client := newClient(t, func(c *mutls.Config) {
		c.Pool.MaxIdle = mutls.Ptr(300)
		c.Timeouts.FirstByte = time.Minute
	})
	warm(t, client, 60)
	before, _ := threads()
	if before == 0 {
		t.Skip("threads are counted in /proc")
	}
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			resp := roundTrip(t, client, at(t, "GET", "/delay/1000", nil))
			readAll(t, resp)
		})
	}
	time.Sleep(500 * time.Millisecond)
	during, workers := threads()
	all.Wait()
	t.Logf("%d threads before, %d with 60 calls waiting, %d of them workers", before, during, workers)
	if during-before > 30 {
		t.Errorf("60 waiting calls take %d threads", during-before)
	}
}

func TestKeptConnectionsEndCallsAsNewOnesDo(t *testing.T) {
	client := newClient(t, nil)
	kept := func() { readAll(t, roundTrip(t, client, at(t, "GET", "/bytes/10", nil))) }

	kept()
	limited := mutls.WithOptionsJSON(background, `{"timeout_ms": 300}`)
	_, err := client.Transport().RoundTrip(at(t, "GET", "/silence", nil).WithContext(limited))
	failure(t, err, mutls.ErrTimeout)

	kept()
	id := newID()
	ctx, cancel := context.WithCancel(background)
	req := at(t, "GET", "/silence", nil).WithContext(ctx)
	req.Header.Set("X-Sandbox-Id", id)
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err = client.Transport().RoundTrip(req)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	sawTheEnd(t, id)

	kept()
	resp := roundTrip(t, client, at(t, "GET", "/reset-if-reused", nil))
	if readAll(t, resp); resp.StatusCode != http.StatusOK || mutls.Reused(resp) {
		t.Errorf("a dead connection was not replaced: %d", resp.StatusCode)
	}
}

func TestDescriptorsOfClosedConnectionsAreGivenBack(t *testing.T) {
	client := newClient(t, nil)
	descriptors := func() int {
		names, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("descriptors are counted in /proc")
		}
		return len(names)
	}
	before := descriptors()
	for range 200 {
		readAll(t, roundTrip(t, client, at(t, "GET", "/bytes/10", nil)))
		// The connection is given up behind what was begun on it.
		readAll(t, roundTrip(t, client, at(t, "GET", "/close-delimited/10", nil)))
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	if after := descriptors(); after > before+40 {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}
