// A list that is asked for in pages as they come into view. The old rows stay until the first of the new ones is there.
import { asProblem, call, type Problem, token } from '../../api'

const size = 200

export class Paged<Page extends { rows: unknown[]; total: number }> {
  rows = $state.raw<(Page['rows'][number] | undefined)[]>([])
  first = $state.raw<Page | null>(null) // the first page, with what it counts
  problem = $state<Problem | null>(null)
  loading = $state(false)
  private how: ((offset: number, limit: number, token: string) => Promise<Page>) | null = null
  private asked = new Map<number, string>() // pages under way or here, by offset, each with the token of its question
  private round = 0

  get total() {
    return this.first?.total ?? 0
  }

  /** ask begins anew. */
  async ask(how: (offset: number, limit: number, token: string) => Promise<Page>) {
    for (const under of this.asked.values()) if (under) void call('Cancel', under).catch(() => {})
    this.how = how
    this.asked = new Map()
    this.round++
    await this.page(0)
  }

  /** want sees to it that the rows of a range come. */
  want(from: number, to: number) {
    for (let offset = Math.floor(from / size) * size; offset < Math.min(to, this.total); offset += size) if (!this.asked.has(offset)) void this.page(offset)
  }

  /** at is a row, fetched if need be. */
  async at(n: number): Promise<Page['rows'][number] | undefined> {
    if (!this.rows[n]) await this.page(Math.floor(n / size) * size)
    return this.rows[n]
  }

  private async page(offset: number) {
    const round = this.round
    const mine = token()
    this.asked.set(offset, mine)
    this.loading = true
    try {
      const page = await this.how!(offset, size, mine)
      if (round !== this.round) return
      const rows = offset ? [...this.rows] : []
      rows.length = page.total
      page.rows.forEach((row, i) => (rows[offset + i] = row))
      if (!offset) this.first = page
      this.rows = rows
      this.problem = null
      this.asked.set(offset, '')
    } catch (e) {
      const problem = asProblem(e)
      if (round !== this.round) return
      this.asked.delete(offset)
      if (problem.code !== 'cancelled') this.problem = problem
    } finally {
      if (round === this.round) this.loading = [...this.asked.values()].some(Boolean)
    }
  }
}
