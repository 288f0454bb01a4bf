// The report that plumbline writes as HTML: it needs nothing but itself, and axe-core finds nothing wrong in either theme.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { none } from '../expect.mjs'
import { plumbline } from '../program.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export default [
  {
    name: 'report: a document that anybody can read',
    async run(j) {
      const out = join(j.home, 'report.html')
      await plumbline(j.home, ['report', await j.files.demo(), '-o', out, '--severity', 'critical,low', '--sql', '--no-record', '-q'])
      for (const colorScheme of ['light', 'dark']) {
        const context = await j.browser.newContext({ colorScheme, bypassCSP: true })
        const wrong = []
        const page = await context.newPage()
        page.on('request', (r) => r.url().startsWith('file:') || r.url().startsWith('data:') || wrong.push(`it asks for ${r.url()}`))
        page.on('pageerror', (e) => wrong.push(e.message))
        await page.goto(pathToFileURL(out).href)
        await page.evaluate(axe + ';0')
        wrong.push(...(await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)}`))))
        await context.close()
        none(wrong.map((w) => `${colorScheme}: ${w}`))
      }
    },
  },
]
