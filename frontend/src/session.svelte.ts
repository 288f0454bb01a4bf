// What is open, and through which lens it is looked at: the snapshot and the baseline, chosen once for every screen. The
// lens is part of the address; see router.
import type { app, window as win } from '../wailsjs/go/models'
import { asProblem, call, on, type Problem } from './api'
import { Asked } from './ask.svelte'
import { router } from './router.svelte'
import { theme } from './theme.svelte'

export type Lens = { site: string; snapshot: number; baseline: number; other: string; across_sites: boolean }

/** JudgingNews is the event "judging": how far the first judging of a snapshot is, with some of what was found so far. */
type JudgingNews = { snapshot: number; comparing: boolean; done: number; of: number; reading: boolean; findings: win.FindingRow[] }

// What is said of a file that wants a passphrase or a key.
const locks = ['encrypted-passphrase', 'encrypted-key', 'encrypted-identity', 'key-refused', 'passphrase-refused', 'identity']

class Session {
  state = $state<win.State | null>(null)
  problem = $state<Problem | null>(null)
  snapshots = $state<app.SnapshotRow[]>([])
  changed = $state(0) // goes up whenever what was shown may no longer hold
  collecting = $state(false)
  closed = $state.raw<{ path: string; problem: Problem; other?: boolean } | null>(null) // an encrypted file that is to be opened, or to be compared with, and why it is not yet
  overview = new Asked<win.Overview>() // of the lens, for the numbers of the shell too
  seals = new Asked<win.SealCheck>() // of the open file; they are looked at when the first screen is there
  private news = $state.raw<JudgingNews | null>(null)
  private reading: Promise<boolean> | null = null

  /** how far the snapshot of the lens is, while it is judged for the first time */
  get judging(): JudgingNews | null {
    return this.news?.snapshot === this.after?.id ? this.news : null
  }

  /** why the open file can no longer be asked */
  get lost(): Problem | null {
    const lost = this.state?.file?.lost
    return lost ? asProblem(new Error(JSON.stringify(lost))) : null
  }
  get site(): string {
    return router.carried.site_id ?? this.state?.sites.at(-1)?.id ?? ''
  }
  /** 0: the latest that is finished */
  get snapshot(): number {
    return Number(router.carried.snapshot ?? 0)
  }
  /** 0: the pinned one, else the one before; -1: none */
  get baseline(): number {
    return Number(router.carried.baseline ?? 0)
  }
  /** the file that the baseline is in, where it is not the open one */
  get other(): string {
    return router.carried.other ?? ''
  }
  get lens(): Lens {
    return { site: this.site, snapshot: this.snapshot, baseline: this.baseline, other: this.other, across_sites: false }
  }

  /** the snapshots the lens means, as they are told */
  get after(): app.Snapshot | undefined {
    return this.snapshot ? this.snapshots.find((s) => s.id === this.snapshot) : this.snapshots.findLast((s) => s.finished)
  }
  get before(): app.Snapshot | undefined {
    const told = this.overview.answer
    if (this.other) return told?.baseline ?? undefined
    if (this.baseline) return this.snapshots.find((s) => s.id === this.baseline)
    const after = this.after
    if (told && told.snapshot.id === after?.id) return told.baseline ?? undefined
    const done = this.snapshots.filter((s) => s.finished && s.id < (after?.id ?? 0)) // likely, until it is told
    return done.findLast((s) => s.pinned) ?? done.at(-1)
  }

  async start() {
    router.changed = () => void this.refresh() // another site has other snapshots, and an address may name one that is not there
    on('state', () => void this.refresh())
    on('judging', (news: JudgingNews) => (this.news = news))
    on('offer', (data: { path: string }) => void this.open(data.path))
    await this.refresh()
  }

  refresh(): Promise<boolean> {
    this.reading ??= this.take(call('State')).finally(() => (this.reading = null))
    return this.reading
  }

  open(path: string): Promise<boolean> {
    return this.openWith(path, call('Open', path))
  }

