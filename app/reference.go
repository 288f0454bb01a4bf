package app

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/store"
)

// Find returns the snapshot that ref names: a number, latest, previous, pinned, a label, a date or
// the beginning of a digest; "" is latest. All but the number are per site: of the site given, else
// of the only one, else of the one collected last.
func (f *File) Find(ctx context.Context, ref, site string) (Snapshot, error) {
	s, err := f.find(ctx, ref, site)
	return snapshotOf(s), err
}

func (f *File) find(ctx context.Context, ref, site string) (store.Snapshot, error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return store.Snapshot{}, err
	}
	return findSnapshot(all, ref, site)
}

// findPair returns the two snapshots to compare: after is the latest finished one where it is not
// named, before the pinned one, else the one that precedes after.
func findPair(all []store.Snapshot, beforeRef, afterRef, site string) (before, after store.Snapshot, err error) {
	after, err = findSnapshot(all, afterRef, site)
	if err != nil {
		return before, after, err
	}
	if site == "" { // the other side is of the same site, unless a number says otherwise
		site = after.Site.SiteID()
	}
	switch strings.ToLower(beforeRef) {
	case "":
		if pin, ok := last(all, func(s store.Snapshot) bool { return sameSite(s, after) && s.Pinned && s.ID != after.ID }); ok {
			return pin, after, nil
		}
		fallthrough
	case "previous":
		before, err = preceding(all, after)
		return before, after, err
	}
	if id, ok := number(beforeRef); ok {
		if s, ok := last(all, func(s store.Snapshot) bool { return s.ID == id }); ok {
			return s, after, nil
		}
	}
	before, err = findSnapshot(all, beforeRef, site)
	return before, after, err
}

func preceding(all []store.Snapshot, after store.Snapshot) (store.Snapshot, error) {
	s, ok := last(all, func(s store.Snapshot) bool { return sameSite(s, after) && s.ID < after.ID && finished(s) })
	if !ok {
		return s, &Problem{
			Code: "unknown-snapshot", Exit: WrongUse,
			Title: fmt.Sprintf("no finished snapshot of %s precedes snapshot %d", siteName(after.Site), after.ID),
			Hint:  "collect the site again, or name two snapshots: plumbline compare FILE BEFORE AFTER",
		}
	}
	return s, nil
}

