// Command wasm is the verifier as a WebAssembly module for JavaScript hosts. It is glue: bytes in, bytes out. What
// happens between is package wasm/abi, which native tests reach.
//
// The module calls the global function e2eidReady once, when it is ready, and stays alive for calls of what it exports. The
// host gives each instance a global object of its own, and sets GOGC. Package os, which could tell more, is a sixtieth of
// the module.
package main

import (
	"syscall/js"
	"unsafe"

	"github.com/e2eid/e2eid/wasm/abi"
)

var (
	module   = abi.New()
	request  []byte
	response []byte
	spare    []byte // of an earlier response
)

// maxSpare is the size in bytes of what is kept for the next response.
const maxSpare = 64 << 10

// room returns where the host writes an operation's name and its request, of this many bytes together. A request is not
// written over: what is planned refers to it. The last response is gone.
//
//go:wasmexport e2eidRoom
func room(size int32) unsafe.Pointer {
	request, response = make([]byte, size), nil
	return unsafe.Pointer(unsafe.SliceData(request))
}

// dispatch runs the operation whose name is the first bytes of what was written, and returns the size of the response.
//
//go:wasmexport e2eidDispatch
func dispatch(name int32) int32 {
	op, rest := string(request[:name]), request[name:]
	request = nil
	response = module.Dispatch(spare[:0], op, rest)
	if cap(response) <= maxSpare {
		spare = response
	}
	return int32(len(response))
}

// responseAt returns where the response is, until the next call; 0 if dispatch has not come to its end, so that no response
// is taken for another call's.
//
//go:wasmexport e2eidResponse
func responseAt() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(response)) }

func main() {
	js.Global().Call("e2eidReady")
	select {} // stay alive for calls
}
