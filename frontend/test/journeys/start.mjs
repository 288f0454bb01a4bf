// From nothing to a file, and all that can be wrong with one.
import { existsSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { copyFile, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { holds, is, none, says } from '../expect.mjs'
import { folder } from '../program.mjs'

const sh = promisify(execFile)

const heading = (w, name) => w.page.getByRole('heading', { name }).first().waitFor()

const demo = {
  name: 'welcome: the demo in one click',
  async run(j) {
    const w = await j.window()
    await heading(w, 'See what is open in an Atlassian site')
    await w.shot('welcome, nothing open')
    none((await w.axe()).map((v) => 'welcome: ' + v))
    const from = Date.now()
    await w.page.getByRole('button', { name: /demo data/ }).click()
    await w.page.getByText('of 100').waitFor({ timeout: 60_000 })
    console.log(`     the demo was there after ${((Date.now() - from) / 1000).toFixed(1)} s`)
    holds(w.page.url().endsWith('#/overview'), 'the demo opens the overview')
    holds(existsSync(join(j.home, 'data/plumbline/demo.plumb.db')), 'the demo lies in the folder for data')
    await w.page.getByRole('button', { name: /demo\.plumb\.db/ }).click()
    await w.page.getByRole('menuitem', { name: 'Close file' }).click()
    await heading(w, 'See what is open in an Atlassian site')
    await w.page.getByRole('button', { name: 'demo.plumb.db', exact: false }).first().click() // among the recent ones
    await w.page.getByText('of 100').waitFor()
  },
}

const strange = {
  name: 'files: what cannot be opened says why, and nothing is lost',
  async run(j) {
    const own = await j.files.own(j)
    const w = await j.window(own)
    const wrong = []
    for (const f of await j.files.strange(j)) {
      const before = existsSync(f.path) && !f.isFolder ? await readFile(f.path) : null
      await w.page.keyboard.press('Control+o')
      await w.path(f.path)
      const alert = w.page.getByRole('alert')
      await alert.waitFor()
      const text = await alert.innerText()
      await w.shot('refused ' + f.name)
      if (!f.says.test(text)) wrong.push(`${f.name}: ${text}`)
      for (const v of await w.axe()) wrong.push(`${f.name}: ${v}`)
      if (before && !before.equals(await readFile(f.path))) wrong.push(`${f.name} was changed`)
      if (!(await w.page.getByRole('button', { name: /own\.plumb\.db/ }).count())) wrong.push(`${f.name}: the open file is gone`)
      await w.page.reload() // what was refused is not asked for again
      await w.still()
      if (await alert.count()) wrong.push(`${f.name}: still refused after loading anew: ${await alert.innerText()}`)
    }
    none(wrong)
  },
}

const started = {
  name: 'files: started with what cannot be opened',
  async run(j) {
    const [first] = await j.files.strange(j)
    let said = ''
    try {
      await j.window(first.path)
    } catch (e) {
      said = e.message
    }
    says(said, first.says, 'plumbline serve')
  },
}

const locked = {
  name: 'files: one that another program writes',
  async run(j) {
    const path = await j.files.own(j, 'locked.plumb.db')
    j.ends.push(await j.files.lock(path))
    const w = await j.window(await j.files.demo())
    await w.page.keyboard.press('Control+o')
    await w.path(path)
    const alert = w.page.getByRole('alert')
    await alert.waitFor()
    says(await alert.innerText(), /another program|locked|in use/i, 'the screen')
    await w.shot('refused locked')
  },
}

const gone = {
  name: 'files: one that goes while it is open',
  async run(j) {
    const own = await j.files.own(j)
    const w = await j.window(own)
    const alert = w.page.getByRole('alert').filter({ hasText: /own\.plumb\.db/ })
    const wrong = []
    for (const [how, go] of Object.entries({ 'moved away': moved, 'emptied': (path) => cut(path, 0), 'cut short': (path) => cut(path, 100_000) })) {
      await w.go('overview')
      const back = await go(own)
      await alert.waitFor() // nobody asked for anything
      await w.shot('gone ' + how)
      for (const v of await w.axe()) wrong.push(`${how}: ${v}`)
      if (!/of 100/.test(await w.text())) wrong.push(`${how}: what had been read is gone`)
      for (const at of ['findings', 'compare', 'inventory', 'snapshots', 'overview']) await w.go(at) // whatever they show, no error of the page
      if (!(await alert.count())) wrong.push(`${how}: not said any more`)
      await back()
      await alert.waitFor({ state: 'detached' })
      await w.go('overview')
      await w.page.getByText('of 100').waitFor()
    }
    none(wrong)
  },
}

/** moved takes a file away; the answer puts it back. */
async function moved(path) {
  await rename(path, path + '.away')
  return () => rename(path + '.away', path)
}

async function cut(path, to) {
  const whole = await readFile(path)
  await truncate(path, to)
  return () => writeFile(path, whole)
}

const disk = {
  name: 'files: the disk of one vanishes',
  async run(j) {
    const at = await folder(j.home, 'disk')
    const mounted = await sh('mount', ['-t', 'tmpfs', 'none', at]).then(() => true, () => false) // not everybody may
    const vanish = mounted ? () => sh('umount', ['-l', at]) : () => rename(at, at + '.away')
    try {
      await copyFile(await j.files.demo(), join(at, 'stick.plumb.db'))
      const w = await j.window(join(at, 'stick.plumb.db'))
      await w.go('findings')
      await vanish()
      const alert = w.page.getByRole('alert').filter({ hasText: /stick\.plumb\.db/ }).first() // the screen may say it too
      await alert.waitFor()
      says(await alert.innerText(), /disk|no longer/, 'the screen')
      await w.page.reload() // the program is there, the file is not
      await w.still()
      await alert.waitFor()
      await w.go('inventory')
      await w.page.keyboard.press('Control+o')
      await w.path(await j.files.demo()) // and another file is opened as ever
      await w.page.waitForFunction(() => ![...document.querySelectorAll('[role=alert]')].some((e) => e.textContent.includes('stick.plumb.db')))
      await w.page.getByText('of 100').waitFor()
    } finally {
      if (mounted) await sh('umount', ['-l', at]).catch(() => {}) // where it did not vanish
    }
  },
}

const lens = {
  name: 'lens: chosen once, obeyed everywhere',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    const total = async () => (await w.call('FindingsPage', { site: '', snapshot: 1, baseline: -1, other: '', across_sites: false }, { filter: '', group: 'none', sort: '', offset: 0, limit: 1, expanded: [], reveal: '' }, '')).total
    const first = await total()
    await page.getByRole('button', { name: /^Snapshot/ }).click()
    await page.getByRole('menuitem', { name: /snapshot 1/ }).click()
    await w.still()
    const strip = page.getByRole('region', { name: /posture/i })
    const shown = (await strip.getByRole('link', { name: /^(Critical|High|Medium|Low|Info)/ }).allInnerTexts()).map((t) => Number(/\n([\d,]+)/.exec(t)?.[1].replace(',', '')))
    is(shown.reduce((a, b) => a + b, 0), first, 'findings of the first snapshot on the overview')
  },
}

const keyboard = {
  name: 'keys: every screen, the palette and the help without a mouse',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    const order = await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    for (const [i, href] of order.slice(0, 9).entries()) {
      await page.keyboard.press(`Control+${i + 1}`)
      await page.waitForURL((u) => u.hash.split('?')[0] === href.split('?')[0])
      await w.still()
    }
    await page.keyboard.press('Control+,')
    await page.waitForURL(/#\/settings/)
    await page.keyboard.press('Control+k')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox').waitFor()
    none((await w.axe()).map((v) => 'palette: ' + v))
    await page.keyboard.type('covera')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/coverage/)
    await w.still()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('anonymous')
    await dialog.getByRole('option').filter({ hasText: /anonym/i }).first().waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await dialog.waitFor()
    await w.shot('keys')
    none((await w.axe()).map((v) => 'keys: ' + v))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+1')
    await page.keyboard.press('Control+Shift+L')
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    for (let i = 0; i < 4; i++) { // F6 goes through the panes, and what has the focus can be seen
      await page.keyboard.press('F6')
      const seen = await page.evaluate(() => document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle !== 'none')
      holds(seen, `after F6 for the ${i + 1}. time nothing has the focus, or nobody sees it`)
    }
  },
}

export default [demo, strange, started, locked, gone, disk, lens, keyboard]
