package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Brand is whose report it is: what a consultant puts on it. All of it is optional.
type Brand struct {
	Company string      `json:"company"` // who made the report
	Client  string      `json:"client"`  // for whom
	Title   string      `json:"title"`
	Accent  string      `json:"accent"` // a colour, #3b49c4
	Logo    string      `json:"logo"`   // a PNG or SVG file beside the brand's; once read, a data: URL
	Texts   BrandedText `json:"texts"`
}

// BrandedText are blocks of plain text; an empty line begins a new paragraph.
type BrandedText struct {
	Introduction    string `json:"introduction"` // after the title
	Summary         string `json:"summary"`      // in front of the summary that is made of the facts
	Confidentiality string `json:"confidentiality"`
	Closing         string `json:"closing"` // at the end
}

// mostLogo bounds a logo: it lies in every report.
const mostLogo = 512 << 10

var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// ReadBrand reads a brand and its logo from a JSON file.
func ReadBrand(path string) (*Brand, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the brand: %w", err)
	}
	b := new(Brand)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(b); err != nil {
		return nil, Usage(path+" is no brand: "+oneLine(err.Error()), "a brand is a JSON object of company, client, title, accent, logo and texts; docs/guide.md shows one")
	}
	if b.Accent != "" && !colour.MatchString(b.Accent) {
		return nil, Usage(fmt.Sprintf("%s: %q is no colour", path, b.Accent), `write "accent": "#3b49c4"`)
	}
	if b.Logo == "" {
		return b, nil
	}
	if b.Logo, err = logoURL(filepath.Join(filepath.Dir(path), filepath.FromSlash(b.Logo))); err != nil {
		return nil, err
	}
	return b, nil
}

// logoURL is a logo as a data: URL, with nothing in it but the picture.
func logoURL(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > mostLogo {
		return "", Usage(fmt.Sprintf("%s is larger than %d KiB", path, mostLogo>>10), "a logo lies in every report: take a smaller one")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the logo: %w", err)
	}
	kind := "image/png"
	var clean []byte
	if bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")) {
		clean, err = cleanPNG(raw)
	} else {
		kind = "image/svg+xml"
		clean, err = cleanSVG(raw)
	}
	if err != nil {
		return "", Usage(path+": "+err.Error(), "a logo is a PNG, or an SVG that draws and does nothing else")
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(clean), nil
}

// cleanPNG writes a picture anew: what was told beside it (who made it, where) is gone.
func cleanPNG(raw []byte) ([]byte, error) {
	head, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("no PNG that can be read: %w", err)
	}
	if head.Width*head.Height > 4_000_000 {
		return nil, fmt.Errorf("%d x %d points are too many for a logo", head.Width, head.Height)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("no PNG that can be read: %w", err)
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture)
	return out.Bytes(), err
}

// What an SVG may be made of (SVG 1.1): shapes, text, gradients and clips. No script, style sheet, animation, foreign
// object, picture or link: an element that is not named here takes all that is in it along.
var (
	svgElements = strings.Fields("svg g defs title desc symbol use path rect circle ellipse line polyline polygon text tspan " +
		"linearGradient radialGradient stop clipPath mask pattern")
	svgAttributes = strings.Fields("id class version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points dx dy " +
		"transform fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset " +
		"opacity color offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod clip-path clip-rule clipPathUnits mask maskUnits " +
		"patternUnits patternTransform font-family font-size font-weight font-style letter-spacing text-anchor dominant-baseline href visibility display")
)

// svgOutside is a value that leads out of the picture: any reference but to its own ids.
var svgOutside = regexp.MustCompile(`(?i)url\s*\(\s*["']?\s*[^#"'\s]|[a-z][a-z0-9+.-]*:|\\|@import|expression`)

// cleanSVG writes a drawing anew with nothing but what draws.
func cleanSVG(raw []byte) ([]byte, error) {
	in := xml.NewDecoder(bytes.NewReader(raw))
	in.Entity = map[string]string{} // none of its own
	var out bytes.Buffer
	depth, skipped := 0, 0
	for {
		token, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("no SVG that can be read: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.Contains(t, []byte("ENTITY")) {
				return nil, errors.New("it declares entities")
			}
		case xml.StartElement:
			if depth++; depth == 1 && t.Name.Local != "svg" {
				return nil, errors.New("neither a PNG nor an SVG")
			}
			if skipped > 0 || !slices.Contains(svgElements, t.Name.Local) {
				skipped++
				continue
			}
			out.WriteString("<" + t.Name.Local)
			if depth == 1 {
				out.WriteString(` xmlns="http://www.w3.org/2000/svg"`)
			}
			for _, a := range t.Attr {
				if slices.Contains(svgAttributes, a.Name.Local) && !svgOutside.MatchString(a.Value) && (a.Name.Local != "href" || strings.HasPrefix(a.Value, "#")) {
					out.WriteString(" " + a.Name.Local + `="`)
					xml.EscapeText(&out, []byte(a.Value)) // a buffer takes all
					out.WriteString(`"`)
				}
			}
			out.WriteString(">")
		case xml.EndElement:
			depth--
			if skipped > 0 {
				skipped--
				continue
			}
			out.WriteString("</" + t.Name.Local + ">")
		case xml.CharData:
			if skipped == 0 && depth > 0 {
				xml.EscapeText(&out, t)
			}
		}
	}
	if out.Len() == 0 || depth != 0 {
		return nil, errors.New("neither a PNG nor an SVG")
	}
	return out.Bytes(), nil
}
