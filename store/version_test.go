package store

import (
	"context"
	"testing"
)

func TestVersionKey(t *testing.T) {
	ascending := []string{"0", "0.0.1", "1.3", "4.4.0", "7.0.10", "7.6.14", "8.5.16", "9.12.20", "9.12.28", "10.0", "10.2.9", "10.2.18",
		"10.2.18.1", "10.3.0", "11.3.12", "20240108.1", "99999999999999999999.1"}
	keys := map[string]string{}
	for _, v := range ascending {
		key, ok := VersionKey(v, 0)
		if !ok {
			t.Fatalf("%s is no version", v)
		}
		keys[v] = key
	}
	for i, v := range ascending[1:] {
		if keys[ascending[i]] >= keys[v] {
			t.Errorf("%s (%s) is not before %s (%s)", ascending[i], keys[ascending[i]], v, keys[v])
		}
	}
	for _, same := range [][2]string{{"10.2", "10.2.0"}, {"10.2", "10.2.0.0"}, {"9.12.0-m0001", "9.12.0"}, {"10.3.0-QR-20241112", "10.3.0"},
		{"5.12.15-REL-0007", "5.12.15"}, {"010.02", "10.2"}, {"10.2.", "10.2"}, {"8.0.0+build", "8"}} {
		a, okA := VersionKey(same[0], 0)
		b, okB := VersionKey(same[1], 0)
		if a != b || !okA || !okB {
			t.Errorf("%s is %q, %s is %q", same[0], a, same[1], b)
		}
	}
	for _, not := range []string{"", "unknown", "v10", "-1", ".5", "1..2", "1000000000000000000000000000000"} {
		if key, ok := VersionKey(not, 0); ok {
			t.Errorf("%q is taken for a version: %q", not, key)
		}
	}
	if line, _ := VersionKey("9.0.3", 2); line != "a9.a0" {
		t.Errorf("the line of 9.0.3 is %q", line)
	}
}

// In SQL: of a rule's connection and of a person's, as it fills shared relations and as it is asked for.
func TestVersionKeyInSQL(t *testing.T) {
	ctx := context.Background()
	r, err := MemoryRelations(ctx, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := r.Select(ctx, `SELECT version_key('10.2.9') < version_key('10.2.18'), version_key('9.12.3', 2) = version_key('9.12', 2),
		version_key('no'), version_key(NULL), version_key('1', 99), version_key('10.2.18'), in_network('10.1.2.3', '10.0.0.0/8'), in_network('node1', '10.0.0.0/8')`, nil, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []any{int64(1), int64(1), nil, nil, nil, "b10.a2.b18.a0", int64(1), nil}
	for i, v := range got.Values[0] {
		if v != want[i] {
			t.Errorf("column %d is %v, wanted %v", i, v, want[i])
		}
	}
}

func TestInNetwork(t *testing.T) {
	for _, c := range []struct {
		address, network string
		in, ok           bool
	}{
		{"10.1.2.3", "10.0.0.0/8", true, true}, {"11.1.2.3", "10.0.0.0/8", false, true},
		{"172.31.255.255", "172.16.0.0/12", true, true}, {"172.32.0.0", "172.16.0.0/12", false, true},
		{"fd12:3456::1", "fc00::/7", true, true}, {"2001:db8::1", "fc00::/7", false, true},
		{"[fe80::1%eth0]", "fe80::/10", true, true}, {"::ffff:192.168.1.1", "192.168.0.0/16", true, true},
		{"192.168.1.1", "fc00::/7", false, true}, {"::1", "::1", true, true}, {"203.0.113.7", "203.0.113.7", true, true},
		{"203.0.113.8", "203.0.113.7", false, true}, {"node1.harbourline.example", "10.0.0.0/8", false, false},
		{"010.1.2.3", "10.0.0.0/8", false, false}, {"10.1.2.3", "10/8", false, false}, {"", "10.0.0.0/8", false, false},
	} {
		if in, ok := InNetwork(c.address, c.network); in != c.in || ok != c.ok {
			t.Errorf("%s in %s: %t, %t; wanted %t, %t", c.address, c.network, in, ok, c.in, c.ok)
		}
	}
}
