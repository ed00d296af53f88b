package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// newFlags returns the flags of a command. Its usage goes to stderr.
func newFlags(name, arguments string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "usage: e2eid %s %s\n\n", name, arguments)
		flags.PrintDefaults()
	}
	return flags
}

// parseFlags returns the exit status if the command ends here.
func parseFlags(flags *flag.FlagSet, args []string) (status int, ok bool) {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, false
	case err != nil:
		return exitUsage, false
	}
	return 0, true
}

// verb returns what a command is asked to do, "" if flags stand in its place, and what follows.
func verb(args []string) (string, []string) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return "", args
	}
	return args[0], args[1:]
}

// A usageError is a mistake in the call, about which the command's help tells more.
type usageError string

func (e usageError) Error() string { return string(e) }

// failure reports an error and returns the exit status.
func failure(stderr io.Writer, command string, err error) int {
	fmt.Fprintf(stderr, "e2eid: %s\n", err)
	var misuse usageError
	if errors.As(err, &misuse) {
		fmt.Fprintf(stderr, "e2eid %s -h tells its flags.\n", command)
	}
	return exitUsage
}

// Values of flags.

func stringsFlag(flags *flag.FlagSet, out *[]string, name, usage string) {
	flags.Func(name, usage, func(s string) error {
		*out = append(*out, s)
		return nil
	})
}

func timeFlag(flags *flag.FlagSet, out *time.Time, name, usage string) {
	flags.Func(name, usage, func(s string) (err error) {
		if seconds, e := strconv.ParseInt(s, 10, 64); e == nil && seconds > 0 && seconds < 1<<38 {
			*out = time.Unix(seconds, 0).UTC()
		} else if *out, err = time.Parse(time.RFC3339, s); err != nil || out.Unix() <= 0 { // the zero time stands for none
			return errors.New("not a time of RFC 3339 after 1970 began, such as 2026-11-23T12:00:00Z, nor Unix seconds")
		}
		return nil
	})
}

func hexFlag(flags *flag.FlagSet, out *[]byte, name, usage string) {
	flags.Func(name, usage, func(s string) (err error) {
		*out, err = hex.DecodeString(s)
		return err
	})
}

// uintFlag takes decimal digits, or hexadecimal ones after 0x.
func uintFlag(flags *flag.FlagSet, set func(uint64), bits int, name, usage string) {
	flags.Func(name, usage, func(s string) error {
		v, err := strconv.ParseUint(s, 0, bits)
		if err != nil {
			return fmt.Errorf("not a number below 2^%d", bits)
		}
		set(v)
		return nil
	})
}
