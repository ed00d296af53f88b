// Command wasm is the verifier as a WebAssembly module for JavaScript hosts. It is glue: bytes in, bytes out. What
// happens between is package wasm/abi, which native tests reach.
//
// The module calls the global function e2eidReady once, when it is ready, with a function
// dispatch(op: string, request: Uint8Array): Uint8Array, and stays alive for the calls. The host gives each instance a
// global object of its own, and sets GOGC. Package os, which could tell more, is a sixtieth of the module.
package main

import (
	"syscall/js"

	"github.com/e2eid/e2eid/wasm/abi"
)

func main() {
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
	js.Global().Call("e2eidReady", dispatch)
	select {} // stay alive for later calls
}
