package collector

import (
	"context"
	"iter"
	"time"

	"plumbline/store"
)

type loop struct {
	started     time.Time
	vantage     store.Vantage
	site        identity
	credentials []Credential
}
type identity struct{ store.Site }
type tern int

const yes tern = 1

func (identity) has(Product) bool                                     { return false }
func (l *loop) holds(string) tern                                     { return 0 }
func (l *loop) seen(context.Context, string) iter.Seq2[Object, error] { return nil }
func (l *loop) outcome(string) store.Outcome                          { return "" }

type part struct {
	parent, saved string
	body          Item
}

func (p *part) fetch(context.Context, Source, Item) iter.Seq2[Item, error]  { return nil }
func (p *part) askOnce(context.Context, Source, Item, bool) (Answer, error) { return Answer{}, nil }
func (p *part) read(context.Context, []Source, bool) error                  { return nil }
func (p *part) emit(*Resource, []Made)                                      {}
func (p *part) emitInside(string, []Made)                                   {}
func (p *part) save(context.Context, string) error                          { return nil }
func (p *part) each(context.Context, iter.Seq2[Object, error], func(context.Context, *Walk) error) error {
	return nil
}
func (p *part) partly(string) {}
func (p *part) bounded(int)   {}
