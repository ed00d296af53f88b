// Command wasm is the verifier as a WebAssembly module for JavaScript hosts. It is glue: bytes in, bytes out. What
// happens between is package wasm/abi, which native tests reach.
//
// The host passes the name of a global function as the first argument. The module calls it once, when it is ready,
// with a function dispatch(op: string, request: Uint8Array): Uint8Array, and stays alive for the calls.
package main

import (
	"os"
	"runtime/debug"
	"syscall/js"

	"github.com/e2eid/e2eid/wasm/abi"
)

func main() {
	// Calls are short and leave much garbage: collecting it less often costs a few megabytes and saves a fifth of the time.
	debug.SetGCPercent(400)
	module := abi.New()
	uint8Array := js.Global().Get("Uint8Array")
	dispatch := js.FuncOf(func(_ js.Value, args []js.Value) any {
		request := make([]byte, args[1].Length())
		js.CopyBytesToGo(request, args[1])
		response := module.Dispatch(args[0].String(), request)
		out := uint8Array.New(len(response))
		js.CopyBytesToJS(out, response)
		return out
	})
	js.Global().Call(os.Args[1], dispatch)
	select {} // stay alive for later calls
}
