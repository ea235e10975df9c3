//go:build !mutls_pkgconfig

package mutls

/*
#cgo CFLAGS: -I${SRCDIR}/lib/linux_amd64
#cgo LDFLAGS: ${SRCDIR}/lib/linux_amd64/libmutls.a -lgcc_s -lutil -lrt -lpthread -lm -ldl
*/
import "C"

import _ "github.com/mutls/mutls/bindings-go/lib/linux_amd64"
