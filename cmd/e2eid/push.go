package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/e2eid/e2eid/worker/mirror/push"
)

func init() {
	commands["push"] = command{"bring a publication to a mirror", runPush}
}

// runPush pushes what one authority has in a folder. It may be run again after any failure.
func runPush(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("e2eid push", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "", "`folder` that revocation/publisher has written; required")
	authority := flags.String("authority", "", "`id` of the authority; required")
	to := flags.String("to", "", "`address` of the mirror, with a slash at its end; required")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	if flags.NArg() > 0 || *dir == "" || *authority == "" || *to == "" {
		fmt.Fprintln(stderr, "e2eid push: -dir, -authority and -to are required, and no arguments are taken")
		return exitUsage
	}
	return pushTo(*dir, *authority, *to, stdout, stderr)
}

// pushTo pushes with the token of the environment and says what it has done. An interrupt ends it.
func pushTo(dir, authority, to string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	client := push.Client{Base: to, Token: os.Getenv(tokenVariable)}
	result, err := client.Publication(ctx, dir, authority)
	if err != nil {
		fmt.Fprintln(stderr, "e2eid:", err)
		if refused := (*push.RefusedError)(nil); errors.As(err, &refused) {
			return 1
		}
		return exitUsage
	}
	what := "served already"
	if result.Changed {
		what = "served from now on"
	}
	fmt.Fprintf(stdout, "head %d of %s: %s, %d blobs sent\n", result.Number, authority, what, result.Blobs)
	return exitOK
}
