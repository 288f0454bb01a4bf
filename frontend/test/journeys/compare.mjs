// Compare: both ways round the same, and what is another file's.
import { holds, is, none, says } from '../expect.mjs'

const number = (text) => Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(',', '') ?? NaN)

/** told is every count of the screen by what became of it. */
async function told(w) {
  await w.go('compare')
  const became = w.page.getByRole('list', { name: 'What became of the findings' })
  await became.getByRole('link').first().waitFor()
  const bar = await became.getByRole('link').allInnerTexts()
  const findings = Object.fromEntries(bar.map((t) => [t.replace(/[^a-z ]/gi, '').trim(), number(t)]))
  await w.go('compare?tab=objects')
  const kinds = w.page.getByRole('group', { name: 'Kind of change' }).getByRole('button')
  const objects = Object.fromEntries((await kinds.allInnerTexts()).map((t) => [t.replace(/[^a-z ]/gi, '').trim(), number(t)]))
  return { findings, objects }
}

const swap = {
  name: 'compare: swapped, every count is mirrored',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const there = await told(w)
    holds(there.findings.resolved > 0 && there.findings.new > 0 && there.objects.changed > 0, `nothing to swap: ${JSON.stringify(there)}`)
    await w.page.getByRole('button', { name: /^Swap/ }).first().click()
    await w.still()
    const back = await told(w)
    is(JSON.stringify([back.findings.new, back.findings.resolved, back.findings.persisting, back.findings['not comparable']]),
      JSON.stringify([there.findings.resolved, there.findings.new, there.findings.persisting, there.findings['not comparable']]), 'findings')
    is(JSON.stringify([back.objects.added, back.objects.removed, back.objects.changed, back.objects['not comparable']]),
      JSON.stringify([there.objects.removed, there.objects.added, there.objects.changed, there.objects['not comparable']]), 'objects')
  },
}

const difference = {
  name: 'compare: from one difference to the next, by key',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const { page } = w
    await w.go('compare?tab=objects')
    await w.still()
    await page.keyboard.press('n')
    await w.still()
    const pane = page.getByRole('region', { name: 'Object before and after' })
    const first = await pane.innerText()
    await w.shot('compare objects')
    none((await w.axe()).map((v) => 'objects: ' + v))
    await page.keyboard.press('n')
    await w.still()
    const second = await pane.innerText()
    holds(first !== second, 'N shows another difference')
    await page.keyboard.press('p')
    await w.still()
    is(await pane.innerText(), first, 'P after N')
    await page.reload()
    await w.still()
    is(await pane.innerText(), first, 'loaded anew')
    await w.go('compare?tab=drift')
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'DRIFT-ADMIN-001' }) }).first()
    const about = await row.getByRole('cell').nth(2).innerText()
    await row.getByRole('link', { name: 'DRIFT-ADMIN-001' }).click()
    await page.getByRole('complementary', { name: 'Rule DRIFT-ADMIN-001' }).getByRole('link', { name: /finding/ }).click()
    await page.waitForURL(/compare\?.*rule=DRIFT-ADMIN-001/)
    await row.getByRole('cell').nth(2).getByRole('link').click()
    await page.getByRole('complementary').getByText(about, { exact: true }).first().waitFor()
    await w.still()
    await w.shot('compare drift finding')
    const drawer = page.getByRole('complementary', { name: 'Finding', exact: true })
    await drawer.getByRole('button', { name: 'Confirm' }).click()
    await drawer.getByText('Confirmed', { exact: true }).first().waitFor()
    await w.go('compare?tab=drift')
    says(await row.innerText(), /Confirmed/, 'a finding that was confirmed')
    const drifted = await page.locator('section').filter({ hasText: 'What drifted' }).locator('tbody tr').count()
    await w.go('overview')
    await page.getByRole('link', { name: `${drifted} findings about the change itself` }).click()
    await page.waitForURL(/compare\?tab=drift/)
    for (const tab of ['drift', 'coverage', 'rules']) {
      await w.go(`compare?tab=${tab}`)
      await w.shot(`compare ${tab}`)
      none((await w.axe()).map((v) => `${tab}: ${v}`))
    }
  },
}

const other = {
  name: 'compare: with a snapshot from another file',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const here = await told(w)
    const copy = await j.files.own(j, 'colleague.plumb.db')
    await w.go('compare')
    await w.page.getByRole('button', { name: /another file/ }).click()
    await w.page.getByRole('dialog').waitFor()
    none((await w.axe()).map((v) => 'the question for a path: ' + v))
    await w.path(copy)
    await w.page.getByText('colleague.plumb.db').first().waitFor()
    await w.still()
    await w.shot('compare other file')
    none((await w.axe()).map((v) => 'other file: ' + v))
    const same = await told(w) // with its own latest: nothing came and nothing went
    is(JSON.stringify([same.findings.new ?? 0, same.findings.resolved ?? 0]), '[0,0]', 'compared with itself')
    await w.go('compare')
    await w.page.getByRole('button', { name: 'Compare within this file' }).click()
    await w.still()
    is(JSON.stringify(await told(w)), JSON.stringify(here), 'within the file again')
  },
}

export default [swap, difference, other]
