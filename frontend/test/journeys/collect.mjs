// Connect and collect, at a pretend site over HTTP: paused, killed, gone on with, and in the end as if nothing had been.
import { createServer } from 'node:net'
import { join } from 'node:path'
import { holds, is, none, says } from '../expect.mjs'
import { folder, plumbline } from '../program.mjs'

const objects = async (w) => (await w.call('Snapshots', '')).snapshots.at(-1).objects

async function signIn(w, site) {
  const { page } = w
  await w.go('connect')
  await page.getByRole('button', { name: /^API token Reads/ }).click()
  await w.still()
  await page.getByLabel('Site, as its address').fill(site.site)
  await page.getByLabel(/mail/).fill(site.email)
  await page.getByLabel(/token/i).and(page.locator('input')).fill(site.token)
  await page.getByRole('button', { name: 'Try and keep it' }).click()
  await page.getByRole('button', { name: /API token, Ida Holm|API token,/ }).waitFor()
  await w.still()
}

const collect = {
  name: 'collect: paused, killed, resumed, and whole in the end',
  async run(j) {
    const site = await j.site('-latency', '200ms')
    const files = await folder(j.home, 'files')
    const path = join(files, 'site.plumb.db')
    let w = await j.window('', { env: site.env })
    await signIn(w, site)
    await w.shot('connected')
    none((await w.axe()).map((v) => 'connected: ' + v))

    await w.go('collect')
    await w.page.getByLabel('Site, as its address').fill(site.site)
    await w.page.getByLabel('Path of the file').fill(path)
    await w.page.getByLabel('Label, if it should have one').fill('Q4 <audit>')
    await w.still()
    none((await w.axe()).map((v) => 'new snapshot: ' + v))
    await w.shot('new snapshot')
    await w.page.getByRole('button', { name: 'Collect', exact: true }).click()
    const heading = (name) => w.page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 60_000 })
    await heading(/^Collecting, [1-9]/)
    await w.shot('collecting')
    await w.page.getByRole('button', { name: 'Pause' }).click()
    await heading(/paused/i)
    await w.page.reload() // still paused when loaded anew
    await heading(/paused/i)
    none((await w.axe()).map((v) => 'paused: ' + v))
    const paused = Number(await w.page.getByRole('progressbar').getAttribute('aria-valuenow'))
    await w.page.getByRole('button', { name: 'Resume' }).click()
    await w.page.waitForFunction((before) => document.querySelector('h1')?.textContent.startsWith('Collecting') // further, and not at its end
      && document.querySelector('[role=progressbar]').ariaValueNow > before, paused, { timeout: 60_000 })
    none(w.wrong)
    await w.program.kill()
    await w.go('snapshots')
    await w.page.getByText(/no longer running|could not be loaded/).first().waitFor()
    await w.shot('killed')
    await w.close()
    j.windows.length = 0 // a page whose program is dead may complain

    w = await j.window(path, { env: { ...site.env, PLUMBLINE_EMAIL: site.email, PLUMBLINE_TOKEN: site.token } })
    await w.go('collect')
    await w.shot('after the kill')
    none((await w.axe()).map((v) => 'after the kill: ' + v))
    await w.page.getByRole('button', { name: 'Resume' }).first().click()
    await w.page.getByText(/snapshot 1, (partial|complete)/).first().waitFor({ timeout: 60_000 })
    await w.still()
    await w.shot('collected')
    none((await w.axe()).map((v) => 'collected: ' + v))

    const whole = join(files, 'whole.plumb.db')
    const fast = await j.site()
    await plumbline(j.home, ['collect', whole, '--site', fast.site, '-q'], { env: { ...fast.env, PLUMBLINE_EMAIL: site.email, PLUMBLINE_TOKEN: site.token }, codes: [0, 3] })
    const mine = await objects(w)
    holds(mine > 500, `only ${mine} objects`)
    const second = await j.window(whole)
    is(mine, await objects(second), 'objects, beside a collection that nothing interrupted')

    await w.go('snapshots')
    await w.page.getByText('Q4 <audit>').first().waitFor()
    await w.go('overview')
    await w.page.getByText('of 100').or(w.page.getByText('too little could be seen')).first().waitFor()
  },
}

