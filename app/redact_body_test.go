package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/collector"
	"plumbline/store"
)

// oddBodies are bodies as another program may write them.
var oddBodies = []string{
	`{}`, `[]`, ` { "b" : 1 , "a" : [ 1 , { } , [ ] , null , true , false , "x" ] } `, `"alone"`, `12`, `null`,
	`{"\u0061":"\u0041\/\t\"\\","é":"\ud83d\ude42","\ufb33":1,"\ud83d\ude42":2,"Z":3}`,
	`{"n":[0,-0,-5,1.0,1e3,1E-7,123456789012345,1234567890123456,9007199254740993,123456789012345678901234567890,0.1]}`,
	`{"deep":` + strings.Repeat(`[{"a":`, 200) + `1` + strings.Repeat(`}]`, 200) + `}`,
}

// TestBodyAsItIs: what is rewritten nowhere comes out in the form that digests are taken of.
func TestBodyAsItIs(t *testing.T) {
	facts := &member{of: collector.Classified{Class: collector.ClassFact}, known: true}
	facts.any, facts.elem = facts, facts
	titles := &member{of: collector.Classified{Class: collector.ClassTitle}, known: true}
	titles.any, titles.elem = titles, titles
	v := &values{coder: newCoder(make([]byte, 32)), classes: collector.ClassesOf(), known: known{names: map[string]string{}}}
	v.known.ready()
	o := newObjects(v)
	o.resources["facts"], o.resources["titles"] = facts, titles
	for _, json := range oddBodies {
		want, err := store.Canonical(jsontext.Value(json))
		if err != nil {
			t.Fatal(err)
		}
		if _, made, err := o.rewrite("cloud", "facts", "k", []byte(json)); err != nil || string(made) != string(want) {
			t.Errorf("%s became %s, %v", json, made, err)
		}
	}
	v.level = 1 // names of members become pseudonyms, and stand in another order then
	many := "{"
	for i := range 40 {
		many += fmt.Sprintf(`"%c%d":"%d",`, 'a'+i%26, i, i)
	}
	for _, json := range append(oddBodies, strings.TrimSuffix(many, ",")+"}") {
		_, made, err := o.rewrite("cloud", "titles", "k", []byte(json))
		if err != nil {
			t.Fatal(err)
		}
		if want, err := store.Canonical(jsontext.Value(made)); err != nil || string(made) != string(want) || strings.Count(string(made), ":") != strings.Count(json, ":") {
			t.Errorf("%s became %s, which is %s, %v", json, made, want, err)
		}
	}
	for _, json := range []string{``, `{`, `{"a":1,"a":2}`, `{"a"}`, `[1`, `"\ud800"`, "\"\xff\"", `{"a":nope}`, `{1:2}`, `[1,]`, `01`, `1 2`} {
		if _, made, err := o.rewrite("cloud", "facts", "k", []byte(json)); !errors.Is(err, store.ErrNotJSON) {
			t.Errorf("%s became %s, %v", json, made, err)
		}
		if err := o.look("cloud", "facts", "k", []byte(json)); !errors.Is(err, store.ErrNotJSON) {
			t.Errorf("%s is looked at: %v", json, err)
		}
	}
}
