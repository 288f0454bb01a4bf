// The pictures of README and docs/guide.md, taken of the program itself with the pretend company's evidence: docs/images.
//
//	node frontend/test/screenshots.mjs                 all of them
//	node frontend/test/screenshots.mjs findings        those whose name is given
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Files } from './files.mjs'
import { pretendSite, root, serve } from './program.mjs'
import { browser as launch, Window } from './window.mjs'

const most = 200_000 // bytes of a picture
const lens = { site: '', snapshot: 0, baseline: 0, other: '', across_sites: false }

/** what is on each picture, on a file that is only for it */
const pictures = {
  overview: (w) => w.go('overview'),
  async findings(w) {
    await w.call('Decide', lens, { ids: (await w.call('FindingIDs', lens, 'sev:critical', '')).slice(0, 2), act: 'confirm', reason: '', owner: '', until: '', scope: '', resource: '', key: '', copy_to: '' })
    const page = await w.call('FindingsPage', lens, { filter: 'rule:CONF-ACCESS-002 since:new', group: 'none', sort: '', offset: 0, limit: 5, expanded: [], reveal: '' }, '')
    await w.go(`findings?f=product:confluence&id=${page.lines.find((l) => l.finding).finding.id}`)
  },
  async compare(w) {
    const page = await w.call('ComparisonObjects', lens, { resource: '', change: 'changed', filter: '', offset: 0, limit: 200 }, '')
    const people = page.rows.filter((r) => r.resource !== 'anonymous_probe')
    const one = people.sort((a, b) => b.caused.length - a.caused.length)[0]
    await w.go('compare?' + new URLSearchParams({ tab: 'objects', r: one.resource, k: one.key }))
  },
  async sql(w) {
    const editor = () => w.page.getByRole('main').locator('.cm-content').first()
    await w.go('sql')
    await editor().fill("SELECT space_key, name, created_at\nFROM confluence_space\nWHERE status = 'current'\nORDER BY created_at DESC")
    await w.page.keyboard.press('Escape') // no longer offering words
    await w.page.keyboard.press('Control+Enter')
    await w.still()
    await w.page.getByRole('grid').or(w.page.getByRole('table')).first().waitFor()
  },
  access: (w) => w.go('access?who=Dana%20Whitfield'),
  report: (w) => w.go('report'),
  rules: (w) => w.go('rules'),
  coverage: (w) => w.go('coverage'),
  connect: (w) => w.go('connect?kind=3lo'),
  async collect(w, site) {
    await w.call('AddSignIn', { kind: 'token', site: site.site, email: site.email, token: site.token, client_id: '', client_secret: '', redirect: '', classic: false, browser: false }, '')
    await w.call('Collect', { file: '', sites: [site.site], new: false, discard: false, label: 'Q1 audit', personal_data: 'full', only: [], skip: [], concurrency: 0, rate: 0, max_minutes: 0 })
    await w.go('collect')
    await w.page.getByText(/Collecting, (2\d|[3-9]\d) of/).waitFor({ timeout: 60_000 })
  },
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pictures)
const into = join(root, 'docs/images')
const place = await mkdtemp(join(tmpdir(), 'plumbline-screenshots-'))
await mkdir(into, { recursive: true })
const chromium = await launch()
try {
  const files = new Files(place)
  for (const name of chosen) {
    const home = join(place, name)
    const file = join(home, 'harbourline.plumb.db')
    await mkdir(home)
    await copyFile(await files.demo(), file)
    const site = name === 'collect' ? await pretendSite(place, ['-latency', '60ms']) : null
    const program = await serve(home, file, site?.env)
    try {
      const w = await Window.open(chromium, program.address, { theme: 'light' })
      await pictures[name](w, site)
      await w.still()
      await w.page.waitForTimeout(300) // for the last thing to be drawn
      if (w.wrong.length) throw new Error(`${name}: ${w.wrong.join('; ')}`)
      const raw = join(place, name + '.png')
      await w.page.screenshot({ path: raw })
      await w.close()
      await promisify(execFile)('pngquant', ['--force', '--speed', '1', '--strip', '--output', join(into, name + '.png'), '128', raw])
      const { size } = await stat(join(into, name + '.png'))
      console.log(`docs/images/${name}.png  ${Math.round(size / 1000)} KB`)
      if (size > most) throw new Error(`${name} has more than ${most / 1000} KB`)
    } finally {
      await program.end()
      await site?.end()
    }
  }
} finally {
  await chromium.close()
  await rm(place, { recursive: true, force: true })
}
