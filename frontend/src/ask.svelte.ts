// Asking for what a screen shows: the old answer stays until the new one is there, and a newer question cancels the one
// before it.
import { asProblem, call, type Problem, token } from './api'

export class Asked<T> {
  answer = $state.raw<T | null>(null)
  problem = $state<Problem | null>(null)
  loading = $state(false)
  protected now = ''

  /** cancel ends the question; the old answer stays. */
  cancel() {
    if (this.now) void call('Cancel', this.now).catch(() => {})
  }

  /** landed readies what comes with an answer, before it is shown. */
  protected landed(_: T) {}

  async ask(how: (token: string) => Promise<T>): Promise<T | null> {
    this.cancel()
    const mine = (this.now = token())
    this.loading = true
    try {
      const answer = await how(mine)
      if (this.now !== mine) return null
      this.landed(answer)
      this.answer = answer
      this.problem = null
      return answer
    } catch (e) {
      const problem = asProblem(e)
      if (this.now === mine && problem.code !== 'cancelled') this.problem = problem
      return null
    } finally {
      if (this.now === mine) {
        this.now = ''
        this.loading = false
      }
    }
  }
}
