//go:build bindings

package main

import (
	"context"
	"fmt"
	"os"

	"plumbline/app/window"
)

// main writes down what a page can call, as TypeScript, into frontend/wailsjs: make bindings.
func main() {
	if err := window.Run(window.New(context.Background()), page(), icon, nil); err != nil {
		fmt.Fprintln(os.Stderr, "bindings:", err)
		os.Exit(1)
	}
}
