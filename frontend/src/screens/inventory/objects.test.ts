import { expect, test } from 'vitest'
import { split, toggled } from './objects.svelte'

test('a term with spaces between quotes is one', () => {
  expect(split('name:"Finance close"  -active:1 word')).toEqual(['name:"Finance close"', '-active:1', 'word'])
  expect(split('name:"a \\"quoted\\" word" x')).toEqual(['name:"a \\"quoted\\" word"', 'x'])
  expect(split('')).toEqual([])
})

test('a value takes the place of its rivals, and a second click takes it away', () => {
  const rivals = ['type:"app"', 'type:"atlassian"']
  expect(toggled('word type:"app"', 'type:"atlassian"', rivals)).toBe('word type:"atlassian"')
  expect(toggled('word type:"app"', 'type:"app"', rivals)).toBe('word')
  expect(toggled('', 'type:', ['type:'])).toBe('type:')
})
