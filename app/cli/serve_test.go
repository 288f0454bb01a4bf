package cli

import (
	"bufio"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The address is a secret until it was used: it is in no process's arguments or environment and in no
// file that another user could read; the file that leads the browser there goes away.
func TestServeKeepsItsAddress(t *testing.T) {
	home := t.TempDir()
	tools, seen := filepath.Join(home, "tools"), filepath.Join(home, "seen")
	if err := os.Mkdir(tools, 0o755); err != nil {
		t.Fatal(err)
	}
	browser := "#!/bin/sh\nstat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > " + seen + ".part\ncat \"$1\" >> " + seen + ".part\nmv " + seen + ".part " + seen + "\nsleep 60 &\necho $! > " + seen + ".pid\nwait\n"
	if err := os.WriteFile(filepath.Join(tools, "xdg-open"), []byte(browser), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if pid, err := os.ReadFile(seen + ".pid"); err == nil {
			_ = exec.Command("kill", strings.TrimSpace(string(pid))).Run()
		}
	})
	serve := exec.Command("plumbline", "serve")
	serve.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"), "XDG_RUNTIME_DIR=", "XDG_CONFIG_HOME="+home, "DISPLAY=:none")
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = serve.Process.Kill() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	_, token, _ := strings.Cut(address, "token=")
	if !strings.HasPrefix(address, "http://127.0.0.1:") || len(token) < 40 {
		t.Fatalf("printed %q", address)
	}
	waitFor(t, func() bool { _, err := os.Stat(seen); return err == nil })
	told, _ := os.ReadFile(seen)
	lines := strings.SplitN(string(told), "\n", 3)
	if !strings.HasPrefix(lines[0], "600 ") || !strings.HasPrefix(lines[1], "700 ") || !strings.Contains(lines[2], "url="+address) {
		t.Errorf("the browser was given %s", told)
	}
	_, led, _ := strings.Cut(lines[0], " ")

	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	if len(processes) < 2 {
		t.Fatal("/proc lists no processes")
	}
	for _, p := range append(processes, environments...) {
		if text, _ := os.ReadFile(p); strings.Contains(string(text), token) {
			t.Errorf("%s holds the token", p)
		}
	}
	_ = filepath.WalkDir(home, func(path string, d fs.DirEntry, _ error) error {
		if d.Type().IsRegular() && !strings.HasPrefix(path, seen) {
			if text, _ := os.ReadFile(path); strings.Contains(string(text), token) && path != led {
				t.Errorf("%s holds the token", path)
			}
		}
		return nil
	})

	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the address answers %s", answer.Status)
	}
	waitFor(t, func() bool { _, err := os.Stat(filepath.Dir(led)); return os.IsNotExist(err) })
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("Ctrl-C ends it with %v", err)
	}
}

func waitFor(t *testing.T, there func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited for too long")
		}
	}
}
