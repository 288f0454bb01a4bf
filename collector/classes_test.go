package collector

import (
	"maps"
	"slices"
	"testing"
)

var valueClasses = []Class{ClassPerson, ClassMail, ClassDomain, ClassText, ClassURL, ClassSite, ClassTitle, ClassKey, ClassSpaceKey, ClassGroup,
	ClassGroupID, ClassApp, ClassID, ClassARI, ClassNet, ClassCode, ClassPhrase, ClassFact}

// TestClasses: every member kept and every part of a key has a class that is known, and what is personal is none that
// redaction leaves alone.
func TestClasses(t *testing.T) {
	c := ClassesOf()
	for name, choices := range c.Maps {
		for value, class := range choices {
			if !slices.Contains(valueClasses, class) {
				t.Errorf("map %s: %s is %q, which is no class", name, value, class)
			}
		}
	}
	known := func(where string, of Classified) {
		if of.By != "" && c.Maps[of.Map] == nil {
			t.Errorf("%s: no map %q", where, of.Map)
		}
		if of.By == "" && !slices.Contains(valueClasses, of.Class) {
			t.Errorf("%s: %q is no class", where, of.Class)
		}
	}
	for resource, members := range c.Members {
		for path, of := range members {
			known(resource+" "+path, of)
		}
		for _, key := range c.Keys[resource] {
			for _, of := range key {
				known(resource+" key", of)
			}
		}
	}
	for _, r := range slices.Concat(Resources(), DataCenterResources()) {
		if len(c.Keys[r.Name]) == 0 {
			t.Errorf("%s: no class of its key", r.Name)
		}
		for _, path := range append(slices.Collect(maps.Keys(r.With)), r.Keep...) {
			of, ok := c.Kept(r.Name, path)
			if !ok {
				t.Errorf("%s: the member kept %q has no class in classes.txt", r.Name, path)
			}
			if slices.Contains(r.Personal, path) && of.By == "" && of.Class == ClassFact {
				t.Errorf("%s: %q is personal, and its class is fact", r.Name, path)
			}
		}
	}
}
