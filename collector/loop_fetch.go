package collector

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"plumbline/store"
)

// fetch yields the items of a source without storing them.
func (p *part) fetch(ctx context.Context, src Source, parent Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		errStop := errors.New("stop")
		err := p.withSession(ctx, &src, func(s *session) error {
			l, err := p.newList(&src, parent, s)
			if err != nil {
				return err
			}
			at, yielded := position{Total: -1}, map[uint64]struct{}(nil)
			for {
				sw := &sweeper{pager: src.Pager, ask: l.ask, same: func(item Item) uint64 { return fingerprint(item) }, repeat: p.run.resource.Event}
				sw.eat = func(_ context.Context, b *batch, fresh []Item, _ position, _ bool) error {
					if at.Sweep == 0 && !at.Expired {
						p.leftOut(b.unkept)
					}
					for _, item := range fresh {
						if _, again := yielded[fingerprint(item)]; !again && !yield(item, nil) {
							return errStop
						}
					}
					return nil
				}
				end, err := sw.sweep(ctx, at)
				switch {
				case errors.Is(err, errStop):
					return err
				case errors.Is(err, errExpired) && !at.Expired:
					at.Expired, yielded = true, sw.seen
					continue
				case err != nil && end.Items > 0:
					err := l.refusal(ctx, err)
					if r := Refused(err); r != nil {
						p.partly(fmt.Sprintf("stopped after %d items: %s", end.Items, r.Reason), r.Status, r.Missing...)
						return nil
					}
					return err
				case err != nil:
					err := l.refusal(ctx, err)
					if r := Refused(err); r != nil && r.Outcome == store.Complete {
						return nil
					}
					return err
				}
				flaw := end.flaw()
				if flaw == "" {
					return nil
				}
				if at.Sweep > 0 {
					p.partly(flaw+" (read twice)", 0)
					return nil
				}
				at, yielded = position{Sweep: 1, Total: -1, Expired: at.Expired}, sw.seen
			}
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

// askOnce sends the first request of a source and returns the answer, whatever it is.
func (p *part) askOnce(ctx context.Context, src Source, parent Item, anonymous bool) (answer Answer, err error) {
	send := func(s *session) error {
		l, err := p.newList(&src, parent, s)
		if err != nil {
			return err
		}
		answer = Answer{Total: -1}
		err = p.run.loop.client.do(ctx, &l.call, func(status int, _ http.Header, body *bufio.Reader) error {
			b, err := readPage(body, src.Items, l.keep)
			if err == nil {
				answer = Answer{Status: status, Items: b.items, Total: b.total}
				if src.Pager.next != nil {
					set := src.Pager.next(b.envelope)
					answer.More, answer.Cursor = set != nil, set.Get("cursor")
				}
			}
			return err
		}, p.log)
		var a *answerError
		var broken *brokenBody
		switch {
		case err == nil:
			p.count(&l.call, len(answer.Items), answer.Status)
			return nil
		case errors.As(err, &broken):
			answer.Status, answer.Reason = http.StatusOK, broken.Error()
			return nil
		case errors.As(err, &a) && (s == nil || a.status != http.StatusUnauthorized && !a.login):
			answer.Status, answer.Reason = a.status, a.words
			return nil
		}
		return l.refusal(ctx, err)
	}
	if anonymous {
		return answer, send(nil)
	}
	err = p.withSession(ctx, &src, send)
	return answer, err
}
