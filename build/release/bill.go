package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// bill writes the bill of materials of a built program, CycloneDX 1.5: the modules that the program says it
// was linked from (read from its bytes by cyclonedx-gomod), the packages of its page, and their licences.
func (r *release) bill(ctx context.Context, t target, name, program string) error {
	made := filepath.Join(r.scratch, name+".cdx.json")
	if err := r.do(ctx, r.root, nil, "go", "tool", "-modfile=tools/go.mod", "cyclonedx-gomod", "bin", "-json", "-noserial", "-std",
		"-version", r.version, "-output", made, program); err != nil {
		return err
	}
	data, err := os.ReadFile(made)
	if err != nil {
		return err
	}
	var bom struct {
		Format       string           `json:"bomFormat"`
		Spec         string           `json:"specVersion"`
		Version      int              `json:"version"`
		Metadata     map[string]any   `json:"metadata"`
		Components   []map[string]any `json:"components"`
		Dependencies []map[string]any `json:"dependencies"`
	}
	if err := json.Unmarshal(data, &bom); err != nil {
		return err
	}
	bom.Metadata["timestamp"] = r.when.Format("2006-01-02T15:04:05Z")
	bom.Metadata["tools"] = []map[string]any{{"vendor": "CycloneDX", "name": "cyclonedx-gomod", "version": "v1.7.0"}} // without the digest of one build of it
	if whole, ok := bom.Metadata["component"].(map[string]any); ok {
		whole["licenses"] = licensed("MIT")
	}
	known := map[string]dependency{}
	for _, d := range r.deps {
		known[d.name] = d
	}
	for _, c := range bom.Components {
		d, ok := known[fmt.Sprint(c["name"])]
		if !ok {
			return fmt.Errorf("%v is linked into %s and not in %s", c["name"], name, judged)
		}
		c["licenses"] = licensed(d.licence)
	}
	parts, err := r.packages()
	if err != nil {
		return err
	}
	bom.Components = append(bom.Components, parts...)
	if data, err = json.MarshalIndent(bom, "", "  "); err != nil {
		return err
	}
	return r.write(name+".cdx.json", append(data, '\n'))
}

func licensed(expression string) []map[string]any {
	if strings.Contains(expression, " ") {
		return []map[string]any{{"expression": expression}}
	}
	return []map[string]any{{"license": map[string]any{"id": expression}}}
}

// packages are the page's, with the digests that npm checked when it fetched them.
func (r *release) packages() ([]map[string]any, error) {
	data, err := os.ReadFile(filepath.Join(r.root, "frontend", "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, d := range r.deps {
		name, ok := strings.CutPrefix(d.name, "npm:")
		if !ok {
			continue
		}
		purl := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + d.version
		c := map[string]any{"bom-ref": purl, "type": "library", "name": name, "version": d.version, "purl": purl, "scope": "required", "licenses": licensed(d.licence)}
		for path, p := range lock.Packages {
			sum, ok := strings.CutPrefix(p.Integrity, "sha512-")
			if raw, err := base64.StdEncoding.DecodeString(sum); ok && err == nil && p.Version == d.version && strings.HasSuffix("/"+path, "/node_modules/"+name) {
				c["hashes"] = []map[string]any{{"alg": "SHA-512", "content": hex.EncodeToString(raw)}}
			}
		}
		all = append(all, c)
	}
	return all, nil
}
