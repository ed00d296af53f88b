package main

import (
	"strings"
	"testing"
	"time"
)

func TestBarShowsHowFarLongWorkIs(t *testing.T) {
	var out strings.Builder
	b := &bar{out: &out, start: time.Now()}
	b.show("list", 1, 10)
	b.end()
	if out.Len() > 0 {
		t.Errorf("work of less than a second shows %q", &out)
	}
	b.start = time.Now().Add(-3 * time.Second)
	b.show("list", 3, 10)
	b.show("list", 4, 10) // too soon after the one before
	b.show("list", 10, 10)
	b.end()
	lines := strings.Split(out.String(), "\r")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "list [#########"+strings.Repeat(" ", 21)+"]  30 % 7s left") ||
		!strings.HasPrefix(lines[2], "list ["+strings.Repeat("#", 30)+"] 100 % 0s left") || !strings.HasSuffix(out.String(), "\n") {
		t.Errorf("%q", lines)
	}
}
