package app

import "testing"

func TestEveryResourceIsInOneArea(t *testing.T) {
	in := map[string]string{}
	for _, area := range Areas() {
		for _, r := range area.Resources {
			if in[r] != "" {
				t.Errorf("%s is in %q and %q", r, in[r], area.Name)
			}
			in[r] = area.Name
		}
	}
	for _, r := range ResourceNames() {
		if in[r] == "" {
			t.Errorf("%s is in no area", r)
		}
		delete(in, r)
	}
	for r, area := range in {
		t.Errorf("%q of %q is no resource", r, area)
	}
}
