//go:build !mutls_pkgconfig

package mutls

/*
#cgo CFLAGS: -I${SRCDIR}/lib/linux_arm64
#cgo LDFLAGS: ${SRCDIR}/lib/linux_arm64/libmutls.a -lgcc_s -lutil -lrt -lpthread -lm -ldl
*/
import "C"

import _ "github.com/mutls/mutls/bindings-go/lib/linux_arm64"
