// An encrypted file: it asks for what opens it, says when that is not it, and opens.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { holds, none, says } from '../expect.mjs'
import { folder, plumbline } from '../program.mjs'

const sh = promisify(execFile)

const passphrase = {
  name: 'encrypted: a file opens with its passphrase, and with no other',
  async run(j) {
    const at = await folder(j.home, 'closed')
    const closed = join(at, 'harbourline.plumb.age')
    await writeFile(join(at, 'word'), 'low tide at noon\n')
    await plumbline(j.home, ['encrypt', await j.files.demo(), '-o', closed, '--passphrase-file', join(at, 'word'), '-q'])
    const w = await j.window()
    const asked = w.page.getByRole('dialog', { name: 'harbourline.plumb.age is encrypted' })
    await w.page.keyboard.press('Control+o')
    await w.path(closed)
    await asked.waitFor()
    none((await w.axe()).map((v) => 'the question: ' + v))
    await w.shot('encrypted')
    await asked.getByLabel('Passphrase').fill('high tide at noon')
    await w.page.keyboard.press('Enter')
    await asked.getByRole('alert').filter({ hasText: /does not open with that passphrase/ }).waitFor()
    holds(!(await asked.innerText()).includes('--'), 'the question speaks of flags of the command line')
    await asked.getByLabel('Passphrase').fill('low tide at noon')
    await w.page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    await w.page.getByText('of 100').waitFor()
    says(await w.page.getByRole('banner').innerText(), /harbourline\.plumb\.age[^]*Read-only/, 'the title bar')
    holds(!w.page.url().includes('tide'), 'the passphrase is in the address')
  },
}

const key = {
  name: 'encrypted: a file opens with the key that it was encrypted for',
  async run(j) {
    const at = await folder(j.home, 'closed')
    const closed = join(at, 'harbourline.plumb.age')
    await sh('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'auditor', '-f', join(at, 'key')])
    await plumbline(j.home, ['encrypt', await j.files.demo(), '-o', closed, '--to', join(at, 'key.pub'), '-q'])
    const w = await j.window()
    const asked = w.page.getByRole('dialog', { name: 'harbourline.plumb.age is encrypted' })
    await w.page.keyboard.press('Control+o')
    await w.path(closed)
    await asked.waitFor()
    await asked.getByLabel('File with your key').fill(join(at, 'key'))
    await w.page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    await w.page.getByText('of 100').waitFor()
  },
}

const compared = {
  name: 'encrypted: a file to compare with is asked for its passphrase, and the open one stays open',
  async run(j) {
    const at = await folder(j.home, 'closed')
    const closed = join(at, 'earlier.plumb.age')
    await writeFile(join(at, 'word'), 'low tide at noon\n')
    await plumbline(j.home, ['encrypt', await j.files.demo(), '-o', closed, '--passphrase-file', join(at, 'word'), '-q'])
    const w = await j.window(await j.files.demo())
    const { page } = w
    await w.go('compare')
    await page.getByRole('button', { name: /another file/ }).click()
    await w.path(closed)
    const asked = page.getByRole('dialog', { name: 'earlier.plumb.age is encrypted' })
    await asked.getByLabel('Passphrase').fill('high tide at noon')
    await page.keyboard.press('Enter')
    await asked.getByRole('alert').filter({ hasText: /does not open with that passphrase/ }).waitFor()
    await asked.getByLabel('Passphrase').fill('low tide at noon')
    await page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    await page.getByText('is from another file').filter({ hasText: /earlier\.plumb\.age/ }).waitFor()
    await page.getByRole('list', { name: 'What became of the findings' }).getByRole('link').first().waitFor()
    holds(!(await page.getByRole('banner').innerText()).includes('earlier'), 'the other file was opened in place of the open one')
  },
}

export default [passphrase, key, compared]