  /** unlock opens an encrypted file with what a person gave. */
  unlock(path: string, passphrase: string, identity: string): Promise<boolean> {
    if (this.closed?.other) return this.compareWith(path, passphrase, identity)
    return this.openWith(path, call('Unlock', path, passphrase, identity))
  }

  /** compareWith takes the baseline from another file; of an encrypted one it is asked what opens it. */
  async compareWith(path: string, passphrase = '', identity = ''): Promise<boolean> {
    try {
      await call('UnlockOther', path, passphrase, identity)
    } catch (e) {
      const problem = asProblem(e)
      if (!locks.includes(problem.code) && !this.closed) throw e
      this.closed = { path, problem, other: true }
      return false
    }
    this.closed = null
    this.look({ other: path, baseline: 0 })
    return true
  }

  /** locked reports whether a problem is that of a file which wants a passphrase or a key */
  locked(problem: Problem | null): boolean {
    return !!problem && locks.includes(problem.code)
  }

  private async openWith(path: string, asked: Promise<win.State>): Promise<boolean> {
    const before = this.problem
    const opened = await this.take(asked)
    if (!opened && this.problem && locks.includes(this.problem.code)) {
      this.closed = { path, problem: this.problem }
      this.problem = before
      return false
    }
    this.closed = null
    if (opened) router.go('overview')
    return opened
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
      const first = !this.state
      const other = state.file?.path !== this.state?.file?.path
      this.state = state
      this.collecting = state.collecting
      this.problem = state.problem ? asProblem(new Error(JSON.stringify(state.problem))) : null
      if (this.problem && first && locks.includes(this.problem.code)) {
        this.closed = { path: state.problem_file, problem: this.problem }
        this.problem = null
      }
      if (state.file?.lost && !other) return true // what was read of it stays on the screen
      if (other) this.news = this.seals.answer = null // numbers of snapshots are those of a file
      if (other) router.carry(first ? router.carried : {}, state.file?.path ?? '')
      if (router.carried.site_id && !state.sites.some((s) => s.id === router.carried.site_id)) router.carry({})
      this.snapshots = state.file && this.site ? (await call('Snapshots', this.site)).snapshots : []
      const there = (id: number) => id <= 0 || this.snapshots.some((s) => s.id === id)
      if (!there(this.snapshot) || (!this.other && !there(this.baseline))) router.carry({ site_id: router.carried.site_id })
      this.touch()
      return true
    } catch (e) {
      this.problem = asProblem(e)
      return false
    }
  }

  /** look changes the lens, for every screen from here on. */
  look(at: Partial<Lens>) {
    const lens = { ...this.lens, site: router.carried.site_id ?? '', ...at }
    router.carry({ site_id: lens.site, snapshot: lens.snapshot ? String(lens.snapshot) : '', baseline: lens.baseline ? String(lens.baseline) : '', other: lens.other })
    this.touch()
  }

  /** lookAt changes the site, and with it the snapshots there are. */
  async lookAt(site: string) {
    router.carry({ site_id: site })
    await this.refresh()
  }

  private touch() {
    this.changed++
    this.sumUp()
  }

  sumUp() {
    if (this.after) void this.overview.ask((t) => call('Overview', this.lens, t)).then(() => this.checkSeals())
    else {
      this.overview.answer = null
      this.checkSeals()
    }
  }

  /** checkSeals looks at the seals; anew: though nothing is known to have changed. */
  checkSeals(anew = false) {
    if (this.state?.file && !this.lost) void this.seals.ask((t) => call('Seals', anew, t))
    else this.seals.answer = null
  }

  /** swap turns before and after round; not across files, where the one that is open stays the one looked at. */
  swap() {
    const [after, before] = [this.after, this.before]
    if (after && before && !this.other) this.look({ snapshot: before.id, baseline: after.id })
  }

  /** save keeps settings for the next start; they hold now, whether they can be kept or not. */
  async save(settings: Partial<win.Settings>) {
    if (!this.state) return
    const wanted = { ...this.state.settings, ...settings }
    theme.use(wanted.theme, wanted.density)
    try {
      this.state.settings = await call('SaveSettings', wanted)
    } catch (e) {
      this.problem = asProblem(e)
    }
  }
}

export const session = new Session()
