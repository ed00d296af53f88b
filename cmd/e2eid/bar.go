package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A bar shows how far long work is, which is done in stages: on a terminal in one line that changes, elsewhere, such as in a log, in
// a line now and then. It is silent at first, so that short work shows nothing.
type bar struct {
	out      io.Writer
	terminal bool
	start    time.Time
	silent   time.Duration
	pace     time.Duration // at least between two lines

	what  string // the stage
	since time.Time
	last  time.Time
	shown bool
}

// barSilence is a variable for tests.
var barSilence = time.Second

func newBar(out io.Writer) *bar {
	b := &bar{out: out, start: time.Now(), silent: barSilence, pace: 10 * barSilence}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if b.terminal {
		b.pace = barSilence / 5
	}
	return b
}

// show says that so much of a stage is done. A nil bar shows nothing.
func (b *bar) show(what string, done, total int) {
	if b == nil {
		return
	}
	now := time.Now()
	begins := what != b.what
	if begins {
		b.what, b.since = what, now
	}
	// A terminal is told of each stage when it begins and ends.
	forced := b.terminal && (begins || done == total)
	if now.Sub(b.start) < b.silent || now.Sub(b.last) < b.pace && !forced {
		return
	}
	b.last, b.shown = now, true
	const width = 30
	full := min(done*width/max(total, 1), width)
	left := ""
	if done > 0 {
		left = time.Duration(float64(now.Sub(b.since))/float64(done)*float64(total-done)).Round(time.Second).String() + " left"
	}
	line := fmt.Sprintf("%s [%s%s] %3d %% %s", what, strings.Repeat("#", full), strings.Repeat(" ", width-full), 100*done/max(total, 1), left)
	if b.terminal {
		fmt.Fprintf(b.out, "\r%s\x1b[K", line)
	} else {
		fmt.Fprintln(b.out, strings.TrimRight(line, " "))
	}
}

func (b *bar) end() {
	if b != nil && b.shown && b.terminal {
		fmt.Fprintln(b.out)
	}
}
