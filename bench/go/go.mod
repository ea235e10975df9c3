module github.com/mutls/mutls/bench/go

go 1.25

require github.com/mutls/mutls/bindings-go v0.0.0

replace github.com/mutls/mutls/bindings-go => ../../bindings-go
