package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// archive packs files into one folder called name: a zip for Windows, a tar.gz for the others.
func (r *release) archive(t target, name string, files []entry) error {
	pack, extension := tarred, ".tar.gz"
	if t.os == "windows" {
		pack, extension = zipped, ".zip"
	}
	var b bytes.Buffer
	if err := pack(&b, name, files, r.when); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return r.write(name+extension, b.Bytes())
}

// sorted are the files by name, since the order of an archive is part of its bytes.
func sorted(files []entry) []entry {
	return slices.SortedFunc(slices.Values(files), func(a, b entry) int { return strings.Compare(a.name, b.name) })
}

// tarred writes files below a folder as tar.gz, all of one time and of nobody in particular.
func tarred(w io.Writer, folder string, files []entry, when time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range sorted(files) {
		data, err := f.bytes()
		if err != nil {
			return err
		}
		if err := t.WriteHeader(&tar.Header{Name: path.Join(folder, f.name), Mode: int64(f.mode), Size: int64(len(data)), ModTime: when, Format: tar.FormatUSTAR}); err != nil {
			return err
		}
		if _, err := t.Write(data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

// zipped writes the same as a zip.
func zipped(w io.Writer, folder string, files []entry, when time.Time) error {
	z := zip.NewWriter(w)
	for _, f := range sorted(files) {
		data, err := f.bytes()
		if err != nil {
			return err
		}
		head := &zip.FileHeader{Name: path.Join(folder, f.name), Method: zip.Deflate, Modified: when}
		head.SetMode(f.mode)
		into, err := z.CreateHeader(head)
		if err != nil {
			return err
		}
		if _, err := into.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}

// gzipped is data as gzip -9n writes it.
func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
