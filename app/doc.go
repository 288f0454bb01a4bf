// Package app is what a person can ask of Plumbline, one file per noun: collect a snapshot, judge
// it, compare two, look at an object. The command line and the window are two faces of it.
//
// It promises that both show the same answers, that everything but collecting and signing in works
// without a network, and that every error can be told in one sentence with a way out of it.
package app
