// What is open, and through which lens it is looked at: the snapshot and the baseline, chosen once for every screen.
import type { app, window as win } from '../wailsjs/go/models'
import { asProblem, call, on, type Problem } from './api'
import { Asked } from './ask.svelte'
import { router } from './router.svelte'

export type Lens = { site: string; snapshot: number; baseline: number; other: string; across_sites: boolean }

class Session {
  state = $state<win.State | null>(null)
  problem = $state<Problem | null>(null)
  site = $state('')
  snapshot = $state(0) // 0: the latest that is finished
  baseline = $state(0) // 0: the pinned one, else the one before; -1: none
  other = $state('')
  snapshots = $state<app.Snapshot[]>([])
  changed = $state(0) // goes up whenever what was shown may no longer hold
  collecting = $state(false)
  overview = new Asked<win.Overview>() // of the lens, for the numbers of the shell too

  get lens(): Lens {
    return { site: this.site, snapshot: this.snapshot, baseline: this.baseline, other: this.other, across_sites: false }
  }

  /** the snapshots the lens means, as they are told */
  get after(): app.Snapshot | undefined {
    const done = this.snapshots.filter((s) => s.finished)
    return this.snapshot ? this.snapshots.find((s) => s.id === this.snapshot) : done[done.length - 1]
  }
  get before(): app.Snapshot | undefined {
    if (this.baseline === -1) return undefined
    if (this.baseline) return this.snapshots.find((s) => s.id === this.baseline)
    const after = this.after
    const done = this.snapshots.filter((s) => s.finished && s.id !== after?.id)
    return done.find((s) => (s as { pinned?: boolean }).pinned) ?? done.filter((s) => s.id < (after?.id ?? 0)).pop()
  }

  async start() {
    on('state', () => void this.refresh())
    on('offer', (data: { path: string }) => void this.open(data.path))
    await this.refresh()
  }

  async refresh() {
    await this.take(call('State'))
  }

  async open(path: string) {
    if (await this.take(call('Open', path))) router.go('overview')
  }

  async demo() {
    if (await this.take(call('Demo'))) router.go('overview')
  }

  async close() {
    if (await this.take(call('CloseFile'))) router.go('welcome')
  }

  private async take(asked: Promise<win.State>): Promise<boolean> {
    try {
      const state = await asked
      const other = state.file?.path !== this.state?.file?.path
      this.state = state
      this.collecting = state.collecting
      this.problem = state.problem ? asProblem(new Error(JSON.stringify(state.problem))) : null
      if (other) Object.assign(this, { site: state.sites.at(-1)?.id ?? '', snapshot: 0, baseline: 0, other: '' })
      this.snapshots = state.file && this.site ? (await call('Snapshots', this.site)).snapshots : []
      this.touch()
      return true
    } catch (e) {
      this.problem = asProblem(e)
      return false
    }
  }

  look(at: Partial<Lens>) {
    Object.assign(this, at)
    this.touch()
  }

  private touch() {
    this.changed++
    this.sumUp()
  }

  sumUp() {
    if (this.after) void this.overview.ask((t) => call('Overview', this.lens, t))
    else this.overview.answer = null
  }

  swap() {
    const [after, before] = [this.after, this.before]
    if (after && before) this.look({ snapshot: before.id, baseline: after.id })
  }
}

export const session = new Session()
