// Two windows on one file, and a page that nobody may open.
import { holds, is } from '../expect.mjs'
import { total } from './findings.mjs'

const two = {
  name: 'windows: two on one file, and neither loses anything',
  async run(j) {
    const file = await j.files.own(j)
    const first = await j.window(file)
    const second = await j.window(file)
    await first.go('findings?group=none&f=triage%3Aundecided')
    await second.go('findings?group=none&f=triage%3Aundecided')
    const before = await total(first)
    for (const [w, nth] of [[first, 1], [second, 2]]) {
      await w.page.getByRole('grid', { name: 'Findings' }).getByRole('row').nth(nth).click()
      await w.page.keyboard.press('c')
      await w.page.getByText(/finding confirmed/).first().waitFor()
    }
    // What the other window wrote is told to the page; nobody asks for it.
    for (const w of [first, second]) await w.page.getByRole('status').filter({ hasText: new RegExp(`^${before - 2} of`) }).waitFor()
    for (const w of [first, second]) {
      await w.page.reload()
      is(await total(w), before - 2, 'findings to triage, after one decision in each window')
    }
  },
}

const closed = {
  name: 'windows: an address that was used lets nobody else in',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const other = await j.browser.newContext()
    j.ends.push(() => other.close())
    const page = await other.newPage()
    for (const address of [w.program.address, w.base, w.base + 'call/State']) {
      const answer = await page.goto(address)
      holds(answer.status() >= 400, `${address} answered ${answer.status()}`)
      holds(!(await page.content()).includes('plumb.db'), `${address} told something`)
    }
  },
}

export default [two, closed]
