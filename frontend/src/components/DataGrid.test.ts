import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { createRawSnippet } from 'svelte'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import DataGrid from './DataGrid.svelte'

type Line = { name: string; open?: boolean }

beforeAll(() => {
  // A page without a layout: the grid is 400 px high.
  for (const [size, px] of [['offsetHeight', 400], ['offsetWidth', 800], ['clientHeight', 400]] as const) Object.defineProperty(HTMLElement.prototype, size, { configurable: true, get: () => px })
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0
    this.dispatchEvent(new Event('scroll'))
  } as typeof HTMLElement.prototype.scrollTo
})

const heard = { onopen: vi.fn(), onfold: vi.fn(), onmove: vi.fn(), onsort: vi.fn(), want: vi.fn() }
afterEach(cleanup)
beforeEach(() => Object.values(heard).forEach((f) => f.mockReset()))

function shown(lines: (Line | undefined)[], more: Record<string, unknown> = {}) {
  return render(DataGrid<Line>, {
    name: 'test', label: 'Test', columns: [{ id: 'a', title: 'Name', width: '1fr', sort: 'name' }], length: lines.length, line: (i: number) => lines[i],
    row: createRawSnippet((line: () => Line) => ({ render: () => `<div role="gridcell">${line().name}</div>` })), expanded: (l: Line) => l.open, tree: true, ...heard, ...more,
  })
}
const grid = () => screen.getByRole('treegrid')
const at = () => Number(document.activeElement?.getAttribute('data-index'))
const focused = async (i: number) => { const row = grid().querySelector<HTMLElement>(`[data-index="${i}"]`)!; row.focus(); return row }
const press = async (key: string) => { await fireEvent.keyDown(document.activeElement!, { key }); await new Promise((ok) => setTimeout(ok)) }

const few: Line[] = [{ name: 'one', open: true }, { name: 'a' }, { name: 'b' }, { name: 'two', open: false }]
const many = Array.from({ length: 100_000 }, (_, i) => ({ name: `line ${i}` }))

test('only the lines in sight are in the page, and the whole length is told', async () => {
  shown(many)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]').length).toBeGreaterThan(5))
  expect(grid().querySelectorAll('[data-index]').length).toBeLessThan(60)
  expect(grid().getAttribute('aria-rowcount')).toBe('100001')
  expect(heard.want).toHaveBeenCalled()
})

test('one row takes the focus, and arrows move it', async () => {
  shown(few)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]')).toHaveLength(4))
  expect(grid().querySelectorAll('[data-index][tabindex="0"]')).toHaveLength(1)
  await focused(0)
  await press('ArrowDown')
  expect(at()).toBe(1)
  expect(grid().querySelectorAll('[data-index][tabindex="0"]')).toHaveLength(1)
  await press('ArrowUp')
  await press('ArrowUp')
  expect(at()).toBe(0)
  expect(heard.onmove).toHaveBeenLastCalledWith(few[0], 0)
})

test('End goes to a line that was not in the page, Home back', async () => {
  shown(many)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]').length).toBeGreaterThan(5))
  await focused(0)
  await press('End')
  expect(at()).toBe(99_999)
  await press('Home')
  expect(at()).toBe(0)
})

test('a row that has the focus stays in the page when it is scrolled away', async () => {
  shown(many)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]').length).toBeGreaterThan(5))
  await focused(3)
  grid().scrollTo({ top: 50_000 })
  await waitFor(() => expect(grid().querySelector('[data-index="1670"]')).not.toBeNull())
  expect(at()).toBe(3)
})

test('right and left open and close a group, and go into it and out of it', async () => {
  shown(few)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]')).toHaveLength(4))
  await focused(3)
  await press('ArrowRight')
  expect(heard.onfold).toHaveBeenLastCalledWith(few[3], true)
  await focused(0)
  await press('ArrowRight')
  expect(at()).toBe(1)
  await press('ArrowDown')
  await press('ArrowLeft')
  expect(at()).toBe(0)
  await press('ArrowLeft')
  expect(heard.onfold).toHaveBeenLastCalledWith(few[0], false)
})

test('Enter and a click open a line', async () => {
  shown(few)
  await waitFor(() => expect(grid().querySelectorAll('[data-index]')).toHaveLength(4))
  await focused(2)
  await press('Enter')
  expect(heard.onopen).toHaveBeenLastCalledWith(few[2], 2)
  await fireEvent.click(screen.getByText('a'))
  expect(heard.onopen).toHaveBeenLastCalledWith(few[1], 1)
  expect(at()).toBe(1)
})

test('the state of groups and the order are told to those who cannot see them', async () => {
  shown(few, { sort: '-name' })
  await waitFor(() => expect(grid().querySelectorAll('[data-index]')).toHaveLength(4))
  expect(grid().querySelector('[data-index="0"]')!.getAttribute('aria-expanded')).toBe('true')
  expect(grid().querySelector('[data-index="3"]')!.getAttribute('aria-expanded')).toBe('false')
  expect(grid().querySelector('[data-index="1"]')!.hasAttribute('aria-expanded')).toBe(false)
  expect(screen.getByRole('columnheader').getAttribute('aria-sort')).toBe('descending')
  await fireEvent.click(screen.getByRole('button', { name: 'Name' }))
  expect(heard.onsort).toHaveBeenLastCalledWith('name')
})

test('a line that is not there yet is shown as such and does nothing', async () => {
  shown([undefined, { name: 'there' }])
  await waitFor(() => expect(grid().querySelectorAll('[data-index]')).toHaveLength(2))
  await focused(0)
  await press('Enter')
  expect(heard.onopen).not.toHaveBeenCalled()
  expect(grid().querySelector('[data-index="0"]')!.textContent).toBe('…')
})
