// Command e2eid judges and shows credentials of end-to-end identity. docs/cli.md describes it.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// A command runs with the arguments after its name and returns the exit status.
type command struct {
	summary string // one line
	run     func(args []string, stdin io.Reader, stdout, stderr io.Writer) int
}

// commands has every command by its name. A file adds its own in an init function.
var commands = map[string]command{}

// Exit statuses that all commands share.
const (
	exitOK    = 0
	exitUsage = 2 // wrong usage, or a file that cannot be read or written
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		usage(stdout)
		return exitOK
	}
	c, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "e2eid: no command %q\n", args[0])
		usage(stderr)
		return exitUsage
	}
	return c.run(args[1:], stdin, stdout, stderr)
}

func usage(w io.Writer) {
	fmt.Fprint(w, "usage: e2eid command [flag]... [argument]...\n\n")
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		fmt.Fprintf(w, "  %-9s%s\n", name, commands[name].summary)
	}
	fmt.Fprint(w, "\ne2eid command -h tells its flags.\n")
}
