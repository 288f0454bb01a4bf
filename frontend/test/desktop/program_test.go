//go:build journeys

// Package desktop takes the desktop program as it is shipped through a few journeys: on a screen that
// nobody sees, in the webview of the system, with a bus and folders of its own. What is shown is compared
// with what the command line says of the same file.
package desktop

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	root, folder string   // of the repository; for everything that is written
	person       []string // the environment of the one whose window it is
)

func TestMain(m *testing.M) {
	code, err := inASession(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "desktop journeys:", err)
		code = 1
	}
	os.Exit(code)
}

// inASession runs the tests with a screen and a bus.
func inASession(m *testing.M) (code int, err error) {
	if root, err = filepath.Abs("../../.."); err != nil {
		return 1, err
	}
	if folder, err = os.MkdirTemp("", "plumbline-desktop-*"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	person = []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC", "USER=auditor", "HOME=" + folder, "XDG_RUNTIME_DIR=" + folder,
		"PLUMBLINE_CACHE=" + filepath.Join(folder, "cache"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent",
		"NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory", "GIO_USE_VFS=local",
	}
	for name, flags := range map[string]string{"auto.c": "-shared -fPIC gtk+-3.0 webkit2gtk-4.1", "drop.c": "x11", "answer.c": "x11 xtst"} {
		if err := compile(name, strings.Fields(flags)); err != nil {
			return 1, err
		}
	}
	screen, end, err := service("Xvfb", "-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp")
	if err != nil {
		return 1, err
	}
	defer end()
	// A bus that starts nothing: no keychain of this machine is touched.
	config := filepath.Join(folder, "bus.conf")
	if err := os.WriteFile(config, []byte(`<busconfig><type>session</type><listen>unix:dir=`+folder+`</listen><policy context="default">
		<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`), 0o600); err != nil {
		return 1, err
	}
	bus, end, err := service("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=3")
	if err != nil {
		return 1, err
	}
	defer end()
	person = append(person, "DISPLAY=:"+screen, "DBUS_SESSION_BUS_ADDRESS="+bus)
	if _, err := command("demo", demo()); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

func demo() string { return filepath.Join(folder, "demo.plumb.db") }

func compile(name string, flags []string) error {
	var libraries, args []string
	for _, f := range flags {
		if strings.HasPrefix(f, "-") {
			args = append(args, f)
		} else {
			libraries = append(libraries, f)
		}
	}
	found, err := exec.Command("pkg-config", append([]string{"--cflags", "--libs"}, libraries...)...).Output()
	if err != nil {
		return fmt.Errorf("pkg-config %v: %w", libraries, err)
	}
	args = append(args, "-O1", "-o", filepath.Join(folder, strings.TrimSuffix(name, ".c")), filepath.Join("testdata", name))
	if out, err := exec.Command("gcc", append(args, strings.Fields(string(found))...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("gcc %s: %w\n%s", name, err, out)
	}
	return nil
}

// service starts a program that writes one line into its third file when it is ready. end ends it.
func service(name string, args ...string) (line string, end func(), err error) {
	in, out, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer in.Close()
	c := exec.Command(name, args...)
	c.ExtraFiles, c.Env = []*os.File{out}, person
	err = c.Start()
	out.Close()
	if err != nil {
		return "", nil, err
	}
	end = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	if err := in.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		end()
		return "", nil, err
	}
	text := make([]byte, 0, 200)
	for !bytes.Contains(text, []byte("\n")) {
		n, err := in.Read(text[len(text):cap(text)])
		if err != nil {
			end()
			return "", nil, fmt.Errorf("%s did not start: %w", name, err)
		}
		text = text[:len(text)+n]
	}
	return strings.TrimSpace(string(text)), end, nil
}

// command runs the command line and returns what it printed; 3 (some of it could not be seen) is no failure.
func command(args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(root, "bin/plumbline"), args...)
	c.Env = person
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 3 {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("plumbline %s: %w\n%s", strings.Join(args, " "), err, said.Bytes())
	}
	return out, err
}

// tells runs a command with --json and puts its one document into v.
func tells(t *testing.T, v any, args ...string) {
	t.Helper()
	out, err := command(append(args, "--json")...)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, v); err != nil {
		t.Fatalf("plumbline %v: %v", args, err)
	}
}

