// Rules that are being written. They outlive the screen; what is not saved is told so.
import type { app } from '../../../wailsjs/go/models'
import { call } from '../../api'
import { Asked } from '../../ask.svelte'
import { session } from '../../session.svelte'

// What the lens looks at.
const looked = () => [session.state?.file?.path, session.after?.id, session.before?.id, session.other].join('\n')

export class Draft {
  text = $state('')
  cases = $state('')
  saved = $state.raw<{ text: string; cases: string } | null>(null) // null: it is in no folder yet
  file = $state('')
  trial = new Asked<app.RuleTrial>()
  run = new Asked<app.RuleRun>()
  ranOf = $state('') // the comparison that they are of
  ran = $state('') // the text whose findings are shown
  saving = new Asked<app.RuleFiles>()

  constructor(
    readonly id: string,
    readonly shipped: boolean,
    text: string,
    cases: string,
    file = '',
  ) {
    this.text = text
    this.cases = cases
    this.file = file
    if (file) this.saved = { text, cases }
  }

  get edited(): boolean {
    return !this.saved || this.saved.text !== this.text || this.saved.cases !== this.cases
  }

  /** stale says what the findings shown are of, where that is something else than what is asked now; "". */
  get stale(): string {
    return this.ran !== this.text ? 'of the text before it was edited' : this.ranOf !== looked() ? 'of another snapshot or baseline' : ''
  }

  check() {
    return this.trial.ask((t) => call('CheckRule', this.id, this.text, this.cases, t))
  }

  async judge() {
    const [text, of] = [this.text, looked()]
    if (await this.run.ask((t) => call('RunRule', session.lens, this.id, text, t))) Object.assign(this, { ran: text, ranOf: of })
  }

  async save(dir: string) {
    const { text, cases } = this
    const saved = await this.saving.ask(() => call('SaveRule', dir, this.id, text, cases))
    if (!saved) return
    this.saved = { text, cases }
    this.file = saved.file
  }
}

class Drafts {
  all = $state<Record<string, Draft>>({})

  /** open gives the rule to edit: the one under way, or its file. */
  async open(id: string): Promise<Draft> {
    const there = this.all[id]
    if (there && (there.edited || there.shipped)) return there
    const f = await call('RuleFile', id)
    return (this.all[id] = new Draft(id, f.shipped, f.text, f.cases, f.file || id))
  }

  /** begin makes a new rule out of the template, or out of another rule. */
  async begin(id: string, title: string, object: string, like: string): Promise<Draft> {
    const f = like ? await call('RuleFile', like) : await call('NewRule', id, title, object)
    const text = like && title ? f.text.replace(/^-- title: .*$/m, () => '-- title: ' + title) : f.text
    return (this.all[id] = new Draft(id, false, text, f.cases))
  }
}

export const drafts = new Drafts()
