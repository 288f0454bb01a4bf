package window

import (
	"os"
	"strings"
	"testing"
)

// The desktop knows an evidence file by what the MIME file says is in it.
func TestMimeMagic(t *testing.T) {
	path, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := os.ReadFile("../../build/linux/plumbline-mime.xml")
	if err != nil {
		t.Fatal(err)
	}
	entry, err := os.ReadFile("../../build/linux/plumbline.desktop")
	if err != nil {
		t.Fatal(err)
	}
	if string(file[:16]) != "SQLite format 3\x00" || !strings.Contains(string(kinds), `offset="68" value="`+string(file[68:72])+`"`) {
		t.Errorf("an evidence file has %q at 68", file[68:72])
	}
	if !strings.Contains(string(kinds), `type="application/vnd.plumbline.evidence"`) || !strings.Contains(string(entry), "MimeType=application/vnd.plumbline.evidence;application/vnd.plumbline.evidence.encrypted;") {
		t.Error("the desktop entry opens another type")
	}
	if !strings.Contains(string(kinds), `<glob pattern="*.plumb.age"/>`) || strings.Contains(string(kinds), `"*.age"`) {
		t.Error("encrypted evidence is ours by its name, and no other encrypted file is")
	}
}
