import { expect, test } from 'vitest'
import type { window as win } from '../../../wailsjs/go/models'
import { partTables, sayingOf } from './parts'

const part = (key: string, change: string, before: Record<string, string>, after: Record<string, string>, resource = 'jira_permission_grant') => {
  const members = (of: Record<string, string>) => Object.entries(of).map(([name, text]) => ({ name, text }))
  return { resource, key, object: key, name: key, says: [], change, fields: [], caused: change === 'removed' ? [{}, {}] : [], before: members(before), after: members(after) } as unknown as win.ObjectPart
}

test('parts are rows of a set; one that changed went as it was and came as it is', () => {
  const [grants, actors] = partTables(
    [
      part('1', 'removed', { 'holder.type': 'anyone', permission: 'BROWSE' }, {}),
      part('2', 'changed', { 'holder.type': 'group', permission: 'ADMIN' }, { 'holder.type': 'projectRole', permission: 'ADMIN' }),
      part('3', 'not_comparable', { permission: 'EDIT' }, {}),
      part('4', 'added', {}, {}, 'jira_role_actor'),
    ],
    (r) => '#' + r.key,
  )
  expect(grants!.table.columns).toEqual(['permission', 'holder.type'])
  expect(grants!.table.rows.map((r) => [r.sign, ...r.cells, r.href, r.note])).toEqual([
    ['-', 'ADMIN', 'group', '#2', ''],
    ['+', 'ADMIN', 'projectRole', '#2', ''],
    ['-', 'BROWSE', 'anyone', '#1', '2 findings'],
    ['?', 'EDIT', '', '#3', ''],
  ])
  expect(actors!.table).toEqual({ columns: [], rows: [{ sign: '+', cells: ['4'], href: '#4', note: '' }], equal: [] })
})

test('an object without a name is called what it says, what is granted first', () => {
  expect(sayingOf([{ name: 'holder.parameter', text: 'staff' }, { name: 'holder.type', text: 'group' }, { name: 'holder.value', text: 'staff' }, { name: 'permission', text: 'BROWSE' }])).toBe('BROWSE · group · staff')
  expect(sayingOf([])).toBe('')
})
