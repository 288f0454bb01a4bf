//go:build desktop || dev || bindings

package window

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Desktop says whether this program opens a window of its own.
const Desktop = true

// The least that the screens need, and what a first start gets, in pixels.
const (
	leastWidth, leastHeight = 1100, 700
	firstWidth, firstHeight = 1440, 900
)

// Run opens the window on the files named and returns when it was closed. The first one is shown, the
// others are put among the recent ones.
func Run(w *Window, page fs.FS, icon []byte, files []string) error {
	if !generating && !Built(page) {
		return errNotBuilt
	}
	at := place{Width: firstWidth, Height: firstHeight}
	w.load(placeFile, &at)
	start := options.Normal
	if at.Maximised {
		start = options.Maximised
	}
	w.start(files)
	return wails.Run(&options.App{
		Title: "Plumbline", Width: at.Width, Height: at.Height, MinWidth: leastWidth, MinHeight: leastHeight, WindowStartState: start,
		AssetServer:              &assetserver.Options{Assets: page, Middleware: withPolicy},
		Bind:                     []any{w},
		OnStartup:                w.started,
		OnBeforeClose:            w.closing,
		OnShutdown:               func(context.Context) { Close(w) },
		EnableDefaultContextMenu: true,
		DragAndDrop:              &options.DragAndDrop{EnableFileDrop: true},
		SingleInstanceLock: &options.SingleInstanceLock{UniqueId: "plumbline-6f1d0c52", OnSecondInstanceLaunch: func(second options.SecondInstanceData) {
			runtime.WindowUnminimise(w.desktop)
			runtime.Show(w.desktop)
			w.offer(named(second.Args, second.WorkingDirectory))
		}},
		Linux:   &linux.Options{Icon: icon, ProgramName: "plumbline", WebviewGpuPolicy: w.gpu()},
		Windows: &windows.Options{Theme: windows.SystemDefault, IsZoomControlEnabled: true},
		Mac:     &mac.Options{OnFileOpen: func(path string) { w.offer([]string{path}) }},
	})
}

// withPolicy gives every page of the webview the policy that it has in a browser.
func withPolicy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Security-Policy", Policy)
		next.ServeHTTP(out, r)
	})
}

// started is when there is a webview to talk to.
func (w *Window) started(ctx context.Context) {
	w.desktop = ctx
	w.dialogs = dialogs{ // Wails takes no other context than its own: it ends the program over one
		open: func(_ context.Context, kind string) (string, error) { return chooseFile(ctx, kind) },
		save: func(_ context.Context, suggested string) (string, error) { return saveFile(ctx, suggested) },

		browse: func(address string) { runtime.BrowserOpenURL(ctx, address) },
	}
	told, stop := w.hub.listen()
	go func() {
		defer stop()
		for {
			select {
			case e := <-told:
				runtime.EventsEmit(ctx, e.Name, e.Data)
			case <-ctx.Done():
				return
			case <-w.ctx.Done(): // Ctrl-C
				runtime.Quit(ctx)
				return
			}
		}
	}()
	runtime.OnFileDrop(ctx, func(_, _ int, paths []string) { w.offer(paths) })
	var at place
	if w.load(placeFile, &at); at.Known && !at.Maximised {
		if screens, err := runtime.ScreenGetAll(ctx); err == nil && at.on(screens) {
			runtime.WindowSetPosition(ctx, at.X, at.Y)
		}
	}
}

// place is where the window was when it was closed.
type place struct {
	X, Y, Width, Height int
	Maximised, Known    bool
}

const placeFile = "place.json"

// on reports whether a good part of the window's upper edge is on a screen that is there now.
func (p place) on(screens []runtime.Screen) bool {
	for _, s := range screens {
		if p.X > -p.Width/2 && p.X < s.Size.Width-leastWidth/2 && p.Y >= 0 && p.Y < s.Size.Height-leastHeight/2 {
			return true
		}
	}
	return false
}

// closing remembers where the window is. What a maximised one goes back to is kept as it was.
func (w *Window) closing(ctx context.Context) (prevent bool) {
	var at place
	w.load(placeFile, &at)
	if at.Maximised = runtime.WindowIsMaximised(ctx); !at.Maximised {
		at.Known = true
		at.X, at.Y = runtime.WindowGetPosition(ctx)
		at.Width, at.Height = runtime.WindowGetSize(ctx)
	}
	_ = w.save(placeFile, at)
	return false
}

// gpu is who draws on Linux: nothing but the processor, unless the person has asked for more, since
// the graphics of many machines do not get on with the webview.
func (w *Window) gpu() linux.WebviewGpuPolicy {
	word := strings.ToLower(os.Getenv("PLUMBLINE_GPU"))
	if word == "" {
		word = w.settings().GPU
	}
	switch word {
	case "always":
		return linux.WebviewGpuPolicyAlways
	case "ondemand":
		return linux.WebviewGpuPolicyOnDemand
	}
	return linux.WebviewGpuPolicyNever
}

// offer asks the page to open the first of the files that came from outside.
func (w *Window) offer(paths []string) {
	if len(paths) > 0 {
		w.hub.publish("offer", map[string]string{"path": paths[0]})
	}
}

// named are the files that the command line of a second start names.
func named(args []string, folder string) []string {
	var files []string
	for _, a := range args {
		if a == "open" || strings.HasPrefix(a, "-") {
			continue
		}
		if !filepath.IsAbs(a) {
			a = filepath.Join(folder, a)
		}
		files = append(files, a)
	}
	return files
}

func chooseFile(ctx context.Context, kind string) (string, error) {
	switch kind {
	case "folder":
		return runtime.OpenDirectoryDialog(ctx, runtime.OpenDialogOptions{Title: "Choose a folder", CanCreateDirectories: true})
	case "evidence":
		return runtime.OpenFileDialog(ctx, runtime.OpenDialogOptions{Title: "Open evidence", Filters: []runtime.FileFilter{
			{DisplayName: "Evidence files", Pattern: "*.plumb;*.plumb.db;*.db;*.plumb.age"}, {DisplayName: "All files", Pattern: "*"},
		}})
	}
	return runtime.OpenFileDialog(ctx, runtime.OpenDialogOptions{Title: "Choose a file"})
}

func saveFile(ctx context.Context, suggested string) (string, error) {
	if filepath.Base(suggested) != suggested {
		return "", errors.New("a suggested name has no folder")
	}
	return runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{Title: "Save as", DefaultFilename: suggested, CanCreateDirectories: true})
}