const refused = {
  name: 'connect: a wrong token and a site that is not there',
  async run(j) {
    const site = await j.site()
    const w = await j.window('', { env: site.env })
    const { page } = w
    await w.go('connect')
    await page.getByRole('button', { name: /^API token Reads/ }).click()
    await w.still()
    for (const [address, token] of [[site.site, 'ATATT-not-the-one'], ['http://127.0.0.1:9', site.token]]) {
      await page.getByLabel('Site, as its address').fill(address)
      await page.getByLabel(/mail/).fill(site.email)
      await page.getByLabel(/token/i).and(page.locator('input')).fill(token)
      await page.getByRole('button', { name: 'Try and keep it' }).click()
      await page.getByRole('alert').waitFor()
      const said = await page.getByRole('alert').innerText()
      holds(said.length > 20 && !said.includes(token), `of ${address} it says: ${said}`)
      await w.shot(`refused by ${address === site.site ? 'the site' : 'the network'}`)
      none((await w.axe()).map((v) => 'refused: ' + v))
    }
  },
}

const bare = (address) => address.replace(/^https?:\/\//, '')

/** add keeps a sign-in of one secret, and waits until it is shown as kept. */
async function add(w, way, address, secret) {
  const { page } = w
  await w.go('connect')
  await page.getByRole('button', { name: way }).last().click()
  await w.still()
  await page.getByLabel('Site, as its address').fill(address)
  await page.locator('input[type=password]').fill(secret)
  await page.getByRole('button', { name: 'Try and keep it' }).click()
  await page.getByRole('button', { name: 'Test', exact: true }).waitFor()
  await w.still()
}

const organisation = {
  name: 'connect: an organisation key beside a token, and what it is for',
  async run(j) {
    const site = await j.site()
    const w = await j.window('', { env: site.env })
    const { page } = w
    await signIn(w, site)
    await w.go('collect')
    await page.getByText('The organisation will not be looked at').waitFor()
    await add(w, /^Organisation API key Reads/, site.site, site.org_key)
    none((await w.axe()).map((v) => 'a key: ' + v))
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText(/\d+ of \d+ rules could look/).waitFor()
    holds((await page.locator('main').innerText()).includes('org:admin'), 'the permission of a key is not shown')
    await w.shot('an organisation key')

    const path = join(await folder(j.home, 'files'), 'organisation.plumb.db')
    await w.go('collect')
    is(0, await page.getByText('The organisation will not be looked at').count(), 'notes of a missing key')
    await page.getByLabel('Path of the file').fill(path)
    await w.still()
    await page.getByRole('button', { name: 'Collect', exact: true }).click()
    await page.getByText(/snapshot 1, (partial|complete)/).first().waitFor({ timeout: 90_000 })
    const vantage = (await w.call('Snapshots', '')).snapshots[0].vantage
    is('org-key,token', vantage.credentials.join(), 'sign-ins of the snapshot')
    none(w.wrong)
  },
}

const dataCenter = {
  name: 'collect: Jira and Confluence of a Data Center',
  async run(j) {
    const site = await j.site('-edition', 'dc')
    const w = await j.window('', { env: site.env })
    const { page } = w
    await add(w, /^Data Center personal access token Of/, site.jira + '/browse/DOCK-1', site.token)
    holds((await page.locator('main').innerText()).includes(bare(site.jira)), 'the address of Jira is not shown')
    await w.go('collect')
    await page.getByLabel('Site, as its address').fill(`${site.jira} ${site.confluence}`)
    await page.getByText('No token is kept for').waitFor()
    await add(w, /^Data Center personal access token Of/, site.confluence, site.token)
    await w.go('collect')
    await page.getByLabel('Site, as its address').fill(site.jira)
    await page.getByRole('button', { name: 'Add ' + bare(site.confluence) }).click()
    is(`${site.jira} ${site.confluence}`, await page.getByLabel('Site, as its address').inputValue(), 'addresses')
    await page.getByText('/rest/api/2/serverInfo').first().waitFor()
    await page.getByLabel('Path of the file').fill(join(await folder(j.home, 'files'), 'dc.plumb.db'))
    await w.still()
    none((await w.axe()).map((v) => 'a Data Center: ' + v))
    await w.shot('a Data Center')
    await page.getByRole('button', { name: 'Collect', exact: true }).click()
    await page.getByText(/snapshot 1, (partial|complete)/).first().waitFor({ timeout: 90_000 })
    await w.shot('a Data Center, collected')
    const one = (await w.call('Snapshots', '')).snapshots[0]
    is('dc-token', one.vantage.credentials.join(), 'sign-ins of the snapshot')
    holds(one.objects > 300, `only ${one.objects} objects`)
    await w.go('findings')
    await page.getByText(/DC-CVE-00[12]|vulnerability/).first().waitFor()
    none(w.wrong)
  },
}

/** freePort is one of this machine that nobody listens on. */
const freePort = () => new Promise((ok) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)) }) })

