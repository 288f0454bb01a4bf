package fakesite

import (
	"testing"
)

func startDC(t *testing.T, d *DataCenter) (jira, wiki client) {
	t.Helper()
	j, w, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return client{t: t, base: j, sign: bearer(DCAuditorToken)}, client{t: t, base: w, sign: bearer(DCAuditorToken)}
}

func TestDCStarts(t *testing.T) {
	j, w := startDC(t, HarbourlineDC(1))
	t.Log(j.get("/rest/api/2/serverInfo"), w.get("/rest/api/user/current"))
}
