//go:build bindings

package window

import (
	"slices"
	"testing"

	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// The processor draws unless the settings, or before them the environment, ask otherwise.
func TestGPU(t *testing.T) {
	w := newWindow(t)
	ask := func(word string) linux.WebviewGpuPolicy { t.Setenv("PLUMBLINE_GPU", word); return w.gpu() }
	if ask("") != linux.WebviewGpuPolicyNever || ask("rubbish") != linux.WebviewGpuPolicyNever || ask("Always") != linux.WebviewGpuPolicyAlways {
		t.Error("not as the environment says")
	}
	if _, err := w.SaveSettings(Settings{GPU: "ondemand"}); err != nil {
		t.Fatal(err)
	}
	if ask("") != linux.WebviewGpuPolicyOnDemand || ask("never") != linux.WebviewGpuPolicyNever {
		t.Error("not as the settings say")
	}
}

// A window that was closed on a screen that is gone comes back where it can be seen.
func TestPlace(t *testing.T) {
	var screen runtime.Screen
	screen.Size.Width, screen.Size.Height = 1920, 1080
	for at, want := range map[place]bool{
		{X: 100, Y: 50, Width: 1200}:   true,
		{X: -200, Y: 0, Width: 1200}:   true,
		{X: 2000, Y: 50, Width: 1200}:  false,
		{X: 100, Y: -90, Width: 1200}:  false,
		{X: 100, Y: 1000, Width: 1200}: false,
		{X: -900, Y: 50, Width: 1200}:  false,
	} {
		if at.on([]runtime.Screen{screen}) != want {
			t.Errorf("%+v: on a screen is %v", at, !want)
		}
	}
}

// A second start hands its files over, as seen from where it was started.
func TestNamed(t *testing.T) {
	if got := named([]string{"open", "--no-color", "a.plumb", "/b.plumb"}, "/home"); !slices.Equal(got, []string{"/home/a.plumb", "/b.plumb"}) {
		t.Errorf("%v", got)
	}
}
