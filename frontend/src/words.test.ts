import { expect, test } from 'vitest'
import { percent } from './words'

test('a share is never more than was looked at, and what floating point loses is not taken off', () => {
  expect([0, 0.29, 0.5799, 0.8775, 0.999, 1, undefined].map(percent)).toEqual(['0 %', '29 %', '57 %', '87 %', '99 %', '100 %', '0 %'])
})
