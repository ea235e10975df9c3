//go:build !mutls_submitted

package mutls

// begins lets a call on a connection that is there wait in the runtime's poller.
const begins = true

// mostBlocking is how many calls of the process may block a thread at once. Those that open a connection do; beyond that
// they are submitted, and wait without a thread of Go's. Go keeps the threads that it once made.
const mostBlocking int32 = 64
