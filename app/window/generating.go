//go:build bindings

package window

// generating: the program only writes down what a page can call.
const generating = true
