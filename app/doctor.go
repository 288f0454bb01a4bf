package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// Diagnosis answers `doctor`.
type Diagnosis struct {
	Checks []Check `json:"checks"`
	exit   Exit
}

// Check is one thing that was looked at.
type Check struct {
	What  string `json:"what"`
	State string `json:"state"` // ok, note (good to know), wrong
	Words string `json:"words"`
}

// Exit is what the command ends with: the file's fault, else the machine's, else none.
func (d *Diagnosis) Exit() Exit { return d.exit }

func (d *Diagnosis) ok(what, words string)   { d.Checks = append(d.Checks, Check{what, "ok", words}) }
func (d *Diagnosis) note(what, words string) { d.Checks = append(d.Checks, Check{what, "note", words}) }
func (d *Diagnosis) wrong(what, words string, exit Exit) {
	d.Checks = append(d.Checks, Check{what, "wrong", words})
	d.exit = Worst(d.exit, exit)
}

// Examine checks the machine and, where path is given, the evidence file.
func Examine(ctx context.Context, path string) *Diagnosis {
	d := &Diagnosis{}
	v := Versions()
	d.ok("program", fmt.Sprintf("plumbline %s, %s, %s/%s", v.Version, v.Go, v.OS, v.Arch))
	d.rules()
	d.cache()
	d.keychain(ctx)
	if path != "" {
		d.file(ctx, path)
	}
	return d
}

func (d *Diagnosis) rules() {
	pack, err := rules.Shipped()
	if err != nil {
		d.wrong("rules", oneLine(err.Error()), Failed)
		return
	}
	d.ok("rules", fmt.Sprintf("pack %s, %d rules over %d resources", pack.Version, len(pack.Rules), len(store.Resources())))
}

func (d *Diagnosis) cache() {
	dir := store.CacheDir()
	if dir == "" {
		d.note("cache", "no folder can be written: every answer is worked out anew; PLUMBLINE_CACHE names another")
		return
	}
	d.ok("cache", dir)
}

// keychain writes a pretend entry and takes it away again: nothing else tells whether it works.
func (d *Diagnosis) keychain(ctx context.Context) {
	dir, err := os.MkdirTemp("", "plumbline-doctor-*")
	if err != nil {
		d.wrong("keychain", Words(err).Title, Failed)
		return
	}
	defer os.RemoveAll(dir)
	k := &collector.Keychain{Dir: dir, Patience: 5 * time.Second}
	probe := collector.SignIn{Site: "https://doctor.invalid", Kind: collector.APIToken}
	kept, err := k.Save(ctx, probe, Secret{Email: "doctor@doctor.invalid", Token: "probe"})
	switch {
	case err != nil:
		d.wrong("keychain", oneLine(err.Error()), Failed)
		return
	case kept.ThisRunOnly:
		d.note("keychain", "none can be used, so sign-ins are for one run, in the environment ("+oneLine(kept.Why)+")")
		return
	}
	if err := k.Remove(ctx, collector.SignInName(probe.Site, probe.Kind)); err != nil {
		d.wrong("keychain", oneLine(err.Error()), Failed)
		return
	}
	d.ok("keychain", "can be written and read")
}

func (d *Diagnosis) file(ctx context.Context, path string) {
	f, err := Open(ctx, path)
	if err != nil {
		p := Words(err)
		words := p.Title
		if p.Hint != "" {
			words += "; " + p.Hint
		}
		d.wrong("file", words, p.Exit)
		return
	}
	defer f.Close()
	d.ok("file", fmt.Sprintf("%s, format %d, %s", path, f.store.Format(), size(path)))
	if err := f.store.QuickCheck(ctx); err != nil {
		d.wrong("pages", oneLine(err.Error()), BadFile)
		return
	}
	d.ok("pages", "SQLite finds nothing wrong")
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		d.wrong("snapshots", oneLine(err.Error()), BadFile)
		return
	}
	d.objects(ctx, f, all)
	d.views(ctx, f, all)
}

func size(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%.1f MB", float64(info.Size())/1e6)
}

// objects reads every object of every snapshot once. From the bodies themselves it computes the
// digest that each finished snapshot must have, and it looks in them for anything that
// docs/resources.md does not say is kept.
func (d *Diagnosis) objects(ctx context.Context, f *File, all []store.Snapshot) {
	look := &bodies{kept: keptMembers(), seed: maphash.MakeSeed(), seen: map[uint64]bool{}}
	checked, open, changed := 0, 0, ""
	for _, s := range all {
		digest, err := look.read(ctx, f, s.ID)
		switch {
		case err != nil:
			d.wrong("snapshots", fmt.Sprintf("snapshot %d: %s", s.ID, oneLine(err.Error())), BadFile)
			return
		case !s.State.Finished():
			open++
			continue
		case digest != s.Digest && changed == "":
			changed = fmt.Sprintf("snapshot %d was finished with %s, and what is in it now gives %s: it was changed", s.ID, s.Digest, digest)
		}
		checked++
	}
	switch {
	case changed != "":
		d.wrong("snapshots", changed, BadFile)
	case open > 0:
		d.ok("snapshots", fmt.Sprintf("%d finished, each with the digest it was finished with; %d not finished", checked, open))
	default:
		d.ok("snapshots", fmt.Sprintf("%d finished, each with the digest it was finished with", checked))
	}
	if look.stray != "" {
		d.wrong("members", look.stray, BadFile)
	} else {
		d.ok("members", fmt.Sprintf("%d bodies hold only what docs/resources.md says is kept", len(look.seen)))
	}
}

