// Command mortal is the verifier's module with operations that end it, in every way in which a Go program ends, and
// with a presentation that does: the tests of the package need modules that die.
package main

import (
	"bytes"
	"os"
	"syscall/js"
	"time"
	"unsafe"

	"github.com/e2eid/e2eid/wasm/abi"
)

// Also in web/test/mortal.ts.
var deadly = []byte("die on this presentation")

var (
	module            = abi.New()
	request, response []byte
)

//go:wasmexport e2eidRoom
func room(size int32) unsafe.Pointer {
	request, response = make([]byte, size), nil
	return unsafe.Pointer(unsafe.SliceData(request))
}

//go:wasmexport e2eidDispatch
func dispatch(name int32) int32 {
	op, rest := string(request[:name]), request[name:]
	if op == "nothing" {
		return -1
	}
	response = answer(module, op, rest)
	return int32(len(response))
}

//go:wasmexport e2eidResponse
func responseAt() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(response)) }

func main() {
	js.Global().Call("e2eidReady")
	select {}
}

func answer(module *abi.Module, op string, request []byte) []byte {
	switch op {
	case "echo":
		return append([]byte{0}, request...)
	case "error":
		return append([]byte{1}, request...)
	case "raw":
		return request
	case "globals": // those that a page has and the module must not see
		response := []byte{0}
		for _, name := range []string{"fetch", "document", "localStorage", "XMLHttpRequest", "globalThis", "Function"} {
			if !js.Global().Get(name).IsUndefined() {
				response = append(response, name...)
			}
		}
		return response
	case "exit":
		os.Exit(3)
	case "panic":
		panic(op)
	case "recurse":
		return []byte{recurse(0, request)}
	case "timer": // fires when the module may be dead
		time.AfterFunc(20*time.Millisecond, func() {})
		return []byte{0}
	case "plan":
		if bytes.Contains(request, deadly) {
			os.Exit(4)
		}
	}
	return module.Dispatch(nil, op, request)
}

// recurse reaches the limit of the stack long before its end.
func recurse(n int, b []byte) byte {
	var frame [4096]byte
	copy(frame[:], b)
	if n == 1<<30 {
		return frame[0]
	}
	return recurse(n+1, frame[:]) + frame[n%len(frame)]
}
