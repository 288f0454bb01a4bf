package main

import (
	"embed"
	"io/fs"
)

// built is what Vite makes of frontend/. In a fresh clone there is only .gitkeep, and the program
// says how to build the rest.
//
//go:embed all:frontend/dist
var built embed.FS

//go:embed build/appicon.png
var icon []byte

func page() fs.FS {
	files, err := fs.Sub(built, "frontend/dist")
	if err != nil {
		panic(err) // the path above is no path
	}
	return files
}
