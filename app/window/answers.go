package window

import (
	"context"
	"encoding/json"

	"plumbline/app"
)

// Reading what was found in a large file takes longer than a person waits for the first screen, though it was judged
// before. So what the first screens ask is kept, answered: the same question of the same file is answered from that, and
// everything else by the whole, which is read behind it.

// answered gives the kept answer to a question, or else works it out and keeps it. The question is all that the answer
// depends on besides the file, the lens and the rules.
func answered[T any](ctx context.Context, v *view, question string, work func(context.Context) (T, error)) (T, error) {
	question = join(question, v.lensText())
	name := join(question, v.key())
	_, whole := v.derived.ready(v.poolName())
	_, before := v.answers.Load(name)
	var kept *app.KeptAnswers
	if !whole || !before {
		kept = v.keepable(ctx)
	}
	if !whole && kept != nil {
		if answer, ok := keptAnswer[T](kept, question); ok {
			v.behind(func(ctx context.Context) { _, _ = v.pool(ctx) }) // who asks for more is told what is wrong
			return answer, nil
		}
	}
	answer, err := work(ctx)
	if err != nil || kept == nil {
		return answer, err
	}
	if _, before := v.answers.LoadOrStore(name, true); !before {
		v.behind(func(ctx context.Context) { v.keepAnswer(ctx, kept, question, answer) })
	}
	return answer, nil
}

// lensText tells one lens from another.
func (v *view) lensText() string {
	text, err := json.Marshal(v.lens)
	if err != nil {
		panic(err) // numbers and texts
	}
	return string(text)
}

// keepable is what is kept about the lens; nil where nothing is, as of a baseline in another file.
func (v *view) keepable(ctx context.Context) *app.KeptAnswers {
	if v.lens.Other != "" || v.lens.Snapshot <= 0 {
		return nil
	}
	q := v.query()
	q.Site = v.lens.Site
	if !v.compared() {
		q.Before = ""
	}
	kept, err := v.KeptAnswers(ctx, q)
	if err != nil {
		return nil // what is wrong is said by who works it out
	}
	return kept
}

func keptAnswer[T any](kept *app.KeptAnswers, question string) (answer T, ok bool) {
	text := kept.Read(question)
	return answer, text != nil && json.Unmarshal(text, &answer) == nil
}

// keepAnswer keeps an answer that was worked out after kept was asked for, unless the file or somebody's own rules may say
// something else since, or a rule failed, which the next time it may not.
func (v *view) keepAnswer(ctx context.Context, kept *app.KeptAnswers, question string, answer any) {
	if now := v.keepable(ctx); now == nil || *now != *kept {
		return
	}
	judged, err := v.judgement(ctx)
	if err != nil || judged.Exit == app.Failed {
		return
	}
	if v.compared() {
		if compared, err := v.comparison(ctx); err != nil || compared.Exit == app.Failed {
			return
		}
	}
	if text, err := json.Marshal(answer); err == nil && stampOf(v.path) == v.stamp {
		kept.Keep(question, text)
	}
}

// behind does something that no call waits for, with the file kept open, until the file is closed.
func (f *opened) behind(do func(context.Context)) {
	f.users.Add(1)
	go func() {
		defer f.users.Done()
		do(f.ctx)
	}()
}
