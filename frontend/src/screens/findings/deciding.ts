// Writing decisions: into the file, or where that cannot be written, into a copy of it that is then open.
import type { window as win } from '../../../wailsjs/go/models'
import { call } from '../../api'
import { savePath } from '../../shell/files'
import { session } from '../../session.svelte'

export type Decision = Omit<win.DecideRequest, 'ids' | 'copy_to'>

export const plain = (act: 'confirm' | 'clear'): Decision => ({ act, reason: '', owner: '', until: '', scope: '', resource: '', key: '' })

/** decide gives null where nobody chose a place for the copy. */
export async function decide(ids: string[], d: Decision): Promise<win.Decided | null> {
  const file = session.state?.file
  let copy_to = ''
  if (file?.read_only) {
    copy_to = await savePath(file.path.replace(/(\.plumb)?\.db$|\.plumb$/, '') + '-decided.plumb.db')
    if (!copy_to) return null
  }
  const done = await call('Decide', session.lens, { ids, ...d, copy_to })
  await session.refresh()
  return done
}
