package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/e2eid/e2eid/internal/demo"
)

func init() {
	commands["demo"] = command{"serve an authority, a mirror and a messenger's page on this machine", runDemo}
}

// runDemo serves until it is interrupted. It prints one line, the address of the page, once that can be opened.
func runDemo(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("e2eid demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var c demo.Config
	flags.StringVar(&c.Addr, "addr", "127.0.0.1", "loopback `address` to listen on")
	flags.IntVar(&c.Port, "port", 8700, "`port` of the page; authority and mirror have the next two. 0: any that are free")
	flags.StringVar(&c.Dir, "dir", "", "`folder` that keeps the authority. Default: a temporary one")
	flags.StringVar(&c.Site, "site", findSite(), "`folder` of the built page")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintln(stderr, "e2eid demo: takes no arguments")
		return exitUsage
	}
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupt)

	d, err := demo.Start(c)
	if err != nil {
		fmt.Fprintln(stderr, "e2eid demo:", err)
		return exitUsage
	}
	fmt.Fprintf(stdout, "%s/\n", d.Page)
	fmt.Fprintf(stderr, "authority %s, mirror %s; Ctrl-C ends it\n", d.Authority, d.Mirror)
	select {
	case <-interrupt:
	case err = <-d.Failed():
	}
	if err = errors.Join(err, d.Close()); err != nil {
		fmt.Fprintln(stderr, "e2eid demo:", err)
		return 1
	}
	return exitOK
}

// findSite returns the folder of the built page: below the current folder or one above it, or else beside the
// executable. If there is none it returns where it would be.
func findSite() string {
	built := filepath.Join("web", "dist", "demo")
	places := []string{built, filepath.Join("..", built), filepath.Join("dist", "demo")}
	if executable, err := os.Executable(); err == nil {
		beside := filepath.Dir(executable)
		places = append(places, filepath.Join(beside, built), filepath.Join(beside, "..", built), filepath.Join(beside, "demo"))
	}
	for _, place := range places {
		if _, err := os.Stat(filepath.Join(place, "index.html")); err == nil {
			return place
		}
	}
	return built
}
