package app

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWriteFileSparesEvidence: a list written by mistake under the name of an evidence file, encrypted or not, leaves it as
// it is; any other file is replaced, and a folder that is not there is named.
func TestWriteFileSparesEvidence(t *testing.T) {
	dir := t.TempDir()
	list := func(w io.Writer) error { _, err := io.WriteString(w, "a list"); return err }
	for content, spared := range map[string]bool{"SQLite format 3\x00 evidence": true, ageHeader + "-> X25519": true, "": false, "id,rule": false} {
		path := filepath.Join(dir, "there")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		err := WriteFile(path, list)
		is, readErr := os.ReadFile(path)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if spared != (err != nil) || spared != (string(is) == content) {
			t.Errorf("over %q: %v, and it is %q", content, err, is)
		}
	}
	err := WriteFile(filepath.Join(dir, "nowhere", "list.csv"), list)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "nowhere")+":") {
		t.Errorf("in no folder: %v", err)
	}
}
