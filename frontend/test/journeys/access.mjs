// Who can reach what: asked both ways round, by keyboard, with the paths as a picture and as a table.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { holds, is, none, says } from '../expect.mjs'
import { themes } from '../window.mjs'

const grid = (w) => w.page.getByRole('grid')
const paths = (w) => w.page.getByRole('region', { name: 'Paths', exact: true })
const address = (w) => new URLSearchParams(new URL(w.page.url()).hash.split('?')[1])

const person = {
  name: 'access: what somebody can reach, and back',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    await page.keyboard.press('Control+4')
    await w.still()
    await page.getByRole('main').getByText(/objects, most open first/).waitFor()
    await page.getByRole('button', { name: /Person, group or app/ }).click()
    const names = page.getByRole('listbox', { name: 'Names' })
    await names.getByRole('option').nth(5).waitFor()
    none((await w.axe()).map((v) => 'names: ' + v))
    await page.keyboard.type('dana wh')
    await names.getByRole('option').filter({ hasText: 'Dana Whitfield' }).first().waitFor()
    await page.waitForFunction(() => document.querySelectorAll('#access-names [role=option]').length < 4)
    await page.keyboard.press('Enter')
    await paths(w).getByRole('heading', { name: /^How Dana Whitfield administers/ }).waitFor()
    is(address(w).get('who')?.startsWith('user:'), true, 'the address says who')
    await w.shot('access person')
    const first = await paths(w).getByRole('heading').first().innerText()
    await grid(w).getByRole('row').nth(1).focus()
    await page.keyboard.press('j')
    await page.waitForFunction((was) => document.querySelector('section[aria-label=Paths] h2')?.innerText !== was, first)
    await w.still()
    const second = await paths(w).getByRole('heading').first().innerText()
    const told = await paths(w).getByRole('table', { name: 'Paths in words' }).getByRole('row').count()
    await page.keyboard.press('t')
    is(await paths(w).getByRole('table', { name: 'Paths, link by link' }).getByRole('row').count(), told, 'paths in the table, as beside the picture')
    is(address(w).get('view'), 'table', 'the address says table')
    await page.reload()
    await w.still()
    is(await paths(w).getByRole('heading').first().innerText(), second, 'loaded anew')
    await grid(w).getByRole('row').nth(2).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Who can reach this' }).click()
    await w.still()
    holds(address(w).get('what') && !address(w).get('who'), 'the menu asks the other way round')
    await page.goBack()
    await w.still()
    is(await paths(w).getByRole('heading').first().innerText(), second, 'one step back')
    const news = page.getByRole('button', { name: /\d+ new since A/ })
    const n = Number(/\d+/.exec(await news.innerText())[0])
    await news.click()
    await w.still()
    is(Number(await grid(w).getAttribute('aria-rowcount')) - 1, n, 'rows that are new')
    const to = join(j.home, 'access.csv')
    await page.getByRole('button', { name: 'Export CSV' }).click()
    await w.path(to)
    await page.getByText(/written to/).waitFor()
    holds((await readFile(to, 'utf8')).split('\n').length > n, 'every row is in the file')
  },
}

const looks = (theme) => ({
  name: `access: in every state, ${theme}`,
  async run(j) {
    const w = await j.window(await j.files.demo(), { theme })
    const found = []
    for (const at of ['access?who=Dana%20Whitfield', 'access?who=Dana%20Whitfield&view=table', 'access?what=project:PAY', 'access?what=everything', 'access?who=anonymous', 'access?what=space:CRM', 'access?who=group:nobody']) {
      await w.go(at)
      await w.shot(`${at}-${theme}`)
      for (const v of await w.axe()) found.push(`${at}: ${v}`)
      for (const size of theme === 'dark' ? [] : [{ width: 1100, height: 700 }, { width: 720, height: 450 }]) {
        await w.page.setViewportSize(size)
        await w.still()
        for (const o of [...(await w.overflow()), ...(await w.cutOff())]) found.push(`${at} in ${size.width}: ${o}`)
      }
      await w.page.setViewportSize({ width: 1440, height: 900 })
    }
    none(found)
    await w.go('access?what=space:CRM') // part of its permissions was denied: not read is not nobody
    says(await w.page.getByRole('group', { name: 'Limits of this answer' }).innerText(), /may be more/i, 'the space whose permissions were denied')
  },
})

export default [person, ...themes.map(looks)]
