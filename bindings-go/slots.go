//go:build !mutls_submitted

package mutls

// mostBlocking is how many calls of the process may block a thread at once. A blocking call is the quickest way; beyond
// that calls are submitted, and wait without a thread of Go's. Go keeps the threads that it once made.
const mostBlocking int32 = 64
