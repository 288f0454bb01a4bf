package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"plumbline/store"
)

// filesRule finds two of three attachments of the ordinary site: 100,000 findings.
const filesRule = `-- rev: 1
-- title: Two of three attachments
-- severity: medium
-- category: file security
-- products: jira-cloud
-- object: jira_attachment
-- needs: jira_attachment
-- maps: cis8:3.3
-- source: a rule to measure the window with
-- why: A list of 100,000 findings is what the window must bear.
-- fix: Nothing is wrong
-- false-positives: All of them.

SELECT
  key,
  '' AS aspect,
  filename AS subject,
  'is number ' || attachment_id || ' of ' || issue_key AS detail,
  json_array(json_object('resource', 'jira_attachment', 'key', key)) AS evidence
FROM jira_attachment
WHERE CAST(attachment_id AS INTEGER) % 3 <> 0 AND CAST(attachment_id AS INTEGER) < 650000
`

// benchWindow measures the page in headless Chromium, through plumbline serve: a list of 100,000
// findings, and a file of 1 GB as it opens in a new window and in one that is there. The desktop
// program opens it too, from its own start, on a screen that nobody sees.
func benchWindow(ctx context.Context, dir string) error {
	folder := filepath.Join(dir, "rules")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "BENCH-FILE-001.sql"), []byte(filesRule), 0o600); err != nil {
		return err
	}
	large := site
	large.attachments *= 18 // most of a large file is what lies in issues and pages
	listed, err := kept(ctx, "listed", site, 2)
	if err != nil {
		return err
	}
	opened, err := kept(ctx, "opened", large, 1)
	if err != nil {
		return err
	}
	info, err := os.Stat(opened)
	if err != nil {
		return err
	}
	fmt.Printf("  a list of the ordinary site's findings, and a file of %s with %d objects\n", megabytes(info.Size()), large.total())
	return browse(ctx, listed, opened, folder)
}

//go:embed ordinary.go
var generator []byte

// kept is the path of a file with a site's first snapshots, made when it is asked for first: it
// stays in the user's cache until the generator or the format of files is another.
func kept(ctx context.Context, name string, site ordinary, snapshots int) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "plumbline-bench")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	key := sha256.Sum256(fmt.Appendf(generator, "%+v %d %d", site, snapshots, store.FormatVersion))
	path := filepath.Join(cache, fmt.Sprintf("%s-%x.plumb.db", name, key[:6]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	old, err := filepath.Glob(filepath.Join(cache, name+"-*"))
	if err != nil {
		return "", err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return "", err
		}
	}
	fmt.Printf("  making a file of %d objects, which stays in %s ...\n", site.total(), cache)
	making := filepath.Join(cache, name+"-making.plumb.db") // it has its name when it is whole
	took, err := timed(func() error { return storeFile(ctx, making, site, snapshots) })
	if err != nil {
		return "", err
	}
	fmt.Printf("  ... took %s\n", seconds(took))
	return path, os.Rename(making, path)
}

func storeFile(ctx context.Context, path string, site ordinary, snapshots int) error {
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		return err
	}
	for v := 1; v <= snapshots; v++ {
		if _, _, err := storeOne(ctx, f, site, v, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 3*v, 0)); err != nil {
			f.Close()
			return err
		}
	}
	return f.Close()
}

// browse runs the part of it that is in the browser, which tells one figure a line.
func browse(ctx context.Context, files ...string) error {
	cmd := exec.CommandContext(ctx, "node", append([]string{"frontend/test/bench.mjs"}, files...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var f struct{ What, Figure, Floor, Target string }
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			return fmt.Errorf("bench.mjs: %s: %w", lines.Text(), err)
		}
		show(f.What, f.Figure, f.Floor, f.Target)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("bench.mjs: %w", err)
	}
	return nil
}
