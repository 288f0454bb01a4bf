import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import type { window as win } from '../../wailsjs/go/models'
import DiffBar from './DiffBar.svelte'
import FieldDiff from './FieldDiff.svelte'
import SetDiff from './SetDiff.svelte'
import { tableOf } from './sets'

afterEach(cleanup)

const field = (name: string, state: string, before: string | null, after: string | null, more: Partial<win.FieldPair> = {}) =>
  ({ field: name, state, before, after, reason: '', list: null, ...more }) as unknown as win.FieldPair
const cells = (row: Element | null | undefined) => [...(row?.querySelectorAll('th,td') ?? [])].map((c) => [c.textContent?.trim(), c.className.replace(/\s?svelte-\S+/g, '')])
const rowOf = (name: string) => screen.getByRole('rowheader', { name }).closest('tr')

test('a changed field shows both values, each in the colour of its side', () => {
  render(FieldDiff, { fields: [field('active', 'changed', 'true', 'false'), field('name', 'equal', 'Ruben', 'Ruben')], change: 'changed', before: '17 Aug', after: '16 Nov' })
  expect(cells(rowOf('active')).slice(1)).toEqual([['true', 'rem'], ['false', 'add']])
  expect(cells(rowOf('name')).slice(1)).toEqual([['Ruben', 'eq'], ['Ruben', 'eq']])
})

test('empty, not told and not there are three things', () => {
  render(FieldDiff, { fields: [field('note', 'changed', '', null)], change: 'changed', before: 'a', after: 'b' })
  expect(cells(rowOf('note')).slice(1).map((c) => c[0])).toEqual(['empty', 'not told'])
  cleanup()
  render(FieldDiff, { fields: [field('note', 'changed', null, 'x')], change: 'added', before: 'a', after: 'b' })
  expect(cells(rowOf('note')).slice(1)).toEqual([['not there', 'eq'], ['x', 'add']])
  cleanup()
  render(FieldDiff, { fields: [field('note', 'changed', 'x', null)], change: 'not_comparable', before: 'a', after: 'b' })
  expect(cells(rowOf('note')).slice(1)).toEqual([['x', 'nc'], ['not told', 'nc']])
})

test('what cannot be compared says why', () => {
  render(FieldDiff, { fields: [field('email', 'not_comparable', 'a@x.example', null, { reason: 'hidden after' })], change: 'changed', before: 'a', after: 'b' })
  expect(screen.getByText('Not comparable: hidden after')).toBeTruthy()
  expect(cells(rowOf('email')).slice(1).map((c) => c[1])).toEqual(['nc', 'nc'])
})

test('a list is counted on either side', () => {
  render(FieldDiff, { fields: [field('keys', 'changed', '[]', '[]', { list: { added: ['B', 'C'], removed: ['A'], equal: ['D'] } })], change: 'changed', before: 'a', after: 'b' })
  expect(cells(rowOf('keys')).slice(1).map((c) => c[0])).toEqual(['2 entries', '3 entries'])
})

test('many equal fields are folded until asked for', async () => {
  const fields = [field('changed', 'changed', '1', '2'), ...Array.from({ length: 13 }, (_, n) => field('same' + n, 'equal', 'x', 'x'))]
  render(FieldDiff, { fields, change: 'changed', before: 'a', after: 'b' })
  expect(screen.queryByRole('rowheader', { name: 'same0' })).toBeNull()
  expect(screen.getByText(/13 fields are equal in A and B/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(rowOf('same12')).toBeTruthy()
})

test('a list is a set: what went, what came, and the equal ones folded', async () => {
  render(SetDiff, { table: tableOf({ added: ['PEOPLE'], removed: ['EVENTS'], equal: ['CRM', 'KB'] }), title: 'keys' })
  const lines = () => screen.getAllByRole('row').slice(1).map((r) => cells(r).map((c) => c[0]))
  expect(lines()).toEqual([['−only in A', 'EVENTS'], ['+only in B', 'PEOPLE'], ['=equal', '2 entries are equal in A and B Show']])
  await fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(lines().slice(2, 4)).toEqual([['=equal', 'CRM'], ['=equal', 'KB']])
})

test('elements that are objects get a column for each member, and what begins alike stands together', () => {
  const table = tableOf({ added: ['{"permission":"BROWSE","holder":{"type":"applicationRole"}}'], removed: ['{"permission":"ADMIN","holder":{"type":"group","value":7}}', '{"permission":"BROWSE","holder":{"type":"anyone"}}'], equal: [] })
  expect(table.columns).toEqual(['permission', 'holder.type', 'holder.value'])
  expect(table.rows.map((r) => [r.sign, ...r.cells])).toEqual([['-', 'ADMIN', 'group', '7'], ['-', 'BROWSE', 'anyone', ''], ['+', 'BROWSE', 'applicationRole', '']])
})

test('a text that only looks like an object stays a text', () => {
  const table = tableOf({ added: ['{not json'], removed: ['{"a":1}'], equal: [] })
  expect(table.columns).toEqual([])
  expect(table.rows.map((r) => r.cells)).toEqual([['{"a":1}'], ['{not json']])
})

test('a long set is drawn in steps', async () => {
  const added = Array.from({ length: 450 }, (_, n) => 'x' + String(n).padStart(3, '0'))
  render(SetDiff, { table: tableOf({ added, removed: [], equal: [] }), title: 'members' })
  expect(screen.getAllByRole('row').length).toBe(1 + 200 + 1)
  expect(screen.getByText(/250 rows more/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(screen.getAllByRole('row').length).toBe(1 + 450)
})

test('every part of the bar opens the list that it counts', () => {
  const changes = ['new', 'resolved', 'persisting', 'not_comparable'].map((change, n) => ({ change, count: n * 1000, filter: 'since:' + change }))
  render(DiffBar, { changes })
  const links = screen.getAllByRole('link') as HTMLAnchorElement[]
  expect(links.map((a) => a.textContent)).toEqual(['1,000 resolved', '2,000 persisting', '0 new', '3,000 not comparable'])
  expect(links.map((a) => new URLSearchParams(a.getAttribute('href')!.split('?')[1]).get('f'))).toEqual(['since:resolved', 'since:persisting', 'since:new', 'since:not_comparable'])
})
