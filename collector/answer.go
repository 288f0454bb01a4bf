package collector

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// batch is one answer taken apart: what it says about itself, and its items reduced to what is kept.
type batch struct {
	envelope
	items  []Item
	n      int            // elements of the list, those left out included
	bytes  int64          // of the answer
	unkept map[string]int // why elements were left out, and how many
	status int
}

var (
	errNoList  = errors.New("the list is missing")
	errTrailer = errors.New("there is more behind the end")
	errTwice   = errors.New("a member comes twice")
)

// readPage reads an answer whose list stands under the member items ("" is a bare array, "." the answer itself, dotted
// steps go into objects). It is read as a stream, so that its size costs nothing: only what is kept stays.
func readPage(body *bufio.Reader, items string, keep *keeping) (*batch, error) {
	d := jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	p := &batch{envelope: envelope{total: -1, size: -1}}
	var err error
	switch items {
	case "":
		err = p.list(d, keep)
	case ".":
		if d.PeekKind() != '{' {
			if _, err := d.ReadToken(); err != nil {
				return nil, plainError(err)
			}
			return nil, errNoList
		}
		err = p.item(d, keep)
	default:
		err = p.object(d, items, keep)
	}
	if err != nil {
		return nil, plainError(err)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		if err == nil {
			err = errTrailer
		}
		return nil, plainError(err)
	}
	p.bytes = d.InputOffset()
	return p, nil
}

// plainError says where an answer is broken without repeating any of it.
func plainError(err error) error {
	if err == io.EOF {
		return fmt.Errorf("it is empty: %w", io.ErrUnexpectedEOF)
	}
	var s *jsontext.SyntacticError
	if !errors.As(err, &s) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it ends after %d bytes: %w", s.ByteOffset, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("not JSON after byte %d", s.ByteOffset)
}

func (p *batch) list(d *jsontext.Decoder, keep *keeping) error {
	if d.PeekKind() != '[' {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		return errNoList
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		if err := p.item(d, keep); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (p *batch) item(d *jsontext.Decoder, keep *keeping) error {
	item, err := keep.item(d)
	var unkept *errUnkept
	switch {
	case errors.As(err, &unkept):
		p.leaveOut(unkept.reason)
	case err != nil:
		return err
	default:
		p.items = append(p.items, item)
	}
	if p.n++; p.n > mostElements {
		return errTooLarge
	}
	return nil
}

// mostElements is how many elements an answer may have: a hundred times the largest page of any list.
const mostElements = 500_000

func (p *batch) leaveOut(reason string) {
	if p.unkept == nil {
		p.unkept = map[string]int{}
	}
	p.unkept[reason]++
}

// object reads an envelope, or an object on the way to the list.
func (p *batch) object(d *jsontext.Decoder, items string, keep *keeping) error {
	if d.PeekKind() != '{' {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		return errNoList
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	step, rest, deeper := strings.Cut(items, ".")
	found := false
	for d.PeekKind() != '}' {
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		name, err := unquote(raw)
		switch {
		case err == nil && name == step && found:
			return fmt.Errorf("%w: %s", errTwice, step)
		case err == nil && name == step && deeper:
			found, err = true, p.object(d, rest, keep)
		case err == nil && name == step:
			found, err = true, p.list(d, keep)
		case err == nil:
			err = p.envelopeMember(d, name)
		default:
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w: no member %s", errNoList, step)
	}
	return nil
}

func (p *batch) envelopeMember(d *jsontext.Decoder, name string) (err error) {
	switch name {
	case "total", "totalSize":
		p.total, err = number(d)
	case "maxResults", "limit":
		p.size, err = number(d)
	case "isLast", "isLastPage":
		p.last, err = truth(d)
	case "nextPageToken":
		p.token, err = words(d)
	case "cursor":
		p.cursor, err = words(d)
	case "nextCursor":
		p.next, err = words(d)
	case "_links", "links", "meta", "pagingInfo":
		err = p.about(d, name)
	default:
		err = d.SkipValue()
	}
	return err
}

// number reads an integer, also one in quotes; -1 for anything else.
func number(d *jsontext.Decoder) (int64, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return -1, err
	}
	f, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || f < 0 || f > math.MaxInt32 || f != math.Trunc(f) {
		return -1, nil
	}
	return int64(f), nil
}

// truth reads true or false; nil for anything else.
func truth(d *jsontext.Decoder) (*bool, error) {
	raw, err := d.ReadValue()
	if kind := raw.Kind(); err != nil || kind != 't' && kind != 'f' {
		return nil, err
	}
	yes := raw.Kind() == 't'
	return &yes, nil
}

// words reads a string, or a number as it was sent: some cursors are; "" for anything else.
func words(d *jsontext.Decoder) (string, error) {
	raw, err := d.ReadValue()
	if err == nil && raw.Kind() == '0' {
		return string(raw), nil
	}
	if err != nil || raw.Kind() != '"' {
		return "", err
	}
	s, err := unquote(raw)
	if err != nil {
		return "", nil
	}
	return s, nil
}

// about reads an object of an envelope that says how the list goes on.
func (p *batch) about(d *jsontext.Decoder, object string) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		name, _ := unquote(raw)
		switch object + "." + name {
		case "_links.next", "links.next":
			p.link, err = words(d)
		case "meta.next", "pagingInfo.nextPageCursor":
			p.next, err = words(d)
		case "meta.total":
			p.total, err = number(d)
		case "pagingInfo.lastPage":
			p.last, err = truth(d)
		default:
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// linkHeader returns the address with rel="next" of a Link header.
//
// Source: Confluence REST API v2, "Pagination".
func linkHeader(h http.Header) string {
	for _, v := range h.Values("Link") {
		for part := range strings.SplitSeq(v, ",") {
			address, params, _ := strings.Cut(part, ";")
			address = strings.TrimSpace(address)
			if !strings.HasPrefix(address, "<") || !strings.HasSuffix(address, ">") {
				continue
			}
			for param := range strings.SplitSeq(params, ";") {
				name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
				if strings.EqualFold(name, "rel") && strings.Trim(value, `"`) == "next" {
					return address[1 : len(address)-1]
				}
			}
		}
	}
	return ""
}
