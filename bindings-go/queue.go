package mutls

/*
#include "glue.h"

#cgo noescape mutls_go_pop
#cgo nocallback mutls_go_pop
*/
import "C"

import (
	"os"
	"sync"
	"unsafe"
)

// A queue brings the completions of submitted calls to the goroutines that wait for them. One goroutine waits for
// all, parked on the queue's descriptor in the runtime's poller, so that no thread is blocked.
type queue struct {
	handle *C.mutls_queue
	file   *os.File

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]chan C.mutls_go_done

	// What happened to the client, in JSON; the goroutine that passes it on ends with ended.
	events chan []byte
	ended  chan struct{}
	end    sync.Once
}

// eventsKept is how many events wait for a slow hook; later ones are dropped.
const eventsKept = 1024

func newQueue() (*queue, *Error) {
	q := &queue{
		waiting: map[uint64]chan C.mutls_go_done{},
		events:  make(chan []byte, eventsKept),
		ended:   make(chan struct{}),
	}
	var failure *C.mutls_error
	var fd C.int32_t
	stress()
	if C.mutls_queue_new(&q.handle, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	if C.mutls_queue_fd(q.handle, &fd, &failure) != C.MUTLS_OK {
		C.mutls_queue_free(q.handle)
		return nil, takeError(failure)
	}
	// Our own, since os.File closes what it has. It never blocks, as the queue's does not.
	own := C.mutls_go_duplicate(C.int(fd))
	if own < 0 {
		C.mutls_queue_free(q.handle)
		return nil, refuse(ErrOverloaded, "the process has no descriptor left", "Raise its limit of open files.")
	}
	q.file = os.NewFile(uintptr(own), "mutls-queue")
	conn, err := q.file.SyscallConn()
	if err != nil {
		q.close()
		C.mutls_queue_free(q.handle)
		return nil, refuse(ErrInternal, "the queue's descriptor cannot be waited for: "+err.Error(), "")
	}
	go func() {
		// Ends when the file is closed. What is done then has nobody who waits.
		_ = conn.Read(func(uintptr) bool {
			q.drain()
			return false
		})
		C.mutls_queue_free(q.handle)
	}()
	return q, nil
}

func (q *queue) close() {
	q.end.Do(func() { close(q.ended) })
	_ = q.file.Close()
}

// drain hands over what has arrived.
func (q *queue) drain() {
	var done [16]C.mutls_go_done
	for {
		stress()
		n := int(C.mutls_go_pop(q.handle, &done[0], C.size_t(len(done))))
		for i := range done[:n] {
			q.deliver(&done[i])
		}
		if n < len(done) {
			return
		}
	}
}

func (q *queue) deliver(done *C.mutls_go_done) {
	if done.kind == C.MUTLS_COMPLETION_EVENT {
		select {
		case q.events <- C.GoBytes(unsafe.Pointer(done.data), C.int(done.length)):
		default:
		}
		discard(done)
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	waiter := q.waiting[uint64(done.id)]
	delete(q.waiting, uint64(done.id))
	if waiter == nil {
		discard(done)
		return
	}
	// It has room, and under the lock abandon finds it there.
	waiter <- *done
}

func discard(done *C.mutls_go_done) {
	C.mutls_response_free(done.answer.response)
	C.mutls_error_free(done.answer.error)
	C.mutls_completion_free(done.completion)
}

// expect gives an id, and where its completion will arrive.
func (q *queue) expect() (C.uint64_t, chan C.mutls_go_done) {
	waiter := make(chan C.mutls_go_done, 1)
	q.mu.Lock()
	q.next++
	id := q.next
	q.waiting[id] = waiter
	q.mu.Unlock()
	return C.uint64_t(id), waiter
}

// abandon lets a completion go to nobody: it has not come yet, or lies in the channel.
func (q *queue) abandon(id C.uint64_t, waiter chan C.mutls_go_done) {
	q.mu.Lock()
	_, open := q.waiting[uint64(id)]
	delete(q.waiting, uint64(id))
	q.mu.Unlock()
	if !open {
		select {
		case done := <-waiter:
			discard(&done)
		default:
		}
	}
}
