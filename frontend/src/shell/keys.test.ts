import { afterEach, beforeEach, expect, test } from 'vitest'
import { router } from '../router.svelte'
import { pressed, shown } from './keys.svelte'

beforeEach(() => {
  router.go('overview')
  Object.assign(shown, { palette: false, keys: false })
  document.body.innerHTML = ''
  window.addEventListener('keydown', pressed)
})
afterEach(() => window.removeEventListener('keydown', pressed))

function press(key: string, more: KeyboardEventInit = {}, on: Element = document.body) {
  const e = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  on.dispatchEvent(e)
  return e.defaultPrevented
}
const held = { ctrlKey: true }

test.each([['1', 'overview'], ['2', 'findings'], ['3', 'compare'], ['4', 'access'], ['9', 'collect'], [',', 'settings'], ['n', 'collect']])('Ctrl %s is %s', (key, screen) => {
  expect(press(key, held)).toBe(true)
  expect(router.at.screen).toBe(screen)
})

test('Ctrl K opens and closes, ? shows the keys, but not while typing', () => {
  press('k', held)
  expect(shown.palette).toBe(true)
  press('K', held)
  expect(shown.palette).toBe(false)
  document.body.innerHTML = '<input>'
  expect(press('?', { shiftKey: true }, document.querySelector('input')!)).toBe(false)
  expect(shown.keys).toBe(false)
  press('?', { shiftKey: true })
  expect(shown.keys).toBe(true)
})

test('a sign written with AltGr is no command', () => {
  expect(press('2', { ctrlKey: true, altKey: true })).toBe(false)
  expect(router.at.screen).toBe('overview')
})

test('what a screen has answered is not answered again', () => {
  document.body.addEventListener('keydown', (e) => e.preventDefault(), { once: true })
  press('2', held)
  expect(router.at.screen).toBe('overview')
})

test('Ctrl F goes to the filter, and where there is none is left to the webview', () => {
  expect(press('f', held)).toBe(false)
  document.body.innerHTML = '<input data-filter>'
  expect(press('f', held)).toBe(true)
  expect(document.activeElement).toBe(document.querySelector('input'))
})

test('F6 goes round the panes, in a list to its current row', () => {
  document.body.innerHTML = '<nav data-pane><a href="#/x">x</a></nav><main data-pane><button>a</button><div role="row" tabindex="0">row</div></main><footer data-pane>nothing</footer>'
  const at = () => document.activeElement?.textContent
  press('F6')
  expect(at()).toBe('x')
  press('F6')
  expect(at()).toBe('row')
  press('F6')
  expect(at()).toBe('x')
  press('F6', { shiftKey: true })
  expect(at()).toBe('row')
})