func findSnapshot(all []store.Snapshot, ref, site string) (store.Snapshot, error) {
	none := store.Snapshot{}
	if len(all) == 0 {
		return none, &Problem{
			Code: "unknown-snapshot", Exit: WrongUse,
			Title: "the file holds no snapshot yet", Hint: "plumbline collect FILE --site URL",
		}
	}
	own := all
	if site != "" {
		var err error
		if own, err = ofSite(all, site); err != nil {
			return none, err
		}
	}
	if id, ok := number(ref); ok { // the one reference that is unique in a file
		if s, ok := last(own, func(s store.Snapshot) bool { return s.ID == id }); ok {
			return s, nil
		}
	}
	if site == "" {
		own = ofLastSite(all)
	}
	switch strings.ToLower(ref) {
	case "", "latest":
		if s, ok := last(own, finished); ok {
			return s, nil
		}
		return none, noneFinished(own)
	case "previous":
		latest, ok := last(own, finished)
		if !ok {
			return none, noneFinished(own)
		}
		return preceding(own, latest)
	case "pinned":
		if s, ok := last(own, func(s store.Snapshot) bool { return s.Pinned }); ok {
			return s, nil
		}
		return none, &Problem{
			Code: "unknown-snapshot", Exit: WrongUse,
			Title: "no snapshot of " + siteName(own[0].Site) + " is pinned", Hint: "plumbline snapshots pin FILE SNAPSHOT",
		}
	}
	for _, by := range []func([]store.Snapshot, string) []store.Snapshot{byLabel, byDate, byDigest} {
		found := by(own, ref)
		if len(found) > 1 {
			return none, ambiguous(ref, found)
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return none, unknownSnapshot(own, ref)
}

func number(ref string) (int64, bool) {
	id, err := strconv.ParseInt(ref, 10, 64)
	return id, err == nil && id > 0 && strconv.FormatInt(id, 10) == ref
}

func byLabel(own []store.Snapshot, ref string) []store.Snapshot {
	exact := filter(own, func(s store.Snapshot) bool { return s.Label == ref })
	if len(exact) > 0 {
		return exact
	}
	return filter(own, func(s store.Snapshot) bool { return s.Label != "" && strings.EqualFold(s.Label, ref) })
}

// byDate finds the last finished snapshot begun on a day, in a month or at a second, in UTC as all
// times are shown.
func byDate(own []store.Snapshot, ref string) []store.Snapshot {
	from, to, ok := period(ref)
	if !ok {
		return nil
	}
	s, found := last(own, func(s store.Snapshot) bool {
		return finished(s) && !s.Started.Before(from) && s.Started.Before(to)
	})
	if !found {
		return nil
	}
	return []store.Snapshot{s}
}

func period(ref string) (from, to time.Time, ok bool) {
	for _, day := range []string{"2006-01-02", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.Parse(day, ref); err == nil {
			return t, t.AddDate(0, 0, 1), true
		}
	}
	if t, err := time.Parse("2006-01", ref); err == nil {
		return t, t.AddDate(0, 1, 0), true
	}
	if t, err := time.Parse(time.RFC3339, ref); err == nil {
		t = t.Truncate(time.Second)
		return t, t.Add(time.Second), true
	}
	return from, to, false
}

var digestPrefix = regexp.MustCompile(`^(sha256:)?[0-9a-f]{4,64}$`)

// byDigest finds snapshots by the beginning of their digest. Equal digests are equal contents: of
// those the newest stands for all.
func byDigest(own []store.Snapshot, ref string) []store.Snapshot {
	ref = strings.ToLower(ref)
	if !digestPrefix.MatchString(ref) {
		return nil
	}
	ref = "sha256:" + strings.TrimPrefix(ref, "sha256:")
	found := filter(own, func(s store.Snapshot) bool { return strings.HasPrefix(s.Digest, ref) })
	for i := len(found) - 1; i > 0; i-- {
		if found[i].Digest != found[0].Digest {
			return found
		}
	}
	if len(found) > 1 {
		found = found[len(found)-1:]
	}
	return found
}

func finished(s store.Snapshot) bool { return s.State.Finished() }

func sameSite(a, b store.Snapshot) bool { return a.Site.ID == b.Site.ID }

func last(all []store.Snapshot, ok func(store.Snapshot) bool) (store.Snapshot, bool) {
	for _, s := range slices.Backward(all) {
		if ok(s) {
			return s, true
		}
	}
	return store.Snapshot{}, false
}

func filter(all []store.Snapshot, ok func(store.Snapshot) bool) []store.Snapshot {
	var out []store.Snapshot
	for _, s := range all {
		if ok(s) {
			out = append(out, s)
		}
	}
	return out
}

// ofLastSite is the snapshots of the site collected last: of the last finished one, else of the last.
func ofLastSite(all []store.Snapshot) []store.Snapshot {
	chosen, ok := last(all, finished)
	if !ok {
		chosen = all[len(all)-1]
	}
	return filter(all, func(s store.Snapshot) bool { return sameSite(s, chosen) })
}

// ofSite is the snapshots of the site that is known by name: its address or host, its name, one of
// its ids, or a beginning of any of them that no other site has.
func ofSite(all []store.Snapshot, name string) ([]store.Snapshot, error) {
	exact, begin := map[int64]bool{}, map[int64]bool{}
	var names []string
	want := strings.ToLower(siteKey(name))
	for _, s := range all {
		known := append([]string{s.Site.Address, s.Site.Name}, s.Site.IDs...)
		names = append(names, siteName(s.Site))
		for _, k := range known {
			k = strings.ToLower(siteKey(k))
			if k == "" {
				continue
			}
			if k == want {
				exact[s.Site.ID] = true
			}
			if strings.HasPrefix(k, want) {
				begin[s.Site.ID] = true
			}
		}
	}
	found := exact
	if len(found) == 0 {
		found = begin
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch len(found) {
	case 1:
		return filter(all, func(s store.Snapshot) bool { return found[s.Site.ID] }), nil
	case 0:
		return nil, Unknown("site", name, names, "the file holds "+strings.Join(names, ", "))
	}
	return nil, Usage(fmt.Sprintf("%q names several sites of the file", name), strings.Join(names, ", "))
}

// siteKey is an address without what people leave out: scheme, port's slash, case.
func siteKey(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return u.Host + strings.TrimSuffix(u.Path, "/")
	}
	return strings.TrimSuffix(s, "/")
}

func siteName(s store.Site) string {
	switch {
	case s.Address != "":
		return siteKey(s.Address)
	case s.Name != "":
		return s.Name
	}
	return s.SiteID()
}

func noneFinished(own []store.Snapshot) error {
	s := own[len(own)-1]
	return &Problem{
		Code: "unknown-snapshot", Exit: WrongUse,
		Title: fmt.Sprintf("no snapshot of %s is finished; snapshot %d is %s", siteName(s.Site), s.ID, s.State),
		Hint:  "collect again to go on with it, or name it by its number",
	}
}

func ambiguous(ref string, found []store.Snapshot) error {
	var ids []string
	for _, s := range found {
		ids = append(ids, strconv.FormatInt(s.ID, 10))
	}
	return Usage(fmt.Sprintf("%q names the snapshots %s", ref, strings.Join(ids, ", ")), "use a number")
}

func unknownSnapshot(own []store.Snapshot, ref string) error {
	names := []string{"latest", "previous", "pinned"}
	var ids []string
	for _, s := range own {
		ids = append(ids, strconv.FormatInt(s.ID, 10))
		names = append(names, s.Started.UTC().Format("2006-01-02"))
		if s.Label != "" {
			names = append(names, s.Label)
		}
	}
	if _, ok := number(ref); ok { // a number is never a misspelt date
		names = nil
	}
	return Unknown("snapshot", ref, names, "there are "+strings.Join(ids, ", ")+", latest, previous and pinned")
}

// CheckLabel refuses a label that could not be told from another reference.
func CheckLabel(label string) error {
	_, isNumber := number(label)
	_, _, isDate := period(label)
	switch low := strings.ToLower(label); {
	case isNumber, isDate, low == "latest", low == "previous", low == "pinned":
		return Usage(fmt.Sprintf("%q cannot be a label: it already names a snapshot", label), "choose a word of your own, such as \"Q3 audit\"")
	case len(label) > 200:
		return Usage("a label has at most 200 bytes", "")
	}
	return nil
}
