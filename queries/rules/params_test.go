package rules

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func paramPack(t *testing.T) *Pack {
	t.Helper()
	p := &Pack{}
	for _, id := range []string{"A-1", "B-1"} {
		r, err := Parse(id+".sql", []byte(strings.Replace(good, "-- rev: 1\n", "-- rev: 1\n-- param: limit_bytes int = 10\n-- param: strict bool = false\n-- param: ratio number = 0.5\n-- param: word text = x\n", 1)+
			"WHERE :limit_bytes AND :strict AND :ratio AND :word AND :inactive_days"))
		if err != nil {
			t.Fatal(err)
		}
		p.Rules = append(p.Rules, r)
	}
	return p
}

func TestParameters(t *testing.T) {
	p := paramPack(t)
	for _, c := range []struct {
		name   string
		file   map[string]string
		flags  []string
		a, b   map[string]any
		differ map[string]any
	}{
		{name: "defaults", a: map[string]any{"limit_bytes": int64(10), "strict": false, "inactive_days": int64(90), "own_email_domains": []string{}}},
		{name: "flags win over the file", file: map[string]string{"limit_bytes": "20", "inactive_days": "45"}, flags: []string{"limit_bytes=30"},
			a: map[string]any{"limit_bytes": int64(30), "inactive_days": int64(45)}, differ: map[string]any{"A-1.limit_bytes": int64(30), "B-1.limit_bytes": int64(30), "inactive_days": int64(45)}},
		{name: "one rule alone", flags: []string{"A-1.limit_bytes=5", "limit_bytes=6", "B-1.inactive_days=1"},
			a: map[string]any{"limit_bytes": int64(5), "inactive_days": int64(90)}, b: map[string]any{"limit_bytes": int64(6), "inactive_days": int64(1)}},
		{name: "a flag for all wins over the file's for one", file: map[string]string{"A-1.inactive_days": "7"}, flags: []string{"inactive_days=8"}, a: map[string]any{"inactive_days": int64(8)}},
		{name: "types", flags: []string{"strict=true", "ratio=0.25", "word=a=b", `own_email_domains=harbourline.example, b.example,`, `first_party_apps=["a,b"]`},
			a: map[string]any{"strict": true, "ratio": 0.25, "word": "a=b", "own_email_domains": []string{"harbourline.example", "b.example"}, "first_party_apps": []string{"a,b"}}},
		{name: "set to the default", flags: []string{"inactive_days=90"}, differ: map[string]any{}},
	} {
		s, err := p.settings(c.file, c.flags)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, want := range []map[string]any{c.a, c.b} {
			got := s.of(p.Rules[i])
			for name, v := range want {
				if !reflect.DeepEqual(got[name], v) {
					t.Errorf("%s: %s.%s is %v, want %v", c.name, p.Rules[i].ID, name, got[name], v)
				}
			}
		}
		if c.differ != nil && !reflect.DeepEqual(s.set, c.differ) {
			t.Errorf("%s: differing %v, want %v", c.name, s.set, c.differ)
		}
	}
	for _, c := range []struct {
		flag string
		is   error
		want string
	}{
		{"limit_byte=1", ErrUnknownParameter, `did you mean "limit_bytes"?`},
		{"A-1.limit=1", ErrUnknownParameter, `"A-1.limit"`},
		{"A-2.limit_bytes=1", ErrUnknownRule, `did you mean "A-1"?`},
		{"limit_bytes", ErrBadParameter, "is not NAME=VALUE"},
		{"limit_bytes=many", ErrBadParameter, `limit_bytes is a whole number, not "many"`},
		{"strict=perhaps", ErrBadParameter, "strict is true or false"},
		{"ratio=NaN", ErrBadParameter, "ratio is a number"},
		{"own_email_domains=[1]", ErrBadParameter, "own_email_domains is a list"},
	} {
		_, err := p.settings(nil, []string{c.flag})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.flag, err)
		}
	}
	if err := p.CheckParameter("inactive_days", "x"); !errors.Is(err, ErrBadParameter) {
		t.Error(err)
	}
}
