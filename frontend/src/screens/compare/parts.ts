// The objects that belong to another and differ, as a set for each resource: one that changed went as it was and came as
// it is.
import type { window as win } from '../../../wailsjs/go/models'
import { inOrder, type SetRow, type SetTable, type Sign } from '../../components/sets'
import { several } from '../../words'

export function partTables(parts: win.ObjectPart[], href: (ref: { resource: string; key: string }) => string): { resource: string; table: SetTable }[] {
  return [...new Set(parts.map((p) => p.resource))].map((resource) => ({ resource, table: tableOf(parts.filter((p) => p.resource === resource), href) }))
}

function tableOf(parts: win.ObjectPart[], href: (ref: { resource: string; key: string }) => string): SetTable {
  const names = [...new Set(parts.flatMap((p) => [...p.before, ...p.after].map((m) => m.name)))].sort(byRank)
  const rows: SetRow[] = parts.flatMap((p) => {
    const one = (sign: Sign, members: win.Member[]): SetRow => ({
      sign,
      cells: names.length ? names.map((n) => members.filter((m) => m.name === n).map((m) => m.text).join(', ')) : [p.name],
      href: href(p),
      note: p.caused.length && (sign !== '-' || p.change === 'removed') ? several(p.caused.length, 'finding') : '',
    })
    if (p.change === 'added') return [one('+', p.after)]
    if (p.change === 'removed') return [one('-', p.before)]
    if (p.change === 'changed') return [one('-', p.before), one('+', p.after)]
    return [one('?', p.before.length ? p.before : p.after)]
  })
  return { columns: names, rows: inOrder(rows), equal: [] }
}

// What is granted comes before whom to; names come before numbers.
const first = ['permission', 'displayName', 'name', 'title', 'operation.key', 'operation', 'holder.type', 'holder.parameter', 'principal.type', 'type']
const rank = (name: string) => (first.indexOf(name) + 1 || (/id$/i.test(name) ? first.length + 2 : first.length + 1))
const byRank = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : 1)

/** sayingOf is what an object without a name says, in one line. */
export const sayingOf = (says: win.Member[]) => [...new Set(says.toSorted((a, b) => byRank(a.name, b.name)).map((m) => m.text))].filter(Boolean).join(' · ')
