// Choosing a file: the system's dialog in the desktop program, a field for a path in a browser.
import { asProblem, call } from '../api'
import { router } from '../router.svelte'
import { session } from '../session.svelte'
import { askPath } from './asking.svelte'

/** choosePath gives a path or "" where nobody chose one. kind: evidence, folder, csv ... (app/window/dialogs.go) */
export async function choosePath(kind: string, question = 'Choose a file'): Promise<string> {
  try {
    return await call('ChooseFile', kind)
  } catch (e) {
    if (asProblem(e).code !== 'no_dialog') throw e
    return askPath(question, kind)
  }
}

/** savePath is the same for a file that is going to be written. The system's dialog takes a name, a field the whole path. */
export async function savePath(suggested: string): Promise<string> {
  try {
    return await call('SaveFile', suggested.split(/[\\/]/).pop()!)
  } catch (e) {
    if (asProblem(e).code !== 'no_dialog') throw e
    return askPath('Where to write it', 'save', suggested)
  }
}

export async function openFile() {
  try {
    const path = await choosePath('evidence', 'Open an evidence file')
    if (path) await session.open(path)
  } catch (e) {
    session.problem = asProblem(e)
  }
}

/** compareTwo puts a snapshot of one file beside one of another. */
export async function compareTwo() {
  try {
    const first = await choosePath('evidence', 'The file with the earlier snapshot')
    const second = first && (await choosePath('evidence', 'The file with the later snapshot'))
    if (!second || !(await session.open(second))) return
    await session.compareWith(first)
    router.go('compare')
  } catch (e) {
    session.problem = asProblem(e)
  }
}
