//go:build !bindings

package window

// generating: whether the program only writes down what a page can call.
const generating = false
