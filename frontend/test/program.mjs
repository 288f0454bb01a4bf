// The programs that journeys need: plumbline itself, with folders of its own, and the pretend site. All of them end with
// the journey that started them.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const root = resolve(fileURLToPath(import.meta.url), '../../..')

/** binary is the program under test, which somebody built before: make page cli. */
export const binary = resolve(process.env.PLUMBLINE ?? join(root, 'bin/plumbline'))

/** environment gives a person of their own: no settings, no keychain, no data of this machine's user. What was judged is
 * kept in one place for the whole run. */
export function environment(home, more = {}) {
  return {
    PATH: process.env.PATH, HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', USER: 'auditor',
    XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'),
    PLUMBLINE_CACHE: join(home, '../cache'), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', ...more,
  }
}

/** plumbline runs a command to its end and gives what it printed. */
export async function plumbline(home, args, { env = {}, codes = [0] } = {}) {
  try {
    return (await run(binary, args, { env: environment(home, env), timeout: 60_000, maxBuffer: 64 << 20 })).stdout
  } catch (e) {
    if (codes.includes(e.code)) return e.stdout
    throw new Error(`plumbline ${args.join(' ')}: ${e.stderr || e.message}`)
  }
}

/** folder is a new one inside another. */
export async function folder(inside, name) {
  await mkdir(inside, { recursive: true })
  return mkdtemp(join(inside, name + '-'))
}

/** line starts a program and waits for the first line it prints. */
async function line(command, args, options, seconds) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options })
  let out = ''
  let err = ''
  child.stderr.on('data', (d) => (err += d))
  const first = new Promise((ok, no) => {
    child.stdout.on('data', (d) => (out += d).includes('\n') && ok(out.slice(0, out.indexOf('\n'))))
    child.on('error', no)
    child.on('exit', (code) => no(new Error(`${command} ended with ${code}: ${err}${out}`)))
    setTimeout(() => no(new Error(`${command} said nothing in ${seconds} s: ${err}`)), seconds * 1000).unref()
  })
  try {
    return { child, text: await first }
  } catch (e) {
    child.kill('SIGKILL')
    throw e
  }
}

/** end asks a program to end, and after three seconds no longer asks. */
async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), 3000)
  await gone
  clearTimeout(late)
}

/** serve starts the window for a browser. kill ends it as a crash would. */
export async function serve(home, file, env = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: make page cli builds it`)
  const { child, text } = await line(binary, ['serve', '--no-browser', '--json', ...(file ? [file] : [])], { env: environment(home, env) }, 20)
  return { address: JSON.parse(text).address, pid: child.pid, end: () => end(child, 'SIGINT'), kill: () => end(child, 'SIGKILL') }
}

let built

/** pretendSite starts the pretend company's site: its addresses, who may sign in, and the environment that makes
 * plumbline ask there. */
export async function pretendSite(inside, args = []) {
  built ??= run('go', ['build', '-o', join(inside, 'pretend-site'), './frontend/test/site'], { cwd: root, timeout: 120_000 })
  await built
  const { child, text } = await line(join(inside, 'pretend-site'), args, {}, 20)
  const at = JSON.parse(text)
  return { ...at, env: { PLUMBLINE_API_BASE: at.api, PLUMBLINE_AUTH_BASE: at.auth }, end: () => end(child, 'SIGTERM') }
}
