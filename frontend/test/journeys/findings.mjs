// Findings: every number is the length of a list, triage without a mouse, the way back.
import { holds, is, none, says } from '../expect.mjs'

const number = (text) => Number(/\d[\d,.]*/.exec(text)?.[0].replace(/[,.]/g, ''))

/** total is what the list of findings says it holds. */
export async function total(w) {
  await w.still()
  return number(await w.page.getByRole('main').getByRole('status').filter({ hasText: /in [\d,]+ rules?$/ }).innerText())
}

/** counted are the links to lists of findings on the screen, each with the number that it shows: in its own words, or in
 * a table in the column Findings of its row. */
export const counted = (w) => w.page.getByRole('main').evaluate((main) => [...main.querySelectorAll('a[href^="#/findings"]')].flatMap((a) => {
  const href = a.getAttribute('href').slice(2)
  if (/[?&]id=/.test(href)) return []
  const row = a.closest('tr')
  const column = row && [...row.closest('table').querySelectorAll('thead th')].findIndex((h) => h.innerText.trim().toLowerCase().startsWith('findings'))
  const text = row && column >= 0 ? row.cells[column].innerText : row || /^[A-Z]+-[A-Z]+-\d+$/.test(a.innerText) ? '' : a.innerText
  const n = /\d[\d,]*/.exec(text)?.[0].replaceAll(',', '')
  return n === undefined ? [] : [{ href, n: Number(n), text: a.innerText.replaceAll('\n', ' ').trim() }]
}))

const numbers = {
  name: 'numbers: each opens the list that it counts',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const wrong = []
    let looked = 0
    const totals = new Map()
    for (const at of ['overview', 'compare', 'compare?tab=coverage', 'compare?tab=rules', 'rules', 'coverage', 'snapshots']) {
      await w.go(at)
      const links = new Map((await counted(w)).map((l) => [l.href, l]))
      for (const link of links.values()) {
        looked++
        if (!totals.has(link.href)) {
          await w.go(link.href)
          totals.set(link.href, await total(w))
        }
        const n = totals.get(link.href)
        if (n !== link.n) wrong.push(`${at}: "${link.text}" says ${link.n}, its list has ${n} (${link.href})`)
      }
    }
    none(wrong)
    holds(looked > 20, `only ${looked} numbers were found`)
  },
}

const facets = {
  name: 'numbers: each facet lists what it counts',
  async run(j) {
    const w = await j.window(await j.files.demo())
    await w.go('findings')
    const all = await total(w)
    const only = w.page.getByRole('complementary', { name: 'Facets' }).getByRole('button', { name: /^Only / })
    const names = await only.evaluateAll((b) => b.map((e) => e.getAttribute('aria-label')))
    holds(names.length >= 15, `only ${names.length} facets`)
    const wrong = []
    const sums = {}
    for (const name of names) {
      await only.and(w.page.getByRole('button', { name, exact: true })).click()
      const [n, want] = [await total(w), number(name.split(':').at(-1))]
      if (n !== want) wrong.push(`${name} lists ${n}`)
      const key = new URLSearchParams(w.page.url().split('?').at(-1)).get('f').split(':')[0]
      sums[key] = (sums[key] ?? 0) + n
      await w.page.goBack()
    }
    for (const key of ['severity', 'triage', 'product', 'category']) if (sums[key] !== all) wrong.push(`the values of ${key} sum to ${sums[key]} of ${all}`)
    none(wrong)
  },
}

