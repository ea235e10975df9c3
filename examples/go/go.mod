module github.com/mutls/mutls/examples/go

go 1.25

require github.com/mutls/mutls/bindings-go v0.1.0

// Within this repository; leave it out in your own module.
replace github.com/mutls/mutls/bindings-go => ../../bindings-go
