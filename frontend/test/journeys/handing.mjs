// What is handed over, and the seal: made, valid, by an unknown key, broken.
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { holds, is, none, says } from '../expect.mjs'
import { folder } from '../program.mjs'

const sh = promisify(execFile)
const preview = (w) => w.page.getByRole('region', { name: 'Preview', exact: true })

const report = {
  name: 'report: previewed as it is, saved, and noted',
  async run(j) {
    const w = await j.window(await j.files.own(j))
    const { page } = w
    await page.getByRole('button', { name: 'Share' }).click()
    await w.still()
    const frame = preview(w).getByTitle('Preview of the report')
    await frame.waitFor()
    const inside = await (await frame.elementHandle()).contentFrame()
    await inside.getByRole('heading').first().waitFor()
    holds((await inside.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== 'rgba(0, 0, 0, 0)', 'its own style is not used')
    is(await frame.getAttribute('sandbox'), '', 'the frame may do nothing')
    const all = await inside.locator('body').innerText()
    says(all, /CONF-ACCESS-001/, 'the report')
    await w.shot('report')
    await page.getByRole('button', { name: 'All', exact: true }).click()
    for (const s of ['Medium', 'Low', 'Info']) await page.getByRole('menuitemcheckbox', { name: s }).click()
    await page.keyboard.press('Escape')
    await w.still()
    is(new URLSearchParams(page.url().split('?')[1]).get('sev'), 'critical,high', 'severities in the address')
    const to = join(j.home, 'review.html')
    await page.getByRole('button', { name: 'Save report' }).click()
    await w.path(to)
    await page.getByText(/written to/).waitFor()
    const words = await page.locator('.toasts').boundingBox()
    holds(words.y + words.height < (await page.getByRole('button', { name: 'Save report' }).boundingBox()).y, 'what was done is told over the button')
    const saved = await readFile(to, 'utf8')
    holds(saved.startsWith('<!doctype html>') && Math.abs(saved.length - (await frame.getAttribute('srcdoc')).length) < 200, 'what is saved is what was shown')
    await page.getByRole('group', { name: 'Handed over so far' }).getByText('Report, HTML').waitFor()
    await page.getByRole('radio', { name: 'Findings list' }).click()
    await preview(w).getByRole('region', { name: 'Preview of the list' }).waitFor()
    none((await w.axe()).map((v) => 'list: ' + v))
    await page.getByRole('radio', { name: 'Copy without names' }).click()
    none((await w.axe()).map((v) => 'copy: ' + v))
    await page.evaluate(() => new MutationObserver(() => {
      const bar = document.querySelector('.foot [role=progressbar]')
      if (bar) globalThis.far = [bar.ariaLabel, Number(bar.ariaValueNow) <= Number(bar.ariaValueMax)]
    }).observe(document.querySelector('main'), { childList: true, subtree: true, attributes: true }))
    await page.getByRole('button', { name: 'Save copy' }).click()
    await w.path(join(j.home, 'copy.plumb.db'))
    await page.getByText(/people replaced in/).waitFor({ timeout: 45_000 })
    const [step, sound] = (await page.evaluate(() => globalThis.far)) ?? []
    holds(step && sound, 'how far the copy is was never shown')
    await page.getByRole('radio', { name: 'Sealed evidence' }).click()
    await page.getByRole('radio', { name: 'Encrypted with a passphrase' }).click()
    await page.getByLabel('Passphrase', { exact: true }).fill('low tide at noon')
    holds(await page.getByRole('button', { name: 'Save evidence' }).isDisabled(), 'one passphrase is enough')
    await page.getByLabel('Once more').fill('low tide at noon')
    none((await w.axe()).map((v) => 'evidence: ' + v))
    await page.getByRole('button', { name: 'Save evidence' }).click()
    await w.path(join(j.home, 'closed.plumb.age'))
    await page.getByRole('group', { name: 'Handed over so far' }).getByText('Encrypted evidence').waitFor({ timeout: 45_000 })
    says(await readFile(join(j.home, 'closed.plumb.age'), 'latin1'), /^age-encryption\.org/, 'the evidence')
  },
}

const seal = {
  name: 'seal: made, of an unknown key, trusted, and broken',
  async run(j) {
    const at = await folder(j.home, 'keys')
    const key = join(at, 'key')
    await sh('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'Ida Holm', '-f', key])
    const file = await j.files.own(j)
    const w = await j.window(file)
    const { page } = w
    const bar = page.getByRole('banner')
    await bar.getByText('Not sealed').waitFor()
    await w.go('report')
    await page.getByRole('button', { name: 'Seal…' }).click()
    const asked = page.getByRole('dialog', { name: 'Seal' })
    await asked.getByRole('radio', { name: /^All / }).click()
    await asked.getByRole('radio', { name: /in a file/ }).click()
    await asked.getByLabel('Path of the key').fill(key)
    none((await w.axe()).map((v) => 'sealing: ' + v))
    await asked.getByRole('button', { name: 'Seal', exact: true }).click()
    await asked.waitFor({ state: 'detached', timeout: 30_000 })
    await bar.getByText('Seal valid').waitFor()
    const panel = page.getByRole('region', { name: 'Seal', exact: true })
    await panel.getByText('Ida Holm').waitFor()
    await w.shot('seal valid')
    await rm(join(j.home, 'config/plumbline/trusted_keys'))
    await panel.getByRole('button', { name: 'Check again' }).click()
    await bar.getByText(/Unknown key/).waitFor()
    none((await w.axe()).map((v) => 'unknown key: ' + v))
    await panel.getByRole('button', { name: 'Trust this key' }).click()
    const trust = page.getByRole('dialog', { name: 'Trust this key?' })
    says(await trust.innerText(), /SHA256:/, 'the question of trust')
    await trust.getByRole('button', { name: 'Trust it' }).click()
    await bar.getByText('Seal valid').waitFor()
    await sh('sqlite3', [file, "UPDATE coverage SET reason = 'nothing'"])
    const broken = page.getByRole('alert').filter({ hasText: 'Seal broken:' })
    await broken.waitFor({ timeout: 40_000 }) // the file is looked at once a second, and left alone while it is written
    await bar.getByText('Seal broken').waitFor()
    await w.go('overview')
    await broken.waitFor()
    is(await broken.getByRole('button').count(), 0, 'buttons that take it away')
    for (const theme of ['light', 'dark']) {
      await w.theme(theme)
      none((await w.axe()).map((v) => `broken, ${theme}: ${v}`))
    }
    await w.shot('seal broken')
    await w.go('report')
    await panel.getByRole('alert').waitFor()
    await w.shot('seal broken, report')
  },
}

export default [report, seal]
