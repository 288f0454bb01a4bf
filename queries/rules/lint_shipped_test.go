package rules

import (
	"context"
	"testing"
)

// Every shipped rule stands up to lint.
func TestShippedLint(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := p.Lint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Words)
	}
}
