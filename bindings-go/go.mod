module github.com/mutls/mutls/bindings-go

go 1.25