/** tabTo goes on with Tab until something of that name has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < 40; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement
      return e === document.body ? '' : e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText
    })
    if (name.test(at)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not come to ${name}`)
}

const triage = {
  name: 'findings: triage by keyboard, kept when loaded anew',
  async run(j) {
    const file = await j.files.own(j)
    const w = await j.window(file)
    const { page } = w
    await page.keyboard.press('Control+2')
    await w.still()
    const grid = page.getByRole('treegrid', { name: 'Findings' })
    await grid.getByRole('row').nth(1).waitFor()
    const lens = { site: '', snapshot: 0, baseline: 0, other: '', across_sites: false }
    const of = async (filter) => (await w.call('FindingsPage', lens, { filter, group: 'none', sort: '', offset: 0, limit: 1, expanded: [], reveal: '' }, '')).total
    const [confirmed, accepted] = [await of('triage:confirmed'), await of('triage:accepted')]

    await page.keyboard.press('Control+f') // the filter
    await page.keyboard.type('triage:undecided sev:high')
    await page.keyboard.press('Enter')
    await w.still()
    await tabTo(page, /^High\s/)
    await page.keyboard.press('Enter') // opens the first rule
    await w.still()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('complementary', { name: 'Finding', exact: true })
    await drawer.getByRole('heading').first().waitFor()
    await w.still()
    await w.shot('finding by keyboard')
    none((await w.axe()).map((v) => 'drawer: ' + v))
    await page.keyboard.press('c')
    await drawer.getByText('Confirmed').first().waitFor()
    await w.still()
    is(await of('triage:confirmed'), confirmed + 1, 'confirmed findings')

    await page.keyboard.press('j')
    await page.keyboard.press('a')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    none((await w.axe()).map((v) => 'accept: ' + v))
    await tabTo(page, /^Reason/)
    await page.keyboard.type('Contractors need it until the move is over')
    await tabTo(page, /^Owner/)
    await page.keyboard.type('maja')
    await w.shot('accept risk')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await w.still()
    is(await of('triage:accepted'), accepted + 1, 'accepted risks')

    await page.reload()
    await w.still()
    await w.go('findings?f=triage%3Aaccepted&group=none')
    is(await total(w), accepted + 1, 'accepted risks after loading anew')
    const list = page.getByRole('grid', { name: 'Findings' })
    await list.getByText('Accepted', { exact: true }).first().waitFor()
    const again = await j.window(file) // another window of another program
    await again.go('findings?f=triage%3Aaccepted')
    is(await total(again), accepted + 1, 'accepted risks in a second window')
  },
}

const readOnly = {
  name: 'findings: a decision on a read-only file says what to do',
  async run(j) {
    const w = await j.window(await j.files.readOnly(j))
    const { page } = w
    await page.getByText('Read-only', { exact: true }).waitFor()
    await w.go('findings?group=none&f=triage%3Aundecided')
    const before = await total(w)
    await page.getByRole('grid', { name: 'Findings' }).getByRole('row').nth(1).click()
    await page.keyboard.press('c')
    await w.path('') // where a copy should be written: nowhere
    await page.getByText(/read-only/i).nth(1).waitFor()
    await w.shot('read-only')
    is(await total(w), before, 'findings to triage')
  },
}

const filter = {
  name: 'findings: the filter says where it is wrong',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    await w.go('findings')
    const all = await total(w)
    const box = page.getByRole('combobox', { name: 'Filter the findings' })
    await box.fill('product:jira sev:hihg')
    await box.press('Enter')
    const why = page.getByRole('alert')
    await why.waitFor()
    says(await why.innerText(), /high/, 'the refusal')
    none((await w.axe()).map((v) => 'refused filter: ' + v))
    await w.shot('refused filter')
    await box.fill('product:jira sev:>=high')
    await box.press('Enter')
    await why.waitFor({ state: 'detached' })
    const some = await total(w)
    holds(some > 0 && some < all, `${some} of ${all} findings`)
    for (const group of ['object', 'product', 'category', 'severity', 'none']) {
      await w.go(`findings?f=product%3Ajira+sev%3A%3E%3Dhigh&group=${group}`)
      is(await total(w), some, `findings grouped by ${group}`)
    }
  },
}

const wayBack = {
  name: 'address: back, forward and loading anew find what was shown',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    await w.go('findings?group=none')
    const grid = page.getByRole('grid', { name: 'Findings' })
    await grid.hover()
    await page.mouse.wheel(0, 1500)
    await page.waitForTimeout(400)
    const box = grid.locator('xpath=ancestor-or-self::*[contains(@style,"overflow") or @role="grid"]').first()
    const scrolled = () => box.evaluate((e) => { for (let at = e; at; at = at.parentElement) if (at.scrollTop > 0) return Math.round(at.scrollTop); return 0 })
    const before = await scrolled()
    holds(before > 500, `the list scrolled by ${before}`)
    await grid.getByRole('row').nth(8).click() // opens it, or gives it the focus
    if (!/[?&]id=/.test(page.url())) await page.keyboard.press('Enter')
    await page.waitForURL(/[?&]id=/)
    await w.still()
    const drawer = page.getByRole('complementary', { name: 'Finding', exact: true })
    const title = await drawer.getByRole('heading').first().innerText()
    const there = page.url()
    await page.goBack()
    await drawer.waitFor({ state: 'detached' })
    await page.goForward()
    await drawer.getByRole('heading', { name: title }).waitFor()
    is(page.url(), there, 'the address after going forward')
    await page.reload()
    await drawer.getByRole('heading', { name: title }).waitFor()
    is(page.url(), there, 'the address after loading anew')
    await w.shot('loaded anew')
    await w.go('compare')
    await page.goBack()
    await drawer.getByRole('heading', { name: title }).waitFor()
    await w.go('overview')
    await w.go('findings?group=none&f=product%3Ajira')
    await grid.hover()
    await page.mouse.wheel(0, 700)
    await page.waitForTimeout(400)
    const left = await scrolled()
    await w.go('inventory')
    await page.goBack()
    await w.still()
    await page.waitForTimeout(300)
    holds(Math.abs((await scrolled()) - left) < 40, `going back scrolled to ${await scrolled()} and not ${left}`)
  },
}

export default [numbers, facets, triage, readOnly, filter, wayBack]
