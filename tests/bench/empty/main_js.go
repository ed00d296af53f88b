// Command empty is the least Go program that takes calls: what any Go module costs before it does anything.
package main

import "syscall/js"

func main() {
	js.Global().Call("e2eidReady", js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	select {}
}
