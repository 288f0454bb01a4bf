package collector

// NeededScope is one scope of one of a source's two sets: what the declarations of the resources say, as rows. A source is
// open to who holds all of its classic or all of its granular scopes; a part is read when one of its sources is open, or all
// where they make it up together; a resource when all of its parts are read.
type NeededScope struct {
	Resource   string
	Part       string // the resource itself, or one that it cannot be read without: the parent it is asked under, the one it comes out of
	Source     int    // of the part, from 1, in order of preference
	Together   bool   // every source of the part is needed, not one of them
	Credential string // ThreeLO (a scoped token is the same), or OrgKey
	Class      string // FamilyClassic or FamilyGranular
	Scope      string
}

// NeededScopes are the scopes of every resource of a Cloud site, in the order of Resources. What a source needs that asks for
// none, or that no grant of scopes may ask, is not among them; nor what stands behind a source that needs none.
func NeededScopes() []NeededScope { return neededScopes(Resources()) }

func neededScopes(all []Resource) []NeededScope {
	byName := index(all)
	var needed []NeededScope
	for _, r := range all {
		for _, part := range family(byName, r.Name) {
			for i, s := range grantSources(part) {
				if len(s.Classic)+len(s.Granular) == 0 && !part.Union {
					break
				}
				needed = append(needed, needsOf(r, part, i+1, ThreeLO, s)...)
			}
			for i, s := range part.Sources {
				if s.API == OrgAPI {
					needed = append(needed, needsOf(r, part, i+1, OrgKey, s)...)
				}
			}
		}
	}
	return needed
}

func needsOf(r, part Resource, source int, credential string, s Source) []NeededScope {
	var needed []NeededScope
	for _, set := range []struct {
		class string
		names []string
	}{{FamilyClassic, s.Classic}, {FamilyGranular, s.Granular}} {
		for _, name := range set.names {
			needed = append(needed, NeededScope{r.Name, part.Name, source, part.Union, credential, set.class, name})
		}
	}
	return needed
}