const consent = {
  name: 'connect: OAuth, through the consent page in a browser and back, and a snapshot with it',
  async run(j) {
    const site = await j.site()
    const w = await j.window('', { env: site.env })
    const { page } = w
    await w.go('connect')
    await page.getByRole('button', { name: /^OAuth 2\.0/ }).click()
    await page.getByLabel('Site, as its address').fill(site.site)
    await page.getByLabel('Callback address, if').fill(`http://127.0.0.1:${await freePort()}/callback`)
    await page.getByLabel('Client id of your app').fill(site.client_id)
    await page.getByLabel('Secret of your app').fill('not-the-secret')
    const agree = async () => {
      await page.getByRole('button', { name: 'Continue in browser' }).click()
      const link = page.getByRole('link', { name: 'open the page of Atlassian' })
      await link.waitFor()
      const [browser] = await Promise.all([w.context.waitForEvent('page'), link.click()])
      await browser.waitForURL(/\/callback\?/)
      const said = await browser.locator('body').innerText()
      await browser.close()
      return said
    }
    await agree() // whoever consents does so at once; the app's secret is looked at after that
    const alert = page.getByRole('alert')
    await alert.waitFor()
    holds(!(await alert.innerText()).includes('not-the-secret'), 'the secret is shown')
    none((await w.axe()).map((v) => 'refused: ' + v))

    await page.getByLabel('Secret of your app').fill(site.client_secret)
    says(await agree(), /Signed in|signed in|back to Plumbline|close/, 'the page that the browser ends on')
    await page.getByRole('button', { name: 'Test', exact: true }).waitFor()
    await w.shot('an OAuth sign-in')
    none((await w.axe()).map((v) => 'signed in: ' + v))

    await w.go('collect')
    await page.getByLabel('Site, as its address').fill(site.site)
    await page.getByLabel('Path of the file').fill(join(await folder(j.home, 'files'), 'oauth.plumb.db'))
    await w.still()
    await page.getByRole('button', { name: 'Collect', exact: true }).click()
    await page.getByText(/snapshot 1, (partial|complete)/).first().waitFor({ timeout: 90_000 })
    const snapshot = (await w.call('Snapshots', '')).snapshots[0]
    is('3lo', snapshot.vantage.credentials.join(), 'sign-ins of the snapshot')
    holds(snapshot.vantage.scopes.includes('read:jira-user') || snapshot.vantage.scopes.length > 10, `scopes: ${snapshot.vantage.scopes}`)
    holds(snapshot.objects > 500, `only ${snapshot.objects} objects`)
    none(w.wrong)
  },
}

export default [collect, refused, organisation, dataCenter, consent]
