package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plumbline/collector"
	"plumbline/store"
)

// RedactQuery asks for a redacted copy of a file.
type RedactQuery struct {
	File    string
	Copy    string // where it goes; nothing may be there
	KeyFile string // of the key that pseudonyms are made with; made where it is not there
	Level   Level  // "" is LevelPeople
	Map     string // file for the pseudonyms and what they stand for, CSV; "" for none
	Lock    Lock   // for whom the copy is encrypted; nobody: it is not

	Told func(step string, done, total int64) // how far a step is, of objects; may be nil
}

// Redacted answers `redact`.
type Redacted struct {
	File       string   `json:"file"`
	Copy       string   `json:"copy"`
	Level      Level    `json:"level"`
	Key        string   `json:"key"`        // fingerprint of the key
	KeyMade    bool     `json:"key_made"`   // the key file was not there
	KeyOpen    bool     `json:"key_open"`   // others of this machine may read it
	Snapshots  int      `json:"snapshots"`  // in the copy
	LeftOut    []int64  `json:"left_out"`   // snapshots that are not finished
	Objects    int      `json:"objects"`    // rewritten
	People     int      `json:"people"`     // names, accounts and addresses that were found
	Ordinary   []string `json:"ordinary"`   // log-in names too short or too common to be looked for in texts: replaced where they stand for somebody, left elsewhere
	Map        string   `json:"map"`        // "" if none was asked for
	SHA256     string   `json:"sha256"`     // of the copy
	Recipients []string `json:"recipients"` // public keys that the copy was encrypted for; none where it was not
}

// Redact makes a redacted copy of a file: whole evidence, in which pseudonyms stand for what the level redacts.
func Redact(ctx context.Context, q RedactQuery) (*Redacted, error) {
	if q.Level == "" {
		q.Level = LevelPeople
	}
	if !slices.Contains(Levels(), string(q.Level)) {
		return nil, Unknown("level", string(q.Level), Levels(), "the levels are "+strings.Join(Levels(), ", "))
	}
	if err := apart(q); err != nil {
		return nil, err
	}
	if err := vacant(q.Copy); err != nil {
		return nil, err
	}
	if err := replaceable(q.Map); err != nil {
		return nil, err
	}
	if len(q.Lock.To) > 0 {
		if err := q.Lock.Check(); err != nil {
			return nil, err
		}
	}
	f, err := Open(ctx, q.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	v, err := f.Verify(ctx, VerifyQuery{})
	if err != nil {
		return nil, err
	}
	if v.State == SealBrokenState { // the copy would name the seal of what this no longer is, and be whole
		return nil, &Problem{Code: "seal-broken", Exit: SealBroken, Title: q.File + " is not what was sealed",
			Hint: "plumbline verify " + q.File + " says what differs; a copy would look whole, so none is made: take the file as it was sealed"}
	}
	key, made, err := redactionKey(q.KeyFile)
	if err != nil {
		return nil, err
	}
	done := &Redacted{File: q.File, Copy: q.Copy, Level: q.Level, Key: keyPrint(key), KeyMade: made, KeyOpen: open(q.KeyFile), LeftOut: []int64{}, Ordinary: []string{}, Recipients: []string{}, Map: q.Map}
	o, err := f.redaction(ctx, key, q.Level, q.Map != "")
	if err != nil {
		return nil, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.State.Finished() {
			done.Snapshots++
		} else {
			done.LeftOut = append(done.LeftOut, s.ID)
		}
	}
	if done.Snapshots == 0 {
		return nil, &Problem{Code: "nothing-to-redact", Title: q.File + " has no finished snapshot", Hint: "finish the collection first", Exit: Failed}
	}
	origin := store.Origin{At: time.Now(), Program: Version(), Level: string(q.Level), Key: done.Key}
	r := o.redaction(origin)
	r.Told = q.Told
	err = f.writeRedacted(ctx, q, r, done, o.pseudonyms)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, store.ErrAltered):
		return nil, &Problem{Code: "altered", Exit: BadFile, Title: oneLine(strings.ReplaceAll(err.Error(), f.store.Path(), q.File)), Hint: "plumbline doctor FILE says more; a copy names what it was made of, so it is made of what is whole", err: err}
	case err != nil:
		return nil, named(q.File, err)
	}
	done.People = len(o.known.names)
	done.Ordinary = append(done.Ordinary, o.known.passedOver()...)
	return done, f.noteRedacted(ctx, q, done)
}

// writeRedacted writes the copy, encrypted where that was asked for, and who is who.
func (f *File) writeRedacted(ctx context.Context, q RedactQuery, r store.Redaction, done *Redacted, who func() []Pseudonym) error {
	write := func(path string) (err error) {
		if done.Objects, err = f.store.Redacted(ctx, path, r); err != nil || q.Map == "" {
			return err
		}
		return WriteFile(q.Map, func(w io.Writer) error { return writeMap(w, who()) })
	}
	if len(q.Lock.To) == 0 {
		return makeNew(q.Copy, func(path string) (err error) {
			if err = write(path); err == nil {
				done.SHA256, err = fileSum(path)
			}
			return err
		})
	}
	return beside(q.Copy, func(folder string) error {
		open := filepath.Join(folder, "open.plumb.db")
		if err := write(open); err != nil {
			return err
		}
		locked, err := enclose(ctx, open, q.Copy, q.Lock, newPlace(q.Copy))
		done.SHA256, done.Recipients = locked.SHA256, list(locked.Recipients)
		return err
	})
}

