//go:build !mutls_gcstress

package mutls

// stress is called where pointers cross to C.
func stress() {}
