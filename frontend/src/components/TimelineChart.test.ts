import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import type { window as win } from '../../wailsjs/go/models'
import TimelineChart from './TimelineChart.svelte'

afterEach(cleanup)

const point = (id: number, month: number) =>
  ({ snapshot: { id, started: `2026-${String(month).padStart(2, '0')}-16T09:00:00.000Z` }, total: 10 * id, counts: { critical: 1, high: 2, medium: 3, low: 4, info: 0, not_evaluated: 1 }, score: { low: 40, high: 50 } }) as win.TimelinePoint
const points = [point(1, 2), point(2, 5), point(3, 8)]

function shown() {
  const pick = vi.fn()
  render(TimelineChart, { points, after: 3, before: 1, pick })
  return { pick, bars: screen.getAllByRole('button') }
}

test('one bar a snapshot, one of them in the order of the keyboard: what is looked at', () => {
  const { bars } = shown()
  expect(bars.map((b) => b.getAttribute('tabindex'))).toEqual(['-1', '-1', '0'])
  expect(bars.map((b) => b.getAttribute('aria-pressed'))).toEqual(['false', 'false', 'true'])
  expect(bars[0]!.getAttribute('aria-label')).toContain('16 Feb 2026: 10 findings, 1 rules not evaluated, score 40 to 50')
})

test('arrows go along and stop at the ends; Enter looks, Shift Enter compares', async () => {
  const { pick, bars } = shown()
  await fireEvent.keyDown(bars[2]!, { key: 'ArrowLeft' })
  expect(document.activeElement).toBe(bars[1])
  expect(bars[1]!.getAttribute('tabindex')).toBe('0')
  await fireEvent.keyDown(bars[1]!, { key: 'End' })
  await fireEvent.keyDown(bars[2]!, { key: 'ArrowRight' })
  expect(document.activeElement).toBe(bars[2])
  await fireEvent.keyDown(bars[1]!, { key: 'Enter' })
  await fireEvent.keyDown(bars[1]!, { key: 'Enter', shiftKey: true })
  await fireEvent.keyDown(bars[1]!, { key: 'ArrowLeft', altKey: true }) // Back, of the whole window
  expect(pick.mock.calls).toEqual([[2, false], [2, true]])
})

test('a click looks, with Shift it compares', async () => {
  const { pick, bars } = shown()
  await fireEvent.click(bars[0]!)
  await fireEvent.click(bars[0]!, { shiftKey: true })
  expect(pick.mock.calls).toEqual([[1, false], [1, true]])
})

test('a table says the same', () => {
  shown()
  expect(screen.getAllByRole('row').map((r) => r.textContent)).toContain('16 Feb 20261234' + '01' + '40 to 50')
})
