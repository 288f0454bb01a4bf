// The desktop program on a screen that nobody sees, for the benchmark: when it shows what, from its start on.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environment, root } from './program.mjs'

const program = join(root, 'bin/plumbline-desktop')

/** ready is whether the desktop program was built, and can be shown here. */
export const ready = () => existsSync(program) && ['/usr/bin/Xvfb', '/usr/bin/dbus-daemon', '/usr/bin/gcc'].every(existsSync)

/** service starts a program that writes a line into its fourth file when it is ready. */
async function service(command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const said = await Promise.race([once(child.stdio[3], 'data'), once(child, 'exit').then(([code]) => { throw new Error(`${command} ended with ${code}`) })])
  return { line: String(said[0]).trim(), end: () => child.kill('SIGKILL') }
}

/** screen gives a screen and a bus: look starts the program there, with a file or none, going to a screen of the page or
 * staying where it is, and tells when it showed each of the things, in ms since its start, and the CPU that it took
 * itself until then, the processes of the webview left out. */
export async function screen(home, things) {
  await mkdir(things, { recursive: true })
  const preload = join(things, 'noted')
  const flags = String(execFileSync('pkg-config', ['--cflags', '--libs', 'gtk+-3.0', 'webkit2gtk-4.1'])).trim().split(/\s+/)
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', preload, join(root, 'frontend/test/desktop/testdata/noted.c'), ...flags])
  const script = await readFile(join(root, 'frontend/test/noted.js'), 'utf8')
  const env = environment(home, { XDG_RUNTIME_DIR: things, NO_AT_BRIDGE: '1', GSETTINGS_BACKEND: 'memory', GIO_USE_VFS: 'local' })
  const x = await service('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], env)
  const config = join(things, 'bus.conf') // it starts nothing: no keychain of this machine is touched
  await writeFile(config, `<busconfig><type>session</type><listen>unix:dir=${things}</listen><policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`)
  const bus = await service('dbus-daemon', ['--config-file=' + config, '--nofork', '--print-address=3'], env)
  Object.assign(env, { DISPLAY: ':' + x.line, DBUS_SESSION_BUS_ADDRESS: bus.line, LD_PRELOAD: preload, NOTED: join(things, 'noted.js') })

  async function look(file, goes, until) {
    await writeFile(env.NOTED, `globalThis.goes = ${JSON.stringify(goes)};\n${script}`)
    const begun = performance.now()
    const child = spawn(program, file ? ['open', file] : ['open'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const seen = {}
    let text = ''
    const late = setTimeout(() => child.kill('SIGKILL'), 120_000)
    await new Promise((done, failed) => {
      child.stderr.on('data', (d) => {
        text += d
        for (const [, what] of text.matchAll(/^noted (\w+)\n/gm)) seen[what] ??= performance.now() - begun
        if (seen[until] !== undefined) done()
      })
      child.once('exit', (code) => failed(new Error(`the desktop program ended with ${code}: ${text}`)))
    })
    clearTimeout(late)
    const took = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    seen.cpu = 10 * (Number(took[11]) + Number(took[12])) // of ticks of 10 ms
    child.removeAllListeners('exit')
    const gone = once(child, 'exit')
    child.kill('SIGINT')
    const still = setTimeout(() => child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(still)
    return seen
  }
  return { look, end: () => { bus.end(); x.end() } }
}
