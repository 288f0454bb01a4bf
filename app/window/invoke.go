package window

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

var errNoMethod = errors.New("the window has no such method")

// Methods are the names of what a page can call: the exported methods of Window, as Wails binds them.
func Methods() []string {
	t := reflect.TypeFor[*Window]()
	var names []string
	for i := range t.NumMethod() {
		names = append(names, t.Method(i).Name)
	}
	return names
}

// invoke calls a method of the window by name with arguments in a JSON list. What the method itself
// refuses is a Refusal; other errors are of the call.
func invoke(w *Window, name string, arguments []byte) (any, error) {
	method, bound := reflect.TypeFor[*Window]().MethodByName(name)
	if !bound {
		return nil, errNoMethod
	}
	var given []json.RawMessage
	if err := json.Unmarshal(arguments, &given); err != nil {
		return nil, fmt.Errorf("the arguments of %s are no JSON list", name)
	}
	if want := method.Type.NumIn() - 1; len(given) != want {
		return nil, fmt.Errorf("%s takes %d arguments, not %d", name, want, len(given))
	}
	values := []reflect.Value{reflect.ValueOf(w)}
	for i, text := range given {
		v := reflect.New(method.Type.In(i + 1))
		if err := json.Unmarshal(text, v.Interface()); err != nil {
			return nil, fmt.Errorf("argument %d of %s: %w", i+1, name, err)
		}
		values = append(values, v.Elem())
	}
	var answer any
	for _, out := range method.Func.Call(values) {
		if err, isError := out.Interface().(error); isError {
			return nil, err
		}
		if out.Type() != reflect.TypeFor[error]() {
			answer = out.Interface()
		}
	}
	return answer, nil
}
