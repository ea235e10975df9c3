// Package lib makes the static library in this folder a part of the module, for vendoring too.
package lib
