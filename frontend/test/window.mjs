// A window in headless Chromium: it notes whatever a page must not do, asks axe-core about what is shown, and takes
// pictures.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export const themes = ['light', 'dark']
const patience = 15_000 // ms for anything on a page

export const browser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export class Window {
  /** what the page must not do and did */
  wrong = []

  /** calls that were not answered yet */
  asking = new Set()

  static async open(browser, address, { shots = '', viewport = { width: 1440, height: 900 }, theme = 'light', scale = 1, throttle = 1 } = {}) {
    const w = new Window()
    w.shots = shots
    w.context = await browser.newContext({ viewport, deviceScaleFactor: scale, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' })
    w.context.setDefaultTimeout(patience)
    const page = (w.page = await w.context.newPage())
    if (throttle > 1) await (await w.context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: throttle })
    const origin = new URL(address).origin
    page.on('pageerror', (e) => w.wrong.push(`page error: ${e.stack ?? e.message}`))
    page.on('console', (m) => {
      // A refusal comes as a status of 4xx, of which the browser writes a line; so it does of the icon of no page.
      if (m.type() === 'error' && !/^Failed to load resource: .*status of 4\d\d/.test(m.text())) w.wrong.push(`console: ${m.text()}`)
    })
    page.on('response', (r) => {
      const call = /\/call\/(\w+)$/.exec(r.url())
      if (r.status() >= 500 || (r.status() >= 400 && !call && !r.url().endsWith('/favicon.ico'))) w.wrong.push(`${r.status()} of ${r.url()}`)
      if (call && r.status() >= 400 && r.status() !== 422) w.wrong.push(`${call[1]} answered ${r.status()}`)
    })
    page.on('request', (r) => void (r.url().includes('/call/') && w.asking.add(r)))
    for (const over of ['requestfinished', 'requestfailed']) page.on(over, (r) => void w.asking.delete(r))
    page.on('request', (r) => /^(data|blob):/.test(r.url()) || r.url().startsWith(origin + '/') || w.wrong.push(`asked for ${r.url()}`))
    page.on('dialog', (d) => void (w.wrong.push(`asked: ${d.message()}`), d.dismiss()))
    await page.exposeBinding('reported', (_, what) => w.wrong.push('CSP: ' + what))
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) => globalThis.reported(`${e.violatedDirective} ${e.blockedURI}`)))
    await page.goto(address)
    await page.waitForURL((u) => u.pathname !== '/open')
    w.base = page.url().split('#')[0]
    await page.getByRole('navigation', { name: 'Screens' }).waitFor()
    return w
  }

  /** path answers the question for a path; with "" it is no. */
  async path(path) {
    const asked = this.page.getByRole('dialog').filter({ has: this.page.getByLabel('Path', { exact: true }) })
    await asked.waitFor()
    if (path) {
      await asked.getByLabel('Path', { exact: true }).fill(path)
      await this.page.keyboard.press('Enter')
    } else await this.page.keyboard.press('Escape')
    await asked.waitFor({ state: 'detached' })
  }

  /** go opens an address (findings?f=...) and waits for what it shows. */
  async go(address) {
    await this.page.evaluate((hash) => { location.hash = hash }, '#/' + address)
    await this.still()
  }

  /** still waits until nothing is being asked or judged any more, and the fonts are there. */
  async still() {
    const { page } = this
    await page.getByRole('main').first().waitFor()
    for (let quiet = 0, until = Date.now() + patience; quiet < 3; quiet = this.asking.size ? 0 : quiet + 1) {
      if (Date.now() > until) throw new Error(`still asking for ${[...this.asking].map((r) => r.url().split('/').pop())} after ${patience / 1000} s`)
      await page.waitForTimeout(40)
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))) // what came is worked off
    }
    await page.evaluate(() => document.fonts.ready)
  }

  /** call asks what the page could ask, beside it. */
  async call(method, ...args) {
    return this.page.evaluate(async ([method, args]) => {
      const answer = await fetch('call/' + method, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(args) })
      return answer.json()
    }, [method, args])
  }

  async theme(colorScheme) {
    await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  }

  /** axe gives what axe-core finds wrong with what is shown, one line each. It is put in beside the page's policy, which
   * stays as it is for the page. */
  async axe() {
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) {
      const devtools = await this.context.newCDPSession(this.page)
      await devtools.send('Runtime.evaluate', { expression: axe + ';0' })
      await devtools.detach()
    }
    return this.page.evaluate(async () => {
      const found = await globalThis.axe.run(document, { resultTypes: ['violations'] })
      return found.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${v.help}: ${n.target.join(' ')} ${n.html.slice(0, 160)} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}${v.nodes.length > 3 ? ` (one of ${v.nodes.length})` : ''}`))
    })
  }

  /** overflow gives what sticks out of the window to the side. */
  async overflow() {
    return this.page.evaluate(() => {
      const out = []
      if (document.documentElement.scrollWidth > innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} wide`)
      if (document.documentElement.scrollHeight > innerHeight) out.push(`the page is ${document.documentElement.scrollHeight} high`)
      const scrolled = (e) => { for (let a = e.parentElement; a; a = a.parentElement) if (/auto|scroll/.test(getComputedStyle(a).overflowX)) return true }
      for (const e of document.querySelectorAll('main, nav, header, footer, main section')) {
        const r = e.getBoundingClientRect()
        if (r.width && (r.right > innerWidth + 1 || r.left < -1) && !scrolled(e)) out.push(`${e.tagName.toLowerCase()}.${e.className} reaches from ${Math.round(r.left)} to ${Math.round(r.right)}`)
      }
      return out
    })
  }

  /** cutOff gives the text and the controls that nobody can bring into sight: something cuts them off and does not scroll. */
  async cutOff() {
    return this.page.evaluate(() => {
      const out = []
      for (const e of document.body.querySelectorAll('*')) {
        const own = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim()) || /^(INPUT|BUTTON|SELECT|TEXTAREA)$/.test(e.tagName)
        const at = e.getBoundingClientRect()
        if (!own || !at.width || !at.height || e.closest('.sr, svg, [aria-hidden=true]') || getComputedStyle(e).textOverflow === 'ellipsis') continue
        for (let a = e.parentElement; a; a = a.parentElement) {
          const style = getComputedStyle(a)
          const box = a.getBoundingClientRect()
          if (style.textOverflow === 'ellipsis' || a.tagName === 'TD') break // said to be cut, and told whole elsewhere
          const cuts = (overflow, over) => over && (overflow === 'hidden' || overflow === 'clip' || a === document.body)
          if (cuts(style.overflowX, at.right > box.right + 1 || at.left < box.left - 1) || cuts(style.overflowY, at.bottom > box.bottom + 1)) {
            out.push(`${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}" is cut off by ${a.tagName.toLowerCase()}.${a.className}`)
            break
          }
          if (/auto|scroll/.test(style.overflowX + style.overflowY)) break // it can be brought into sight
        }
      }
      return out
    })
  }

  async shot(name) {
    if (this.shots) await this.page.screenshot({ path: join(this.shots, name.replace(/[^\w.-]+/g, '_') + '.png') })
  }

  /** text is what a person reads of the screen. */
  text() {
    return this.page.getByRole('main').innerText()
  }

  close() {
    return this.context.close()
  }
}
