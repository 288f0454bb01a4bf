import { beforeEach, expect, test } from 'vitest'
import { address, parse, router } from './router.svelte'

let changes = 0
beforeEach(() => {
  router.carry({}, '')
  router.go('overview')
  changes = 0
  router.changed = () => changes++
})

// What the browser does on Back, Forward and links: another entry becomes the current one, and popstate tells.
function arrive(hash: string, state: unknown) {
  history.pushState(state, '', hash)
  window.dispatchEvent(new PopStateEvent('popstate', { state }))
}

test.each([
  ['', 'overview', {}],
  ['#/findings?f=sev:high&id=F-1', 'findings', { f: 'sev:high', id: 'F-1' }],
  ['#/sql?q=SELECT+1+%3D+%3F', 'sql', { q: 'SELECT 1 = ?' }],
  ['#/sql?q=a?b', 'sql', { q: 'a?b' }],
  ['#/%E0%A4%A', '%E0%A4%A', {}],
])('%s is read', (hash, screen, query) => expect(parse(hash)).toEqual({ screen, query }))

test('an address holds what there is and nothing that is empty', () => {
  expect(address('findings', { f: 'a b&c', id: '', tab: null, n: 0 })).toBe('#/findings?f=a+b%26c&n=0')
  expect(parse(address('findings', { f: 'a b&c' })).query.f).toBe('a b&c')
})

test('set changes the address in place, go makes a step', () => {
  const long = history.length
  router.set({ f: 'x' })
  expect([location.hash, history.length]).toEqual(['#/overview?f=x', long])
  const step = router.step
  router.go('findings')
  expect([location.hash, router.at.screen, history.length]).toEqual(['#/findings', 'findings', long + 1])
  expect(router.step).not.toBe(step)
})

test('the lens is in every address from then on, and in links', () => {
  router.carry({ snapshot: '2', baseline: '1' })
  expect(location.hash).toBe('#/overview?snapshot=2&baseline=1')
  expect(address('findings', { f: 'x' })).toBe('#/findings?snapshot=2&baseline=1&f=x')
  router.go('findings', { f: 'x' })
  router.set({ f: '' })
  expect(location.hash).toBe('#/findings?snapshot=2&baseline=1')
  router.carry({ snapshot: '3' })
  expect(location.hash).toBe('#/findings?snapshot=3')
  expect(changes).toBe(0) // who carries knows
})

test('a link without a lens keeps the one there is, a link with one brings it', () => {
  router.carry({ snapshot: '2' })
  arrive('#/compare', null)
  expect([location.hash, changes]).toEqual(['#/compare?snapshot=2', 0])
  arrive('#/compare?snapshot=1', null)
  expect([router.carried.snapshot, changes]).toEqual(['1', 1])
})

test('going back brings the lens of then, but not that of another file', () => {
  router.carry({ snapshot: '2' }, '/a.plumb.db')
  const then = history.state
  router.carry({}, '/a.plumb.db')
  arrive('#/overview?snapshot=2', then)
  expect([router.carried.snapshot, changes]).toEqual(['2', 1])
  router.carry({}, '/b.plumb.db')
  arrive('#/overview?snapshot=2', then)
  expect([router.carried.snapshot, location.hash, changes]).toEqual([undefined, '#/overview', 1])
})
