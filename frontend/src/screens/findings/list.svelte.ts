// The list of findings: one question (filter, grouping, order, what is open), its counts, and those of its lines that were
// asked for so far. While a new question is asked, the old answer stays.
import type { window as win } from '../../../wailsjs/go/models'
import { asProblem, call } from '../../api'
import { Asked } from '../../ask.svelte'
import type { Lens } from '../../session.svelte'

export type Question = { lens: Lens; filter: string; group: string; sort: string; open: string[]; changed: number }

const chunk = 200

export class FindingList extends Asked<win.FindingsPage> {
  private had = $state(0) // goes up when lines come in
  private lines = new Map<number, win.FindingLine>()
  private asking = new Set<number>()
  question: Question | null = null // asked last
  private from = 0 // the first line in sight
  private offset = 0 // of the first line asked for

  get page() {
    return this.answer
  }

  line(i: number): win.FindingLine | undefined {
    void this.had
    return this.lines.get(i)
  }

  protected override landed(page: win.FindingsPage) {
    this.lines = new Map(page.lines.map((l, i) => [this.offset + i, l]))
    this.asking.clear()
    this.had++
  }

  /** put puts a question; reveal is a finding whose group is to be opened and whose place is to be told. */
  put(q: Question, reveal = ''): Promise<win.FindingsPage | null> {
    const last = this.question
    const same = last && last.filter === q.filter && last.group === q.group && last.sort === q.sort
    this.question = q
    const offset = (this.offset = same ? Math.max(0, Math.floor(this.from / chunk) * chunk) : 0)
    return this.ask((t) => this.fetch(q, offset, 2 * chunk, reveal, t))
  }

  /** want asks for the lines in sight that are not there yet. */
  async want(from: number, to: number) {
    this.from = from
    const q = this.question
    if (!q || this.now || !this.page) return
    for (let n = Math.floor(from / chunk); n * chunk < Math.min(to, this.page.length); n++) {
      const offset = n * chunk
      if (this.asking.has(n) || (this.lines.has(offset) && this.lines.has(Math.min(offset + chunk, this.page.length) - 1))) continue
      this.asking.add(n)
      try {
        const page = await this.fetch(q, offset, chunk, '', '')
        if (this.question !== q) return
        page.lines.forEach((l, i) => this.lines.set(offset + i, l))
        this.had++
      } catch (e) {
        if (this.question === q) this.problem = asProblem(e)
      } finally {
        if (this.question === q) this.asking.delete(n)
      }
    }
  }

  private fetch(q: Question, offset: number, limit: number, reveal: string, mine: string) {
    return call('FindingsPage', q.lens, { filter: q.filter, group: q.group, sort: q.sort, offset, limit, expanded: q.open, reveal }, mine)
  }
}
