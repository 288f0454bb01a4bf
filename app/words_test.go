package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"plumbline/collector"
	"plumbline/store"
)

func TestWorst(t *testing.T) {
	for _, c := range []struct {
		codes []Exit
		want  Exit
	}{
		{nil, Done},
		{[]Exit{Done, Incomplete}, Incomplete},
		{[]Exit{Incomplete, FailOn}, FailOn},
		{[]Exit{FailOn, Failed}, Failed},
		{[]Exit{Failed, NoSignIn}, NoSignIn},
		{[]Exit{NoSignIn, BadFile}, BadFile},
		{[]Exit{BadFile, SealBroken}, SealBroken},
		{[]Exit{SealBroken, Interrupted}, Interrupted},
		{[]Exit{Interrupted, WrongUse, Failed}, WrongUse},
	} {
		if got := Worst(c.codes...); got != c.want {
			t.Errorf("Worst(%v) = %d, want %d", c.codes, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	cases := []struct {
		err  error
		code string
		exit Exit
	}{
		{fmt.Errorf("x.plumb.db: %w", store.ErrNotPlumbline), "not-plumbline", BadFile},
		{fmt.Errorf("x.plumb.db: %w", store.ErrLocked), "locked", BadFile},
		{store.ErrReadOnly, "read-only", Failed},
		{store.ErrNotAllowed, "not-allowed", WrongUse},
		{fmt.Errorf("collecting: %w", collector.ErrSignInRefused), "sign-in-refused", NoSignIn},
		{collector.ErrInterrupted, "interrupted", Interrupted},
		{collector.ErrPlainHTTP, "plain-http", WrongUse},
		{fmt.Errorf("reading: %w", context.Canceled), "interrupted", Interrupted},
		{fmt.Errorf("opening: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}), "file", Failed},
		{errors.New("something\nelse"), "failed", Failed},
		{fmt.Errorf("outside: %w", Unknown("rule", "X", nil, "")), "unknown-rule", WrongUse},
	}
	for _, c := range cases {
		p := Words(c.err)
		if p.Code != c.code || p.Exit != c.exit {
			t.Errorf("Words(%v) = %s, exit %d; want %s, %d", c.err, p.Code, p.Exit, c.code, c.exit)
		}
	}
	if p := Words(errors.New("two\nlines")); p.Title != "two lines" {
		t.Errorf("an error of two lines is told as %q", p.Title)
	}
}
