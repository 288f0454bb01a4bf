// The tabs of the console. They outlive the screen, so that an answer is still there when one comes back to it.
import type { window as win } from '../../../wailsjs/go/models'
import { call } from '../../api'
import { Asked } from '../../ask.svelte'
import { session } from '../../session.svelte'

let made = 0

const seen = () => ({ file: session.state?.file?.path ?? '', snapshot: session.after?.id ?? 0 })

export class Tab {
  readonly id = ++made
  sql = $state('')
  scope = $state<'snapshot' | 'file'>('snapshot')
  limit = $state(10_000)
  asked = new Asked<win.SQLAnswer>()
  answered = $state('') // the SELECT whose answer is shown
  of = $state({ file: '', snapshot: 0 }) // what the answer is of
  cancelled = $state(false)
  at = $state(-1)

  constructor(sql = '', scope: 'snapshot' | 'file' = 'snapshot') {
    this.sql = sql
    this.scope = scope
  }

  get name(): string {
    const from = this.sql.match(/\bfrom\s+([\w"]+)/i)?.[1]?.replaceAll('"', '')
    return from ?? (this.sql.trim().split('\n')[0]?.slice(0, 24) || `Query ${this.id}`)
  }

  /** answer is what the last SELECT gave, unless it is of another file. */
  get answer(): win.SQLAnswer | null {
    return this.of.file === seen().file ? this.asked.answer : null
  }

  /** elsewhere is the snapshot that the answer is of, where it is another one than the one looked at; 0. */
  get elsewhere(): number {
    return this.answer && this.scope === 'snapshot' && this.of.snapshot !== seen().snapshot ? this.of.snapshot : 0
  }

  get query(): win.SQLQuery {
    return { sql: this.sql, scope: this.scope, limit: this.limit }
  }

  async run() {
    if (!this.sql.trim()) return
    const [query, lens, of] = [this.query, session.lens, seen()]
    this.cancelled = false
    const answer = await this.asked.ask((t) => call('Query', lens, query, t))
    if (!answer) return
    this.answered = query.sql
    this.of = of
    this.at = -1
  }

  cancel() {
    this.cancelled = true
    this.asked.cancel()
  }
}

class Tabs {
  all = $state<Tab[]>([new Tab('SELECT *\nFROM coverage\nORDER BY resource')])
  at = $state(0)

  get now(): Tab {
    return this.all[this.at] ?? this.all[0]!
  }

  /** open shows a SELECT: in the tab that has it already, or in a new one. */
  open(sql = '', scope: 'snapshot' | 'file' = 'snapshot') {
    const there = this.all.findIndex((t) => t.sql === sql && t.scope === scope)
    if (there >= 0) this.at = there
    else this.at = this.all.push(new Tab(sql, scope)) - 1
  }

  close(i: number) {
    this.all[i]?.cancel()
    this.all.splice(i, 1)
    if (!this.all.length) this.all.push(new Tab())
    if (this.at >= i && this.at > 0) this.at--
  }
}

export const tabs = new Tabs()
