import { expect, test } from 'vitest'
import { ticks } from './scale'

test.each([
  [0, 140, 3, [0, 50, 100, 150]],
  [0, 1, 3, [0, 1]],
  [0, 0, 2, [0, 1]],
  [52, 71, 2, [50, 60, 70, 80]],
  [80, 100, 2, [80, 90, 100]],
  [0, 100_000, 3, [0, 50_000, 100_000]],
])('from %d to %d in about %d', (low, high, parts, want) => expect(ticks(low, high, parts)).toEqual(want))

test('any span is covered, in few steps', () => {
  for (let high = 1; high < 200_000; high = Math.ceil(high * 1.3)) {
    const all = ticks(0, high, 3)
    expect(all.at(-1)).toBeGreaterThanOrEqual(high)
    expect(all.length).toBeLessThan(7)
  }
})
