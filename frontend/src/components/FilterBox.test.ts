import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '../api'
import FilterBox from './FilterBox.svelte'
import { suggest } from './suggest'

const known = { since: ['new', 'persisting'], severity: ['critical', 'high'], category: ['access security', 'sharing'], rule: [] }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => { cleanup(); vi.useRealTimers() })

function box(more: Record<string, unknown> = {}) {
  const onfilter = vi.fn()
  const shown = render(FilterBox, { value: '', onfilter, known, label: 'Filter', ...more })
  return { onfilter, ...shown, input: screen.getByRole<HTMLInputElement>('combobox') }
}
async function type(input: HTMLInputElement, text: string) {
  input.value = text
  input.setSelectionRange(text.length, text.length)
  await fireEvent.input(input)
}

test('what is typed is asked for after a pause, once', async () => {
  const { input, onfilter } = box()
  await type(input, 'oka')
  await type(input, 'okafor ')
  expect(onfilter).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200)
  expect(onfilter.mock.calls).toEqual([['okafor', false]])
})

test('Enter asks at once and not a second time', async () => {
  const { input, onfilter } = box()
  await type(input, 'since:new')
  await fireEvent.keyDown(input, { key: 'Enter' })
  vi.advanceTimersByTime(1000)
  expect(onfilter.mock.calls).toEqual([['since:new', true]])
})

test('Escape clears, the clear button too', async () => {
  const { input, onfilter } = box({ value: 'okafor' })
  expect(input.value).toBe('okafor')
  await fireEvent.keyDown(input, { key: 'Escape' })
  expect(onfilter).toHaveBeenLastCalledWith('', true)
  await type(input, 'x')
  await fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }))
  expect(onfilter).toHaveBeenLastCalledWith('', true)
})

test('keys and values are offered and taken by keyboard', async () => {
  const { input, onfilter } = box()
  await type(input, 'okafor se')
  expect(screen.getAllByRole('option').map((o) => o.textContent)).toEqual(['severity:'])
  await fireEvent.keyDown(input, { key: 'ArrowDown' })
  expect(input.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option').id)
  await fireEvent.keyDown(input, { key: 'Tab' })
  expect(input.value).toBe('okafor severity:')
  expect(screen.getAllByRole('option').map((o) => o.textContent)).toEqual(['critical', 'high'])
  await fireEvent.keyDown(input, { key: 'ArrowDown' })
  await fireEvent.keyDown(input, { key: 'ArrowDown' })
  await fireEvent.keyDown(input, { key: 'Enter' })
  expect(input.value).toBe('okafor severity:high ')
  expect(onfilter).toHaveBeenLastCalledWith('okafor severity:high', true)
})

test('a change from outside is shown, what is being typed is left alone', async () => {
  const { input, rerender } = box({ value: 'since:new' })
  await rerender({ value: 'since:new severity:high' })
  expect(input.value).toBe('since:new severity:high')
  await type(input, 'sha')
  vi.advanceTimersByTime(200)
  await type(input, 'shari')
  await rerender({ value: 'sha' })
  expect(input.value).toBe('shari')
})

test('what is wrong is told and belongs to the field', () => {
  const { input } = box({ value: 'prodct:jira', problem: new Problem('filter', 'nothing is filtered by "prodct", at character 1 of the filter', 'did you mean "product:"?') })
  expect(input.getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByRole('alert').textContent).toBe('nothing is filtered by "prodct", at character 1 of the filter: did you mean "product:"?')
  expect(input.getAttribute('aria-describedby')).toBe(screen.getByRole('alert').id)
})

test.each([
  ['s', { from: 0, options: ['since:', 'severity:'] }],
  ['-s', { from: 1, options: ['since:', 'severity:'] }],
  ['since:', { from: 6, options: ['new', 'persisting'] }],
  ['since:new,p', { from: 10, options: ['persisting'] }],
  ['x category:a', { from: 11, options: ['"access security"'] }],
  ['category:"access s', { from: 9, options: ['"access security"'] }],
  ['"a quoted s', { from: 0, options: [] }],
  ['rule:JIRA', { from: 5, options: [] }],
  ['nothing:x', { from: 8, options: [] }],
  ['', { from: 0, options: [] }],
])('offered for %j', (text, wanted) => {
  const { from, options } = suggest(text, text.length, known)
  expect({ from, options }).toEqual(wanted)
})
