package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/e2eid/e2eid/worker/mirror"
	"github.com/e2eid/e2eid/worker/mirror/server"
)

func init() {
	commands["mirror"] = command{"serve revocation data from a folder, and take what authorities publish", runMirror}
}

// tokenVariable holds the push tokens: an argument would be seen by every user of the machine.
const tokenVariable = "E2EID_PUSH_TOKEN"

type mirrorFlags struct {
	dir, config, listen string
	pull, patience      time.Duration
}

// runMirror serves until it is interrupted. It prints one line, its address, once it can be asked.
func runMirror(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("e2eid mirror", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var f mirrorFlags
	flags.StringVar(&f.dir, "dir", "", "`folder` to serve, such as one that revocation/publisher writes; required")
	flags.StringVar(&f.config, "config", "", "`file` with the authorities to accept heads of (worker/README.md). Without it the folder is only served")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8710", "`address` and port to listen on")
	flags.DurationVar(&f.pull, "pull", 0, "`time` between pulls from the authorities' origins. 0: never")
	flags.DurationVar(&f.patience, "patience", 15*time.Second, "`time` that a pushed body has, and a second more for each 32 KiB")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	if flags.NArg() > 0 || f.dir == "" || f.pull < 0 {
		fmt.Fprintln(stderr, "e2eid mirror: -dir is required, and no arguments are taken")
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serveMirror(ctx, f, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "e2eid mirror:", err)
		return exitUsage
	}
	return exitOK
}

func serveMirror(ctx context.Context, f mirrorFlags, stdout, stderr io.Writer) (err error) {
	folder, options, err := openMirror(f, slog.New(slog.NewJSONHandler(stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	s := server.New(server.Handler(folder, options))
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(listener) }()
	pulled := make(chan struct{})
	go func() {
		defer close(pulled)
		keepMirror(ctx, options.Mirror, f.pull)
	}()
	fmt.Fprintf(stdout, "http://%s/\n", listener.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
		// Requests under way may end; one that is cut off leaves the last good publication in place.
		closing, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if s.Shutdown(closing) != nil {
			err = s.Close()
		}
		<-pulled
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// openMirror opens the folder: to be written if there is a configuration, and to be served alone without.
func openMirror(f mirrorFlags, log *slog.Logger) (*server.Folder, server.Options, error) {
	if f.config == "" {
		folder, err := server.OpenFolderReadOnly(f.dir)
		return folder, server.Options{}, err
	}
	text, err := os.ReadFile(f.config)
	if err != nil {
		return nil, server.Options{}, err
	}
	config, err := mirror.ParseConfig(text)
	if err != nil {
		return nil, server.Options{}, fmt.Errorf("%s: %w", f.config, err)
	}
	tokens, err := mirror.ParseTokens(os.Getenv(tokenVariable))
	if err != nil {
		return nil, server.Options{}, fmt.Errorf("%s: %w", tokenVariable, err)
	}
	folder, err := server.OpenFolder(f.dir)
	if err != nil {
		return nil, server.Options{}, err
	}
	return folder, server.Options{Mirror: mirror.New(folder, config, time.Now, log), Tokens: tokens, Patience: f.patience}, nil
}

// keepMirror pulls at once and then from time to time, and sweeps. What fails is logged and tried again.
func keepMirror(ctx context.Context, m *mirror.Mirror, every time.Duration) {
	if m == nil || every == 0 {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	from := server.NewFetcher()
	for {
		m.Pull(ctx, from)
		m.Sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
