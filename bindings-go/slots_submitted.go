//go:build mutls_submitted

package mutls

const begins = false

// mostBlocking lets no call block, so that tests see every one submitted.
const mostBlocking int32 = 0
