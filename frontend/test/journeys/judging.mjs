// A snapshot that was not judged yet: what is found is there on the way, and never taken for the whole.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { holds, none } from '../expect.mjs'
import { total } from './findings.mjs'

// It reads a shared relation: rules that need none are asked while the snapshot is still being read.
const slow = `-- rev: 1
-- title: A rule that counts for a second
-- severity: low
-- category: misconfiguration
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user, confluence_user
-- maps: cis8:5.1
-- source: a rule to wait for
-- why: It takes its time.
-- fix: Nothing is wrong.
-- false-positives: It finds nothing.

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000)
SELECT key, '' AS aspect, '' AS subject, '' AS detail FROM (SELECT account_id AS key FROM account) WHERE (SELECT max(i) FROM n) < 0
`

const onTheWay = {
  name: 'judging: what is found is shown on the way',
  async run(j) {
    const rules = join(j.home, 'rules')
    await mkdir(rules, { recursive: true })
    await mkdir(join(j.home, 'config/plumbline'), { recursive: true })
    await writeFile(join(rules, 'WAIT-ACCESS-001.sql'), slow)
    await writeFile(join(j.home, 'config/plumbline/window.json'), JSON.stringify({ rule_folders: [rules] }))
    const w = await j.window()
    const file = await j.files.own(j)
    for (const screen of ['overview', 'findings']) {
      if (screen === 'findings') await writeFile(join(rules, 'WAIT-ACCESS-001.sql'), slow + '-- once more\n') // another rule: judged anew
      await w.page.evaluate((hash) => { location.hash = hash }, '#/' + screen)
      const opened = w.call('Open', file)
      // At one moment, since all of it goes when the last rule has answered.
      await w.page.waitForFunction(() => {
        const main = document.querySelector('main')
        const bar = main.querySelector('[role=progressbar]')
        const said = /^Judging: (\d+) of (\d+) rules$/.exec(document.getElementById(bar?.getAttribute('aria-labelledby'))?.textContent.trim())
        return said && said[1] === bar.getAttribute('aria-valuenow') && said[2] === bar.getAttribute('aria-valuemax') && Number(said[1]) < Number(said[2]) &&
          main.querySelectorAll('ul[aria-label="Found so far"] > li').length > 5 && main.innerText.includes('Not the whole yet')
      }, null, { polling: 50 })
      none(await w.axe())
      await w.shot(`judging ${screen}`)
      await opened
      await w.page.getByRole('main').getByRole('list', { name: 'Found so far' }).waitFor({ state: 'detached', timeout: 80_000 })
      await w.still()
    }
    holds((await total(w)) > 20, 'the findings are not there in the end')
  },
}

export default [onTheWay]
