//go:build mutls_pkgconfig

package mutls

// #cgo pkg-config: mutls
// #cgo CFLAGS: -DMUTLS_GO_PKGCONFIG
import "C"
