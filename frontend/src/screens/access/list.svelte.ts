// The rows of an answer, page by page as they come into sight; the old ones stay until those of a new question are there.
import type { window as win } from '../../../wailsjs/go/models'
import { asProblem, call } from '../../api'
import { Asked } from '../../ask.svelte'
import type { Lens } from '../../session.svelte'

const size = 200

export class AccessList extends Asked<win.AccessPage> {
  private lines = $state.raw(new Map<number, win.AccessLine>())
  private coming = new Set<number>()
  private question: { lens: Lens; q: win.AccessRequest } | null = null
  private next: { lens: Lens; q: win.AccessRequest } | null = null

  line = (i: number): win.AccessLine | undefined => this.lines.get(i)

  protected override landed(page: win.AccessPage) {
    this.question = this.next
    this.lines = new Map(page.rows.map((r, i) => [i, r]))
    this.coming = new Set([0])
  }

  put(lens: Lens, q: win.AccessRequest) {
    const next = (this.next = { lens, q: { ...q, offset: 0, limit: size } })
    return this.ask((t) => call('Access', next.lens, next.q, t))
  }

  /** want fetches what comes into sight and is not there yet. */
  want(from: number, to: number) {
    const question = this.question
    if (!question || !this.answer) return
    for (let n = Math.floor(from / size); n * size < Math.min(to, this.answer.total); n++) {
      if (this.coming.has(n)) continue
      this.coming.add(n)
      call('Access', question.lens, { ...question.q, offset: n * size }, '').then(
        (page) => {
          if (this.question !== question) return
          const lines = new Map(this.lines)
          page.rows.forEach((r, i) => lines.set(n * size + i, r))
          this.lines = lines
        },
        (e) => {
          this.coming.delete(n)
          if (this.question === question) this.problem = asProblem(e)
        },
      )
    }
  }
}
