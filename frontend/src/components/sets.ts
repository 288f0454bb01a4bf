// A list of either side as rows with a sign, for SetDiff. Elements that are objects get a column for each of their members.
import type { window as win } from '../../wailsjs/go/models'

export type Sign = '-' | '+' | '~' | '?' | '='
export type SetRow = { sign: Sign; cells: string[]; href?: string; note?: string }
export type SetTable = { columns: string[]; rows: SetRow[]; equal: SetRow[] }

const rank: Record<Sign, number> = { '-': 0, '+': 1, '~': 2, '?': 3, '=': 4 }

/** inOrder puts rows that begin alike beside each other, what went before what came. */
export function inOrder(rows: SetRow[]): SetRow[] {
  const by = (a: SetRow, b: SetRow) => {
    const [x = '', y = ''] = [a.cells[0], b.cells[0]]
    return x < y ? -1 : x > y ? 1 : rank[a.sign] - rank[b.sign] || (a.cells.join('\n') < b.cells.join('\n') ? -1 : 1)
  }
  return rows.toSorted(by)
}

/** tableOf makes the rows of a list of both sides. */
export function tableOf(list: win.SetPair): SetTable {
  const read = (texts: string[], sign: Sign) => texts.map((text) => ({ sign, text, members: membersOf(text) }))
  const all = [...read(list.removed, '-'), ...read(list.added, '+'), ...read(list.equal, '=')]
  const columns = all.length && all.every((e) => e.members) ? [...new Set(all.flatMap((e) => [...e.members!.keys()]))] : []
  const rows = all.map(({ sign, text, members }) => ({ sign, cells: columns.length ? columns.map((c) => members!.get(c) ?? '') : [text] }))
  return { columns, rows: inOrder(rows.filter((r) => r.sign !== '=')), equal: rows.filter((r) => r.sign === '=') }
}

function membersOf(text: string): Map<string, string> | null {
  if (!text.startsWith('{')) return null
  try {
    const members = new Map<string, string>()
    flatten(JSON.parse(text), '', members)
    return members.size ? members : null
  } catch {
    return null // a text that begins like an object
  }
}

function flatten(value: unknown, path: string, into: Map<string, string>) {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) for (const [k, v] of Object.entries(value)) flatten(v, path ? path + '.' + k : k, into)
  else into.set(path, typeof value === 'string' ? value : JSON.stringify(value))
}
