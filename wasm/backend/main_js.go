// Command backend is a WebAssembly module with the signature algorithms that WebCrypto lacks: Ed448 everywhere (Node's
// verifies by another equation, see package signature), Ed25519 and ML-DSA in some browsers. A host loads it beside the
// verifier's module when it needs one; that keeps circl, and 127 kB compressed, out of the module everybody loads.
//
// The module calls the global function e2eidReady once, when it is ready, with a function
// run(batch: Uint8Array): Uint8Array, which answers a batch of package signature: one byte for each check, none if the
// batch is malformed.
package main

import (
	"syscall/js"

	"github.com/e2eid/e2eid/signature/portable"
)

func main() {
	uint8Array := js.Global().Get("Uint8Array")
	run := js.FuncOf(func(_ js.Value, args []js.Value) any {
		batch := make([]byte, args[0].Length())
		js.CopyBytesToGo(batch, args[0])
		answers := portable.RunBatch(batch)
		out := uint8Array.New(len(answers))
		js.CopyBytesToJS(out, answers)
		return out
	})
	js.Global().Call("e2eidReady", run)
	select {} // stay alive for later calls
}
