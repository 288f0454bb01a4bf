//go:build journeys

package desktop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// window is the page of a running desktop program, driven by WebDriver (https://www.w3.org/TR/webdriver2/).
type window struct {
	t       *testing.T
	session string // the address of the session
}

const patience = 10 * time.Second // for anything on a page

var client = &http.Client{Timeout: 30 * time.Second}

// ask sends one command and puts what came of it into answer, unless that is nil.
func ask(method, address string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, address, sent)
	if err != nil {
		return err
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var said struct{ Value json.RawMessage }
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, address, response.Status, text)
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return fmt.Errorf("%s %s: %w", method, address, err)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(said.Value, answer)
}

func (w *window) ask(method, command string, body, answer any) {
	w.t.Helper()
	if err := ask(method, w.session+command, body, answer); err != nil {
		w.t.Fatal(err)
	}
}

// run runs a script in the page, the body of a function, and puts what it returns into answer.
func (w *window) run(answer any, script string, args ...any) {
	w.t.Helper()
	if args == nil {
		args = []any{}
	}
	w.ask("POST", "/execute/sync", map[string]any{"script": script, "args": args}, answer)
}

// method asks the program what the page would ask it.
func (w *window) method(answer any, name string, args ...any) {
	w.t.Helper()
	var said struct {
		Answer json.RawMessage
		Error  string
	}
	w.ask("POST", "/execute/async", map[string]any{
		"script": `const [name, args, done] = arguments
			window.go.window.Window[name](...args).then((Answer) => done({ Answer }), (e) => done({ Error: String(e && e.message || e) }))`,
		"args": []any{name, args},
	}, &said)
	if said.Error != "" {
		w.t.Fatalf("%s: %s", name, said.Error)
	}
	if err := json.Unmarshal(said.Answer, answer); err != nil {
		w.t.Fatal(err)
	}
}

// until waits for a script to return something that is true.
func (w *window) until(what, script string, args ...any) {
	w.t.Helper()
	w.within(patience, what, script, args...)
}

func (w *window) within(limit time.Duration, what, script string, args ...any) {
	w.t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
		var yes bool
		w.run(&yes, "return !!(() => { "+script+" })()", args...)
		if yes {
			return
		}
		if time.Now().After(end) {
			w.picture()
			w.t.Fatalf("%s: not within %s; at %s the page shows:\n%.2000s", what, limit, w.hash(), w.text())
		}
	}
}

// sees waits until the page shows some words.
func (w *window) sees(words string) {
	w.t.Helper()
	w.sees1(patience, words)
}

func (w *window) sees1(limit time.Duration, words string) {
	w.t.Helper()
	w.within(limit, "seeing "+words, `return document.body.innerText.toLowerCase().includes(`+quote(strings.ToLower(words))+`)`)
}

func (w *window) hash() (address string) {
	w.run(&address, "return location.hash")
	return address
}

func (w *window) text() (text string) {
	w.run(&text, "return document.body.innerText")
	return text
}

// at waits for the address #/...
func (w *window) at(address string) {
	w.t.Helper()
	w.until("being at "+address, `return location.hash.startsWith(`+quote("#/"+address)+`)`)
}

// element is something on the page: the first shown one that matches the selector and whose name, as a
// person or a screen reader has it, contains some words.
func (w *window) element(selector, name string) string {
	w.t.Helper()
	const find = `return [...document.querySelectorAll(%s)].find((e) => e.getClientRects().length && !e.disabled && e.getAttribute('aria-disabled') !== 'true' &&
		[e.getAttribute('aria-label'), e.labels && [...e.labels].map((l) => l.innerText).join(' '), e.innerText, e.getAttribute('placeholder'), e.title].some((n) => n && n.toLowerCase().includes(%s))) ?? null`
	script := fmt.Sprintf(find, quote(selector), quote(strings.ToLower(name)))
	w.until(selector+" "+name, strings.Replace(script, "return ", "return !!(", 1)+")")
	var found map[string]string
	w.run(&found, script)
	for _, id := range found {
		return id
	}
	w.t.Fatalf("%s %s has gone", selector, name)
	return ""
}

// inFrame does what is asked inside a frame of the page, and comes back.
func (w *window) inFrame(id string, do func()) {
	w.t.Helper()
	w.ask("POST", "/frame", map[string]any{"id": map[string]string{"element-6066-11e4-a52e-4f735466cecf": id}}, nil) // W3C WebDriver, "Elements"
	defer w.ask("POST", "/frame/parent", map[string]any{}, nil)
	do()
}

func (w *window) click(selector, name string) {
	w.t.Helper()
	w.ask("POST", "/element/"+w.element(selector, name)+"/click", map[string]any{}, nil)
}

// fill puts text into a field in place of what is in it.
func (w *window) fill(name, text string) {
	w.t.Helper()
	id := w.element("input:not([type=radio]):not([type=checkbox]), textarea", name)
	w.ask("POST", "/element/"+id+"/clear", map[string]any{}, nil)
	w.ask("POST", "/element/"+id+"/value", map[string]any{"text": text}, nil)
}

// Keys that have no letter.
const (
	enter     = "\uE007"
	escape    = "\uE00C"
	control   = "\uE009"
	arrowDown = "\uE015"
)

// press presses keys one after another; those of one text are held together: press("j", control+"2").
func (w *window) press(keys ...string) {
	w.t.Helper()
	actions := []map[string]string{}
	for _, together := range keys {
		held := []rune(together)
		for _, k := range held {
			actions = append(actions, map[string]string{"type": "keyDown", "value": string(k)})
		}
		for i := range held {
			actions = append(actions, map[string]string{"type": "keyUp", "value": string(held[len(held)-1-i])})
		}
	}
	w.ask("POST", "/actions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keys", "actions": actions}}}, nil)
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // of a text
	}
	return string(text)
}
