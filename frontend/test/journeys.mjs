// Journeys through the window: the built program, its page in headless Chromium, files that the program itself collected
// from the pretend site. One line for each; ends with 1 where one did not arrive.
//
//	node frontend/test/journeys.mjs                    all of them
//	node frontend/test/journeys.mjs findings sql       those whose name holds one of the words
//	node frontend/test/journeys.mjs --shots DIR        pictures of every screen in both themes, too
//	node frontend/test/journeys.mjs --throttle 6       in a browser six times slower: what a journey did not wait for shows
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Files } from './files.mjs'
import { folder, pretendSite, serve } from './program.mjs'
import { browser as launch, Window } from './window.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { shots: { type: 'string', default: '' }, slow: { type: 'string', default: '90' }, throttle: { type: 'string', default: '1' } } })

/** Journey is what a journey has at hand; whatever it starts ends with it. */
class Journey {
  ends = []
  windows = []
  constructor(name, home, files, browser) {
    Object.assign(this, { name, home, files, browser })
  }

  /** window starts plumbline with a file, or without one, and looks at it. */
  async window(file = '', { env = {}, ...look } = {}) {
    const program = await serve(this.home, file, env)
    this.ends.push(program.end)
    const w = await Window.open(this.browser, program.address, { shots: values.shots, throttle: Number(values.throttle), ...look })
    w.program = program
    this.windows.push(w)
    this.ends.push(() => w.close())
    await w.still()
    return w
  }

  async site(...args) {
    const s = await pretendSite(this.files.folder, args)
    this.ends.push(s.end)
    return s
  }

  async end() {
    for (const end of this.ends.reverse()) await end().catch((e) => console.error(`${this.name}: ending: ${e.message}`))
  }
}

const all = []
for (const file of (await readdir(new URL('journeys/', import.meta.url))).sort()) all.push(...(await import(`./journeys/${file}`)).default)
const chosen = positionals.length ? all.filter((j) => positionals.some((p) => j.name.includes(p))) : all
if (!chosen.length) throw new Error('no journey has that in its name')

if (values.shots) await mkdir((values.shots = resolve(values.shots)), { recursive: true })
const place = await mkdtemp(join(tmpdir(), 'plumbline-journeys-'))
const begun = Date.now()
let failed = 0
let browser
try {
  browser = await launch()
  const files = new Files(place)
  const left = [...chosen]
  const work = async () => {
    for (let next; (next = left.shift()); ) {
      const { name, run } = next
      const j = new Journey(name, await folder(place, name.replace(/\W+/g, '-')), files, browser)
      const from = Date.now()
      let problem = null
      let late
      try {
        await Promise.race([run(j), new Promise((_, no) => { late = setTimeout(() => no(new Error(`not there after ${values.slow} s`)), values.slow * 1000) })])
      } catch (e) {
        problem = e
        for (const [i, w] of j.windows.entries()) await w.shot(`failed ${name} ${i + 1}`).catch(() => {})
      }
      clearTimeout(late)
      const wrong = j.windows.flatMap((w) => w.wrong)
      await j.end()
      const ok = !problem && !wrong.length
      if (!ok) failed++
      console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
      if (problem) console.log('     ' + (problem.plain ? problem.message : String(problem.stack ?? problem)).replaceAll('\n', '\n     '))
      for (const w of new Set(wrong)) console.log('     ' + w)
    }
  }
  await Promise.all([work(), work()])
} finally {
  await browser?.close()
  await rm(place, { recursive: true, force: true })
}
console.log(`${chosen.length - failed} of ${chosen.length} journeys arrived, ${((Date.now() - begun) / 1000).toFixed(0)} s`)
process.exitCode = failed ? 1 : 0
