// The objects that belong to another and differ, as a set for each resource.
import type { window as win } from '../../../wailsjs/go/models'
import { inOrder, type SetTable, type Sign } from '../../components/sets'
import { several } from '../../words'

const signs: Record<string, Sign> = { added: '+', removed: '-', changed: '~', not_comparable: '?' }

export function partTables(parts: win.ObjectRow[], href: (ref: { resource: string; key: string }) => string): { resource: string; table: SetTable }[] {
  const resources = [...new Set(parts.map((p) => p.resource))]
  return resources.map((resource) => {
    const rows = parts.filter((p) => p.resource === resource).map((p) => ({ sign: signs[p.change] ?? ('=' as Sign), cells: [p.name], href: href(p), note: p.caused.length ? several(p.caused.length, 'finding') : '' }))
    return { resource, table: { columns: [], rows: inOrder(rows), equal: [] } }
  })
}