// fileSum is the SHA-256 of a file, in hex.
func fileSum(path string) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, in)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// noteRedacted writes into this machine's log that a copy was made to be handed over.
func (f *File) noteRedacted(ctx context.Context, q RedactQuery, done *Redacted) error {
	snapshots, err := f.store.Snapshots(ctx)
	if err != nil {
		return err
	}
	h := HandOver{File: q.File, What: "redacted", Format: "plumb.db", Output: q.Copy, SHA256: done.SHA256, Recipients: done.Recipients}
	for _, s := range snapshots {
		if h.Site = s.Site.Address; s.State.Finished() {
			h.Snapshots = append(h.Snapshots, s.Digest)
		}
	}
	return h.Record()
}

// apart refuses a copy, a key or a map in the place of one another.
func apart(q RedactQuery) error {
	places := []struct{ what, path string }{{"the file", q.File}, {"the copy", q.Copy}, {"the key file", q.KeyFile}, {"the map", q.Map}}
	for i, a := range places {
		for _, b := range places[:i] {
			if a.path != "" && b.path != "" && samePlace(a.path, b.path) {
				return Usage(a.what+" and "+b.what+" are the same: "+a.path, "give each its own name")
			}
		}
	}
	return nil
}

func samePlace(a, b string) bool {
	if x, err := os.Stat(a); err == nil {
		if y, err := os.Stat(b); err == nil {
			return os.SameFile(x, y)
		}
	}
	x, errX := filepath.Abs(a)
	y, errY := filepath.Abs(b)
	return errX == nil && errY == nil && x == y
}

// keyHead begins a key file, so that no other secret is taken for one.
const keyHead = "plumbline-redaction-key-1 "

// redactionKey reads the key of pseudonyms, or makes one where there is none.
func redactionKey(path string) (key []byte, made bool, err error) {
	if path == "" {
		return nil, false, Usage("no --key-file", "name one: it is made where it is not there; whoever has it can find out who is who, and the same key gives the same people the same codes")
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		rand.Read(key)
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, false, err
		}
		_, err = out.WriteString(keyHead + hex.EncodeToString(key) + "\n")
		if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
			os.Remove(path) // half a key is none
		}
		return key, true, err
	}
	if err != nil {
		return nil, false, err
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(string(text)), keyHead)
	if key, err = hex.DecodeString(rest); !ok || err != nil || len(key) != 32 {
		return nil, false, &Problem{Code: "redaction-key", Title: path + " is no key of redaction", Hint: "name another file: it is made where it is not there", Exit: Failed}
	}
	return key, false, nil
}

// keyPrint tells keys apart without telling them.
func keyPrint(key []byte) string {
	sum := sha256.Sum256(append([]byte("plumbline redaction key\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

func open(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/'
}

// redaction is what rewrites the file at a level; noted keeps what each pseudonym stands for.
func (f *File) redaction(ctx context.Context, key []byte, level Level, noted bool) (*objects, error) {
	v := &values{coder: newCoder(key), level: slices.Index(Levels(), string(level)), classes: collector.ClassesOf(),
		known: known{names: map[string]string{}}, sites: map[string]bool{}, wanted: map[string]bool{}, met: map[string]collector.Class{}}
	v.known.spelt = func(s string) string { return v.code(spacePerson, s) }
	if noted {
		v.made = map[string]Pseudonym{}
	}
	sites, err := f.store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		for _, id := range s.IDs {
			v.sites[id] = true
		}
	}
	decisions, err := f.store.Decisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range decisions {
		for _, part := range store.KeyParts(d.Aspect) {
			v.wanted[part] = true
		}
	}
	o := newObjects(v)
	parameters, err := f.store.Parameters(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parameters {
		class := v.classes.Params[p.Name[strings.LastIndexByte(p.Name, '.')+1:]]
		for _, e := range listed(p.Value) {
			v.wanted[e] = true
			if class == collector.ClassDomain {
				o.meet(class, e)
			}
		}
	}
	snapshots, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range snapshots {
		o.meet(collector.ClassPerson, s.Vantage.Account)
		o.meet(collector.ClassPerson, s.Vantage.AccountName)
	}
	return o, nil
}

// listed are the elements of a parameter's value, as it is typed.
func listed(value string) []string {
	var all []string
	for element := range strings.SplitSeq(strings.Trim(value, "[]"), ",") {
		if element = strings.Trim(strings.TrimSpace(element), `"`); element != "" {
			all = append(all, element)
		}
	}
	return all
}

func (o *objects) redaction(origin store.Origin) store.Redaction {
	return store.Redaction{Look: o.look, Looked: o.known.ready, Object: o.rewrite, Row: o.row, Origin: origin}
}

// passedOver are the names that are not looked for in texts.
func (k *known) passedOver() []string {
	var all []string
	for name := range k.names {
		if at := wordsOf(name); len(at) == 1 && !looked(strings.ToLower(name[at[0][0]:at[0][1]])) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Lookup says what a pseudonym of a copy stands for, by the file and the key that the copy was made with. It makes every
// pseudonym of the file anew, at all levels.
func Lookup(ctx context.Context, path, keyFile, code string) ([]Pseudonym, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := os.Stat(keyFile); err != nil && keyFile != "" {
		return nil, err
	}
	key, _, err := redactionKey(keyFile)
	if err != nil {
		return nil, err
	}
	var found []Pseudonym
	for _, level := range []Level{LevelPeople, LevelStructure} {
		o, err := f.redaction(ctx, key, level, true)
		if err != nil {
			return nil, err
		}
		if err := f.store.Redactions(ctx, o.redaction(store.Origin{})); err != nil {
			return nil, err
		}
		for _, p := range o.pseudonyms() {
			if p.Code == code && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return nil, &Problem{Code: "unknown-code", Title: fmt.Sprintf("nothing in %s has the code %q", path, code), Exit: WrongUse,
			Hint: "the fingerprint of the key, " + keyPrint(key) + ", must be the one that the copy names"}
	}
	return found, nil
}
