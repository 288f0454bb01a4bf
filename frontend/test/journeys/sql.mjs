// The console: it answers, it refuses to write, and a query without end does not take the window with it.
import { holds, is, none, says } from '../expect.mjs'

async function type(w, sql) {
  const box = w.page.getByRole('textbox', { name: 'SELECT' })
  await box.click()
  await w.page.keyboard.press('Control+a')
  await w.page.keyboard.insertText(sql)
}

const console_ = {
  name: 'sql: an answer, a refusal, and a query without end',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    const main = page.getByRole('main')
    await w.go('sql')
    await type(w, "SELECT 7 AS seven, '<b>x</b>' AS markup")
    await page.keyboard.press('Control+Enter')
    await main.getByRole('heading', { name: '1 row', exact: true }).waitFor()
    await main.getByText('<b>x</b>', { exact: true }).first().waitFor()
    none((await w.axe()).map((v) => 'answered: ' + v))
    for (const sql of ['DELETE FROM jira_user', "ATTACH 'other.db' AS o", 'SELEC 1', 'SELECT 1; SELECT 2']) {
      await type(w, sql)
      await page.keyboard.press('Control+Enter')
      await main.getByRole('alert').waitFor()
      holds((await main.getByRole('alert').innerText()).length > 10, `${sql} is refused without words`)
      await type(w, 'SELECT 1')
      await page.keyboard.press('Control+Enter')
      await main.getByRole('alert').waitFor({ state: 'detached' })
    }
    await type(w, 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n')
    await page.keyboard.press('Control+Enter')
    const cancel = main.getByRole('button', { name: 'Cancel' })
    await cancel.waitFor()
    await page.keyboard.press('Control+1') // the window is alive meanwhile
    await page.getByText('of 100').waitFor()
    await page.keyboard.press('Control+2')
    await page.getByRole('treegrid', { name: 'Findings' }).waitFor()
    await page.keyboard.press('Control+7')
    await cancel.click()
    await main.getByRole('heading', { name: 'Cancelled' }).waitFor()
    await w.shot('sql cancelled')
    await type(w, 'SELECT count(*) AS users FROM jira_user')
    await page.keyboard.press('Control+Enter')
    await main.getByRole('heading', { name: '1 row', exact: true }).waitFor()
    await page.waitForURL(/jira_user/) // once nobody types any more
    const address = page.url()
    await page.reload()
    await page.getByRole('textbox', { name: 'SELECT' }).waitFor()
    says(await page.getByRole('textbox', { name: 'SELECT' }).innerText(), /count\(\*\) AS users/, 'the console loaded anew')
    is(page.url(), address, 'the address loaded anew')
  },
}

export default [console_]