// aCopy is a copy of the demo's evidence file, in a folder of its own.
func aCopy(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(demo())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "harbourline.plumb.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// program is a started desktop program.
type program struct {
	*window
	env  []string
	pid  int
	log  string
	gone bool
}

func desktopBinary() string { return filepath.Join(root, "bin/plumbline-desktop") }

// start starts the desktop program with settings of the journey's own and waits for its page. When the
// journey ends, so does the program; nothing that a page must not do may have happened.
func start(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	home := filepath.Join(folder, t.Name())
	if err := os.MkdirAll(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	p := &program{log: filepath.Join(home, "log")}
	p.env = append(append(append([]string{}, person...), "HOME="+home, "XDG_CONFIG_HOME="+home+"/config", "XDG_DATA_HOME="+home+"/data", "XDG_CACHE_HOME="+home+"/cache"), env...)
	wrapper, pid := filepath.Join(home, "program"), filepath.Join(home, "pid")
	script := fmt.Sprintf("#!/bin/sh\necho $$ >%s\ncd %s\nLD_PRELOAD=%s exec %s \"$@\" >%s 2>&1\n", pid, home, filepath.Join(folder, "auto"), desktopBinary(), p.log)
	if err := os.WriteFile(wrapper, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	address := driver(t, p.env)
	var session struct{ SessionID string }
	options := map[string]any{"binary": wrapper, "args": append([]string{}, args...)}
	err := ask("POST", address+"/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}}, &session)
	if text, _ := os.ReadFile(pid); len(text) > 0 { // written before the program began
		p.pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	t.Cleanup(func() { p.end(t) })
	if err != nil {
		t.Fatalf("starting the desktop program: %v\n%s", err, p.said())
	}
	p.window = &window{t, address + "/session/" + session.SessionID}
	p.until("the page", `return document.querySelector('nav') && document.readyState === 'complete'`)
	return p
}

// driver starts a WebDriver and returns its address.
func driver(t *testing.T, env []string) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	c := exec.Command("WebKitWebDriver", "--port="+port)
	c.Env = env
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	for end := time.Now().Add(patience); ask("GET", "http://"+address+"/status", nil, nil) != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("WebKitWebDriver does not answer")
		}
	}
	return "http://" + address
}

func (p *program) said() string {
	text, _ := os.ReadFile(p.log)
	return string(text)
}

func (p *program) running() bool { return p.pid > 0 && syscall.Kill(p.pid, 0) == nil }

// quit closes the window as its frame does, and waits for the program to end.
func (p *program) quit() {
	p.t.Helper()
	p.clean()
	_ = ask("POST", p.session+"/execute/sync", map[string]any{"script": "window.runtime.Quit()", "args": []any{}}, nil) // its answer may not come any more
	for end := time.Now().Add(patience); p.running(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("the program does not end\n%s", p.said())
		}
	}
	p.gone = true
}

// kill ends the program at once, as a power cut does.
func (p *program) kill() {
	p.t.Helper()
	if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	p.gone = true
}

// clean fails when something happened that no page may do, or the program complained.
func (p *program) clean() {
	p.t.Helper()
	var wrong []string
	p.run(&wrong, "return window.wrong")
	for _, w := range wrong {
		p.t.Error("on the page: " + w)
	}
	for line := range strings.Lines(p.said()) {
		if strings.Contains(line, "panic") || strings.HasPrefix(line, "FTL") {
			p.t.Error("the program said: " + line)
		}
	}
}

func (p *program) end(t *testing.T) {
	if p.gone {
		return
	}
	if t.Failed() && p.window != nil {
		p.picture()
		t.Logf("the program said:\n%s", p.said())
	}
	if p.window != nil && !t.Failed() {
		p.quit()
	}
	if p.running() {
		_ = syscall.Kill(p.pid, syscall.SIGKILL)
	}
}

// picture puts what is shown into SHOTS, if that names a folder.
func (w *window) picture() {
	into := os.Getenv("SHOTS")
	if into == "" {
		return
	}
	// The driver waits for the next time that something is drawn.
	_ = ask("POST", w.session+"/execute/sync", map[string]any{"args": []any{}, "script": `let n = 0
		const again = setInterval(() => { document.body.style.outline = ++n % 2 ? '1px solid transparent' : ''; if (n > 40) clearInterval(again) }, 50)`}, nil)
	var shot string
	if ask("GET", w.session+"/screenshot", nil, &shot) != nil {
		return
	}
	png, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(shot)))
	if err == nil && os.MkdirAll(into, 0o755) == nil {
		_ = os.WriteFile(filepath.Join(into, "desktop-"+w.t.Name()+".png"), png, 0o644)
	}
}
