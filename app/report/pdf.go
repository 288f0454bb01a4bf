package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// printing is how long a browser may take: 10,000 findings are some hundreds of pages.
const printing = 3 * time.Minute

// writePDF lets a browser of this machine print the HTML report: without a window, a network, or its user's profile.
func writePDF(ctx context.Context, w io.Writer, r *app.Report) error {
	browser := findBrowser()
	if browser == "" {
		return &app.Problem{
			Code: "no-browser", Exit: app.Failed, Title: "a PDF is printed by a browser, and none was found (Chromium, Chrome, Edge, Brave)",
			Hint: "write it as .html and print that from any browser; or PLUMBLINE_BROWSER=/path/to/chromium",
		}
	}
	folder, err := os.MkdirTemp("", "plumbline-print-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	from, to := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.pdf")
	if err := app.WriteFile(from, func(w io.Writer) error { return writeHTML(w, r) }); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, printing)
	defer cancel()
	run := exec.CommandContext(ctx, browser, printArguments(folder, from, to)...)
	run.WaitDelay = 5 * time.Second
	run.Env = append(slices.DeleteFunc(os.Environ(), secret), "HOME="+folder, "XDG_CONFIG_HOME="+folder, "XDG_CACHE_HOME="+folder)
	var said bytes.Buffer
	run.Stderr = &said
	err = run.Run()
	pdf, missing := os.Open(to)
	if missing != nil {
		return &app.Problem{
			Code: "browser", Exit: app.Failed, Title: fmt.Sprintf("%s printed nothing: %s", browser, lastLine(said.String(), err)),
			Hint: "write it as .html and print that from any browser; or PLUMBLINE_BROWSER names another",
		}
	}
	defer pdf.Close()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("printing with %s: %w", browser, err)
	}
	_, err = io.Copy(w, pdf)
	return err
}

// secret says whether a variable of the environment is none of a browser's business.
func secret(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.HasPrefix(name, "PLUMBLINE_") || name == "HOME" || strings.HasPrefix(name, "XDG_C")
}

// printArguments are those of Chromium and its kin (chromium/src headless/app/headless_command_switches.cc and
// chrome/common/chrome_switches.cc). The document asks for nothing; that nothing is reached besides is seen to by a
// proxy that is not there and names that resolve to nothing.
func printArguments(folder, from, to string) []string {
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-breakpad", "--metrics-recording-only",
		"--user-data-dir=" + filepath.Join(folder, "profile"), "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--no-pdf-header-footer", "--print-to-pdf=" + to,
	}
	if runtime.GOOS == "linux" && os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with one
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(from)}
	if !strings.HasPrefix(address.Path, "/") { // C:/...
		address.Path = "/" + address.Path
	}
	return append(args, address.String())
}

// findBrowser is a browser that prints: the one that PLUMBLINE_BROWSER names, else one of the search path, else of the usual
// places; "" if there is none.
func findBrowser() string {
	if named := os.Getenv("PLUMBLINE_BROWSER"); named != "" {
		return named
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge", "microsoft-edge-stable", "brave-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	var places []string
	switch runtime.GOOS {
	case "windows":
		for _, root := range []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)"), os.Getenv("LOCALAPPDATA")} {
			for _, end := range []string{`Microsoft\Edge\Application\msedge.exe`, `Google\Chrome\Application\chrome.exe`, `Chromium\Application\chrome.exe`, `BraveSoftware\Brave-Browser\Application\brave.exe`} {
				if root != "" {
					places = append(places, filepath.Join(root, end))
				}
			}
		}
	case "darwin":
		for _, name := range []string{"Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"} {
			places = append(places, "/Applications/"+name+".app/Contents/MacOS/"+name)
		}
	}
	for _, path := range places {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return ""
}

func lastLine(said string, err error) string {
	if all := lines(said); len(all) > 0 {
		return app.Neutral(all[len(all)-1])
	}
	if err != nil {
		return err.Error()
	}
	return "it ended without a word"
}