// bodies is what is known of the bodies of a file while they are read.
type bodies struct {
	kept  map[string][]string
	seed  maphash.Seed
	seen  map[uint64]bool // a body that many snapshots share is looked at once
	stray string          // the first thing that should not be there
}

// read computes a snapshot's digest as docs/evidence-format.md describes it: a line for each
// object, sorted by resource and key.
func (b *bodies) read(ctx context.Context, f *File, snapshot int64) (string, error) {
	counts, err := f.store.Counts(ctx, snapshot)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, resource := range slices.Sorted(maps.Keys(counts)) {
		for o, err := range f.store.Objects(ctx, snapshot, resource) {
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s\x1e%s\x1e%x\n", resource, o.Key, sha256.Sum256(o.Body))
			b.look(snapshot, resource, o.Body)
		}
	}
	return fmt.Sprintf("sha256:%x", sum.Sum(nil)), nil
}

func (b *bodies) look(snapshot int64, resource string, body []byte) {
	id := maphash.Bytes(b.seed, append([]byte(resource+"\x1f"), body...))
	if b.seen[id] {
		return
	}
	b.seen[id] = true
	members, known := b.kept[resource]
	if !known || b.stray != "" {
		return
	}
	if path := beyond(body, members); path != "" {
		b.stray = fmt.Sprintf("%s of snapshot %d holds %q, which is not among the members kept", resource, snapshot, path)
	}
}

// keptMembers are the paths that a body of each resource may hold: those that the resource keeps of
// an answer, whole or of one element of it, those that are added to say where it belongs, and those
// that its view reads. Both editions count: a view reads either spelling.
func keptMembers() map[string][]string {
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	kept := map[string][]string{}
	for _, r := range slices.Concat(collector.Resources(), collector.DataCenterResources()) {
		members := kept[r.Name]
		for _, path := range r.Keep {
			members = append(members, path)
			for rest, inside := path, true; inside; {
				if _, rest, inside = strings.Cut(rest, "[]."); inside {
					members = append(members, rest)
				}
			}
		}
		for name := range r.With {
			members = append(members, name)
		}
		for _, m := range viewPath.FindAllStringSubmatch(views[r.Name], -1) {
			members = append(members, m[1], m[1]+"[]")
		}
		kept[r.Name] = members
	}
	return kept
}

// viewPath is a member that a view reads: '$.owner.accountId'.
var viewPath = regexp.MustCompile(`'\$\.([A-Za-z0-9_.]+)'`)

// beyond returns the first path in a body that no member kept covers, "" if there is none.
func beyond(body []byte, members []string) string {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return "no JSON"
	}
	var walk func(v any, at string) string
	walk = func(v any, at string) string {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				if p := walk(inner, strings.TrimPrefix(at+"."+name, ".")); p != "" {
					return p
				}
			}
			return ""
		case []any:
			for _, inner := range v {
				if p := walk(inner, at+"[]"); p != "" {
					return p
				}
			}
			return ""
		}
		if !slices.ContainsFunc(members, func(m string) bool { return covers(m, at) }) {
			return at
		}
		return ""
	}
	return walk(v, "")
}

// covers says whether a member kept, where * stands for any name, is the path.
func covers(member, at string) bool {
	if member == at {
		return true
	}
	if !strings.Contains(member, "*") {
		return false
	}
	m, a := strings.Split(member, "."), strings.Split(at, ".")
	if len(m) != len(a) {
		return false
	}
	for i := range m {
		if m[i] != a[i] && m[i] != "*" {
			return false
		}
	}
	return true
}

// views reads every relation of each site's latest snapshot.
func (d *Diagnosis) views(ctx context.Context, f *File, all []store.Snapshot) {
	latest := map[int64]store.Snapshot{}
	for _, s := range all {
		if s.State.Finished() {
			latest[s.Site.ID] = s
		}
	}
	for _, s := range latest {
		relations, err := f.store.Relations(ctx, s.ID, nil)
		if err != nil {
			d.wrong("views", fmt.Sprintf("snapshot %d: %s", s.ID, oneLine(err.Error())), Failed)
			return
		}
		for _, v := range store.Views() {
			if _, err := relations.Select(ctx, "SELECT count(*) FROM "+v.Name, nil, personal); err != nil {
				d.wrong("views", fmt.Sprintf("%s of snapshot %d: %s", v.Name, s.ID, oneLine(err.Error())), Failed)
				relations.Close()
				return
			}
		}
		relations.Close()
	}
	d.ok("views", fmt.Sprintf("%d relations answer for the latest snapshot of each site", len(store.Views())))
}
