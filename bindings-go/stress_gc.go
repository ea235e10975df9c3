//go:build mutls_gcstress

package mutls

import (
	"runtime"
	"sync/atomic"
)

var crossings atomic.Uint64

// stress runs the collector where pointers cross to C, so that what C is given too short a life shows. Every
// second time it also lets cleanups run.
func stress() {
	runtime.GC()
	if crossings.Add(1)%2 == 0 {
		runtime.Gosched()
	}
}
