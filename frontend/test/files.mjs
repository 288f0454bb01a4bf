// The files that journeys open, each made once, when it is first asked for, by the program itself.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, cp, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { folder, plumbline, pretendSite, root } from './program.mjs'

/** names as only an enemy gives them: markup, a right-to-left override, an emoji for every letter */
export const hostile = {
  markup: '<img src=x onerror="globalThis.owned=1"><script>globalThis.owned=1</script><b>Bold</b>',
  rtl: '\u202egnp.eciovni \u05d7\u05e9\u05d1\u05d5\u05df',
  emoji: '\u{1f469}\u200d\u{1f680}'.repeat(255),
}

export class Files {
  #made = new Map()
  constructor(place) {
    this.folder = place
  }

  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, make(join(this.folder, name + '.plumb.db')))
    return this.#made.get(name)
  }

  /** demo is the pretend company, collected at two dates. Nobody writes into it: see own. */
  demo = () => this.#once('demo', async (path) => {
    await plumbline(join(this.folder, 'home'), ['demo', path, '-q'])
    await plumbline(join(this.folder, 'home'), ['compare', path, '-q']) // judged, as on the second look
    return path
  })

  /** own is a copy of the demo for one journey alone. */
  own = async (j, name = 'own.plumb.db') => {
    const path = join(await folder(j.home, 'files'), name)
    await copyFile(await this.demo(), path)
    return path
  }

  /** readOnly is a copy that is marked as not to be written. */
  readOnly = async (j) => {
    const path = await this.own(j, 'read-only.plumb.db')
    await chmod(path, 0o444)
    return path
  }

  /** strange are files that cannot be opened, each with what the screen must say of it. */
  strange = async (j) => {
    const at = await folder(j.home, 'strange')
    const text = join(at, 'letter.plumb.db')
    await writeFile(text, 'Dear auditor, this is a letter.\n'.repeat(100))
    const foreign = join(at, 'other.db')
    await promisify(execFile)('sqlite3', [foreign, 'create table t (a); insert into t values (1)'])
    const demo = await this.demo()
    const damaged = join(at, 'damaged.plumb.db')
    await copyFile(demo, damaged)
    await overwrite(damaged, 100, Buffer.alloc(64 * 1024, 0x5a))
    const newer = join(at, 'newer.plumb.db')
    await copyFile(demo, newer)
    await promisify(execFile)('sqlite3', [newer, 'pragma user_version = 9999'])
    return [
      { name: 'a letter', path: text, says: /not a Plumbline|not an evidence/i },
      { name: 'another database', path: foreign, says: /not a Plumbline|not an evidence/i },
      { name: 'a damaged file', path: damaged, says: /damaged|malformed/i },
      { name: 'a newer file', path: newer, says: /newer/i },
      { name: 'no file', path: join(at, 'gone.plumb.db'), says: /no such file|not there|does not exist/i },
      { name: 'a folder', isFolder: true, path: at, says: /folder|directory|not a Plumbline/i },
    ]
  }

  /** lock holds a file as a program does that writes it; it gives what lets go. */
  lock = async (path) => {
    const holder = spawn('sqlite3', [path], { stdio: ['pipe', 'pipe', 'inherit'] })
    holder.stdin.write("begin exclusive;\nselect 'held';\n")
    await once(holder.stdout, 'data')
    return async () => {
      const ended = once(holder, 'exit')
      holder.stdin.end('rollback;\n')
      await ended
    }
  }

  /** hostile is a site whose people, projects, spaces and groups bear hostile names, at both dates. */
  hostile = () => this.#once('hostile', async (path) => {
    const content = join(this.folder, 'hostile-content')
    await cp(join(root, 'collector/fakesite/content/harbourline'), content, { recursive: true })
    const names = Object.values(hostile)
    for (const [file, member] of [['accounts', 'display'], ['projects', 'name'], ['spaces', 'name']]) {
      const at = join(content, file + '.json')
      const list = JSON.parse(await readFile(at, 'utf8'))
      list.forEach((entry, i) => { if (member in entry) entry[member] = `${names[i % names.length]} ${i}` })
      await writeFile(at, JSON.stringify(list))
    }
    const home = join(this.folder, 'home')
    for (const when of ['2026-08-17', '2026-11-16']) {
      const site = await pretendSite(this.folder, ['-content', content, '-when', when])
      try {
        await plumbline(home, ['collect', path, '--site', site.site, '-q'], { env: { ...site.env, PLUMBLINE_EMAIL: site.email, PLUMBLINE_TOKEN: site.token }, codes: [0, 3] })
      } finally {
        await site.end()
      }
    }
    return path
  })
}

async function overwrite(path, at, bytes) {
  const f = await open(path, 'r+')
  await f.write(bytes, 0, bytes.length, at)
  await f.close()
}
