// Command stacks works with all that the table of functions is for, except positions, and ends in a panic.
package main

import (
	"errors"
	"os"
	"runtime"
)

type node struct {
	next *node
	n    int
}

// deep grows the stack, so that it is copied, while each frame holds pointers that only stack maps know.
func deep(n int, below *node) int {
	here := &node{below, n}
	var padding [64]byte
	padding[n%64] = byte(n)
	if n == 0 {
		runtime.GC()
		sum := 0
		for at := here; at != nil; at = at.next {
			sum += at.n
		}
		return sum
	}
	if n%500 == 0 {
		runtime.GC()
	}
	return deep(n-1, here) + here.n + int(padding[n%64]) - n%256
}

type recoverer interface{ recoverAs(what *string) }

type value struct{ _ [4]int }

func (value) recoverAs(what *string) {
	if r := recover(); r != nil {
		*what = text(r)
	}
}

func text(r any) string {
	if err, ok := r.(error); ok {
		return err.Error()
	}
	return r.(string)
}

// Through a wrapper of the method, by an inlined function, and not at all.
func wrapped(f func()) (what string) {
	var r recoverer = &value{}
	defer r.recoverAs(&what)
	f()
	return "nothing"
}

func nested(f func()) (what string) {
	defer func() { what += ", and the outer " + text(recover()) }()
	defer func() {
		inner := func() any { return recover() } // one frame too far, inlined or not
		if inner() != nil {
			what = "recovered where it must not"
		}
	}()
	defer func() {
		defer func() { what = "the inner " + text(recover()) }()
		panic("second")
	}()
	f()
	return "nothing"
}

func names() string {
	pcs := make([]uintptr, 20)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	all := ""
	for {
		frame, more := frames.Next()
		all += frame.Function + " "
		if !more {
			return all
		}
	}
}

func inlined() string { return names() }

func main() {
	println := func(s string) { os.Stdout.WriteString(s + "\n") }
	if deep(5000, nil) != 2*5000*5001/2 {
		println("wrong sum")
	}
	var empty []int
	var missing map[string]int
	var nothing *node
	for _, f := range []func(){
		func() { panic("first") },
		func() { panic(errors.New("an error")) },
		func() { empty[len(os.Args)]++ },
		func() { missing["x"] = 1 },
		func() { nothing.n++ },
		func() {},
	} {
		println(wrapped(f))
	}
	println(nested(func() { panic("first") }))
	done := make(chan string)
	go func() { done <- wrapped(func() { deep(3000, nil); panic("in a goroutine") }) }()
	println(<-done)
	println(inlined())
	wrapped(func() { last(3) })
	defer func() { last(2) }()
}

func last(n int) {
	if n == 0 {
		panic("the end")
	}
	last(n - 1)
}
