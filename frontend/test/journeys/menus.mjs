// What can be done with a row, from its menu: with the mouse, and from the row that has the focus.
import { holds, is } from '../expect.mjs'

const menus = {
  name: 'menus: rows of Compare and Inventory',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    const item = (name) => page.getByRole('menu').getByRole('menuitem', { name })
    await w.go('inventory?r=jira_permission_grant')
    const rows = () => page.getByRole('grid').getByRole('row')
    const shown = async () => Number((await page.getByRole('main').getByRole('status').filter({ hasText: /row/ }).innerText()).replace(/[^\d].*/, ''))
    const all = await shown()
    const cell = rows().nth(2).getByRole('gridcell').nth(4)
    const value = (await cell.innerText()).trim()
    await cell.click({ button: 'right' })
    await item(/^Only with this /).click()
    await w.still()
    const some = await shown()
    holds(some > 0 && some < all, `${some} of ${all} rows have the value ${value}`)
    holds((await rows().nth(1).getByRole('gridcell').nth(4).innerText()).trim() === value, 'another value is shown')
    await rows().nth(1).focus()
    await rows().nth(1).dispatchEvent('contextmenu', { bubbles: true, cancelable: true }) // as the menu key does
    await page.locator('[role=menu]:focus, [role=menu]:focus-within').waitFor() // until then keys are the row's
    await page.keyboard.press('ArrowDown')
    await page.locator('[role=menuitem]:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/[?&]row=0/) // the row of the menu is opened

    await w.go('compare?tab=objects')
    const list = page.getByRole('listbox', { name: 'Objects that differ' })
    await list.getByRole('option').nth(2).click({ button: 'right' })
    await item(/^Only those /).click()
    await w.still()
    holds(/[?&]c=(added|removed|changed)/.test(page.url()), 'the list is not narrowed')
    await list.focus()
    await list.dispatchEvent('contextmenu', { bubbles: true, cancelable: true })
    await item(/^Open$/).click()
    await w.still()
    is(new URL(page.url()).hash.includes('k='), true, 'the object of the menu is opened')
  },
}

export default [menus]
