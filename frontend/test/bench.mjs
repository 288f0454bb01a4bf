// The part of the benchmark that is in the browser: node frontend/test/bench.mjs LISTED OPENED RULES, a file with a list
// of 100,000 findings, one of 1 GB, and the folder of the rule that finds them. One figure a line, as JSON; see bench.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ready, screen } from './desktop.mjs'
import { binary, root, serve } from './program.mjs'
import { browser as launch, Window } from './window.mjs'

const [listed, opened, rules] = process.argv.slice(2)
const show = (what, figure, floor = '', target = '') => console.log(JSON.stringify({ what, figure, floor, target }))
const ms = (n) => `${n.toFixed(0)} ms`
const middle = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]
const row = (w) => w.page.getByRole('row').nth(1)

const place = await mkdtemp(join(tmpdir(), 'plumbline-window-'))
const home = join(place, 'home')
await mkdir(join(home, 'config/plumbline'), { recursive: true })
await writeFile(join(home, 'config/plumbline/window.json'), JSON.stringify({ rule_folders: [rules] }))
const patience = 300_000 // a first judgement of millions of objects takes its time
const programs = []
let browser

/** look opens a file at an address of the page and gives what was on the screen when, in ms since the program was begun. */
async function look(file, hash, until) {
  const begun = performance.now()
  const program = await serve(home, file)
  programs.push(program)
  const listening = performance.now() - begun
  const w = await Window.open(browser, program.address)
  const shell = performance.now() - begun
  if (hash) {
    w.page.evaluate((hash) => { location.hash = hash }, '#/' + hash).catch(() => {})
    await until(w).waitFor({ timeout: patience })
  }
  return { w, listening, shell, there: performance.now() - begun, end: async () => { await w.close(); await program.end() } }
}

/** best repeats a measurement and gives the least of each of its figures. */
async function best(times, measure) {
  const all = []
  for (let n = 0; n < times; n++) all.push(await measure())
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, Math.min(...all.map((one) => one[name]))]))
}

const notes = await readFile(join(root, 'frontend/test/noted.js'), 'utf8')

/** there opens a file in a window that is there without one, by its path, and gives what was on the screen when, in ms
 * since Enter was pressed in the question for it. */
async function there(file, goes, until) {
  const program = await serve(home)
  programs.push(program)
  const w = await Window.open(browser, program.address)
  const { page } = w
  await w.still()
  await page.evaluate(notes)
  await page.evaluate((goes) => (globalThis.goes = goes), goes)
  await page.keyboard.press('Control+O')
  await page.getByLabel('Path', { exact: true }).fill(file)
  await page.evaluate(() => addEventListener('keydown', (e) => {
    if (e.key !== 'Enter') return
    globalThis.begun = performance.timeOrigin + performance.now()
    globalThis.noteAnew()
  }, true))
  await page.keyboard.press('Enter')
  await page.waitForFunction((until) => globalThis.noted[until], until, { timeout: 60_000 })
  const seen = await page.evaluate(() => Object.fromEntries(Object.entries(globalThis.noted).map(([name, at]) => [name, at - globalThis.begun])))
  await w.close()
  await program.end()
  return seen
}

/** onDesktop measures the desktop program from its start on. */
async function onDesktop() {
  if (!ready()) return show('the desktop program', 'not measured', 'it is not built, or nothing can show it', '')
  const desktop = await screen(home, join(place, 'things'))
  try {
    await desktop.look(opened, 'findings', 'findings') // what is kept of the file is its own, as of every program
    const bare = await best(5, () => desktop.look('', '', 'shell'))
    const first = await best(5, () => desktop.look(opened, '', 'overview'))
    const list = await best(5, () => desktop.look(opened, 'findings', 'findings'))
    const cpu = (seen) => `its own CPU, the webview's apart: ${ms(seen.cpu)}`
    show('the desktop program from its start: the shell', ms(bare.shell), cpu(bare))
    show('  opening 1 GB: the shell, with its name', `${ms(first.shell)}, ${ms(first.file)}`, `without a file: ${ms(bare.shell)}`, '<= 1000 ms')
    show('  the numbers of the overview', ms(first.overview), cpu(first), '<= 1000 ms')
    show('  first findings, going there from the shell', ms(list.findings), cpu(list), '<= 1000 ms')
  } finally {
    desktop.end()
  }
}

