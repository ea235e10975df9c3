//go:build !mutls_pkgconfig

package mutls

/*
#cgo CFLAGS: -I${SRCDIR}/lib/darwin_arm64
#cgo LDFLAGS: ${SRCDIR}/lib/darwin_arm64/libmutls.a -lm -framework Security -framework CoreFoundation
*/
import "C"

import _ "github.com/mutls/mutls/bindings-go/lib/darwin_arm64"
