import { expect, test } from 'vitest'
import { pieces } from './highlight'

const marked = (text: string, language: 'sql' | 'json') => pieces(text, language).filter((p) => p.as).map((p) => p.as + ' ' + p.text)

test.each([
  ["SELECT 'it''s' AS selection -- WHERE\nFROM x WHERE a = :own AND b > 1.5", ['k SELECT', "s 'it''s'", 'k AS', 'c -- WHERE', 'k FROM', 'k WHERE', 'n :own', 'k AND', 'n 1.5']],
  ['/* a\nFROM */ "where" x2', ['c /* a\nFROM */', 's "where"']],
])('SQL %j', (text, wanted) => {
  expect(marked(text, 'sql')).toEqual(wanted)
  expect(pieces(text, 'sql').map((p) => p.text).join('')).toBe(text)
})

test('JSON', () => {
  const text = '  "a\\"b": [-1.5e3, true, null, "<b>"],'
  expect(marked(text, 'json')).toEqual(['s "a\\"b"', 'n -1.5e3', 'n true', 'n null', 's "<b>"'])
  expect(pieces(text, 'json').map((p) => p.text).join('')).toBe(text)
})
