// Attestations: what no API shows, answered by a person, kept beside the evidence.
import { holds, is, says } from '../expect.mjs'

const answering = {
  name: 'attestations: a question is answered, counted and withdrawn',
  async run(j) {
    const file = await j.files.demo()
    const w = await j.window(file)
    const { page } = w
    await w.go('attestations')
    const state = (word) => page.getByRole('button', { name: new RegExp(`^${word} \\d+$`) })
    const open = Number(/\d+/.exec(await state('Open').innerText())[0])
    holds(open > 5, `only ${open} questions`)
    await page.getByRole('button', { name: /ATT-SSO-001/ }).first().click()
    const form = page.getByRole('region', { name: /Single sign-on/ })
    says(await form.innerText(), /admin\.atlassian\.com/, 'the question')
    const write = form.getByRole('button', { name: 'Write it down' })
    is(await write.isDisabled(), true, 'an answer without words or a person can be written')
    await form.getByRole('button', { name: 'Partly' }).click()
    await form.getByLabel('Who answers for it').fill('Ida <b>Holm</b> 😀')
    await form.getByLabel('What was seen').fill('one of three policies')
    await write.click()
    await form.getByText('one of three policies').waitFor()
    says(await form.innerText(), /Partly by Ida <b>Holm<\/b> 😀/, 'the answer')
    await page.waitForFunction((n) => [...document.querySelectorAll('button')].some((b) => b.innerText.replace(/\s+/g, ' ') === `Open ${n}`), open - 1)
    await w.shot('attestations answered')
    await state('Answered').click()
    is(await page.getByRole('button', { name: /ATT-/ }).count(), 1, 'answered questions')
    const told = await w.call('Questions', { site: '', snapshot: 0, baseline: 0, other: '', across_sites: false }, '')
    is(told.counts.partly, 1, 'answers that say partly')
    await form.getByRole('button', { name: 'Withdraw the answer' }).click()
    await form.getByText('Withdrawn', { exact: true }).waitFor()
    await page.waitForFunction((n) => [...document.querySelectorAll('button')].some((b) => b.innerText.replace(/\s+/g, ' ') === `Open ${n}`), open)
  },
}

export default [answering]