try {
  browser = await launch()
  const bare = await look('', '', null)
  const scripts = await bare.w.page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js')).map((r) => r.decodedBodySize))
  await bare.end()
  show('scripts at start', `${(scripts.reduce((a, b) => a + b, 0) / 1024).toFixed(0)} KiB raw`, `${scripts.length} files`, '<= 450 KiB')

  const version = []
  for (let n = 0; n < 9; n++) {
    const begun = performance.now()
    execFileSync(binary, ['version'])
    version.push(performance.now() - begun)
  }
  show('plumbline version', `${ms(middle(version))}, at most ${ms(Math.max(...version))}`, 'a process begun by node, included', '<= 30 ms')

  const cold = await look(opened, 'findings', row)
  await cold.end()
  const warm = await best(5, async () => {
    const seen = await look(opened, 'findings', row)
    await seen.end()
    return { shell: seen.shell, there: seen.there }
  })
  show('opening 1 GB in a new window of a browser: the shell', ms(cold.shell), `the browser's first, without a file: ${ms(bare.shell)}`, '<= 1000 ms')
  show('  first findings, nothing judged before', ms(cold.there), `the program listens after ${ms(cold.listening)}`, 'streams in')
  show('  first findings, judged before, best of 5', ms(warm.there), `the shell: ${ms(warm.shell)}`, '<= 1000 ms')

  const overview = await best(5, () => there(opened, '', 'overview'))
  const findings = await best(5, () => there(opened, 'findings', 'findings'))
  show('opening 1 GB in a window that is there, best of 5:', '', 'from pressing Enter')
  show('  the shell with its name', ms(overview.file), '', '<= 1000 ms')
  show('  the numbers of the overview, judged before', ms(overview.overview), '', '<= 1000 ms')
  show('  first findings, judged before', ms(findings.findings), 'going there from the overview', '<= 1000 ms')

  await onDesktop()

  const list = await look(listed, 'findings?group=none', row)
  const { w } = list
  const { page } = w
  await w.still()
  const lens = { site: '', snapshot: 0, baseline: 0, other: '', across_sites: false }
  const asked = (filter) => ({ filter, group: 'none', sort: '', offset: 0, limit: 200, expanded: [], reveal: '' })
  const { of } = await w.call('FindingsPage', lens, asked(''), '')
  const floors = []
  const text = '79123' // each digit leaves fewer of the names
  for (let n = 1; n <= text.length; n++) floors.push(await page.evaluate(async ([lens, q]) => {
    const begun = performance.now()
    await (await fetch('call/FindingsPage', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify([lens, q, '']) })).json()
    return performance.now() - begun
  }, [lens, asked(text.slice(0, n) + 'x')])) // not the same words: nothing of them is kept

  await page.evaluate(() => {
    globalThis.keystroke = { at: 0, rows: 0 }
    document.addEventListener('keydown', () => (globalThis.keystroke = { at: performance.now(), rows: 0 }), true)
    const main = document.querySelector('main')
    new MutationObserver(() => {
      const k = globalThis.keystroke
      if (k.at) requestAnimationFrame(() => requestAnimationFrame(() => (k.rows = performance.now()))) // the last change, when it is on the screen
    }).observe(main.querySelector('[role=grid], [role=treegrid]').parentElement, { childList: true, subtree: true, characterData: true })
  })
  const box = page.getByRole('combobox', { name: 'Filter the findings' })
  await box.click()
  const took = []
  for (const letter of text) {
    await page.keyboard.press(letter)
    await page.waitForFunction(() => globalThis.keystroke.rows, null, { timeout: 10_000 })
    await page.waitForTimeout(300) // until nothing comes any more
    took.push(await page.evaluate(() => globalThis.keystroke.rows - globalThis.keystroke.at))
  }
  show(`${of} findings: a filter keystroke to rows`, `${ms(middle(took))}, at most ${ms(Math.max(...took))}`, `the call alone: ${ms(middle(floors))}, at most ${ms(Math.max(...floors))}`, '<= 100 ms')

  await box.fill('')
  await box.press('Enter')
  await w.still()
  await page.getByRole('grid', { name: 'Findings' }).hover()
  await page.evaluate(() => {
    const seen = (globalThis.seen = { frames: 0, blank: 0, waiting: 0 })
    const grid = document.querySelector('[role=grid]')
    const look = () => {
      const box = grid.getBoundingClientRect()
      const rows = [...grid.querySelectorAll('[role=row]')].slice(1).filter((r) => { const at = r.getBoundingClientRect(); return at.bottom > box.top + 40 && at.top < box.bottom })
      seen.frames++
      if (rows.length < (box.height - 80) / rows[0]?.getBoundingClientRect().height - 2 || !rows.length) seen.blank++
      else if (rows.some((r) => r.innerText.trim() === '…')) seen.waiting++
      if (!seen.done) requestAnimationFrame(look)
    }
    look()
  })
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 1800)
  const seen = await page.evaluate(() => { globalThis.seen.done = true; return globalThis.seen })
  show('  scrolling through 60 screens and more', `${seen.blank} of ${seen.frames} frames blank`, `${seen.waiting} with a row still to come`, 'never blank')
  await list.end()
} finally {
  await browser?.close()
  for (const p of programs) await p.end() // those that did not yet
  await rm(place, { recursive: true, force: true })
}
