package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"plumbline/app"
	"plumbline/store"
)

// benchSeal seals a snapshot of the ordinary site and verifies it.
func benchSeal(ctx context.Context, dir string) error {
	from, err := kept(ctx, "seal", site, 2)
	if err != nil {
		return err
	}
	path, key := filepath.Join(dir, "seal.plumb.db"), filepath.Join(dir, "key")
	if err := copyTo(from, path); err != nil {
		return err
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		return fmt.Errorf("ssh-keygen (Debian package openssh-client): %w: %s", err, out)
	}
	os.Setenv("XDG_CONFIG_HOME", dir) // whose trusted keys are its own
	floor, n, err := hashing(ctx, path)
	if err != nil {
		return err
	}
	took, err := timed(func() error {
		_, err := app.Seal(ctx, path, "", app.SealQuery{Snapshot: "2", Key: key})
		return err
	})
	if err != nil {
		return err
	}
	before, err := os.Stat(from)
	if err != nil {
		return err
	}
	after, err := os.Stat(path)
	if err != nil {
		return err
	}
	of := fmt.Sprintf("SHA-256 of %s: %s", megabytes(n), seconds(floor))
	show(fmt.Sprintf("sealing a snapshot of %d objects", site.total()), seconds(took), of, "<= 3 s")
	show("  what the seal adds to the file", megabytes(after.Size()-before.Size()), "the file: "+megabytes(before.Size()), "")
	f, err := app.Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	var v *app.Verification
	if took, err = timed(func() error { v, err = f.Verify(ctx, app.VerifyQuery{}); return err }); err != nil {
		return err
	}
	if v.Snapshots[1].State != app.SealValid {
		return fmt.Errorf("the seal is %s", v.Snapshots[1].State)
	}
	show("verifying it", seconds(took), of, "<= 3 s")
	return nil
}

// hashing is how long SHA-256 takes over as many bytes as a seal is about: every body, and a line for each object.
func hashing(ctx context.Context, path string) (time.Duration, int64, error) {
	f, err := store.Open(ctx, path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	rows, err := f.Select(ctx, `SELECT (SELECT sum(length(CAST(json AS BLOB))) FROM body) +
		(SELECT sum(length(CAST(key AS BLOB)) + 72) FROM span WHERE first <= 2 AND last >= 2)`, store.Limits{})
	if err != nil {
		return 0, 0, err
	}
	n, _ := rows.Values[0][0].(int64)
	chunk := make([]byte, 1<<20)
	took, err := timed(func() error {
		sum := sha256.New()
		for left := n; left > 0; left -= int64(len(chunk)) {
			sum.Write(chunk[:min(left, int64(len(chunk)))])
		}
		return nil
	})
	return took, n, err
}

func copyTo(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
