import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asProblem, call, Problem } from './api'

// What the bridge answers, method by method; its own tests and the journeys through it are elsewhere.
const answers: Record<string, [number, string]> = {
  'call/Settings': [200, '{"theme":"dark"}'],
  'call/Open': [422, '{"code":"locked","title":"it is locked","hint":"close it"}'],
  'call/State': [500, 'broken'],
}
const asked: [string, RequestInit][] = []
beforeEach(() =>
  vi.stubGlobal('fetch', async (url: string, request: RequestInit) => {
    asked.push([url, request])
    const answer = answers[url]
    if (!answer) throw new TypeError('connection refused')
    return new Response(answer[1], { status: answer[0] })
  }),
)
afterEach(() => vi.unstubAllGlobals())

test('a method is asked below the address of the page, with its arguments', async () => {
  expect(await call('Settings')).toEqual({ theme: 'dark' })
  await call('Open', '/a "b".plumb.db').catch(() => {})
  expect(asked.map(([url, r]) => [url, r.method, r.body])).toEqual([['call/Settings', 'POST', '[]'], ['call/Open', 'POST', '["/a \\"b\\".plumb.db"]']])
})

test('a refusal is a Problem in its own words; what has no form is shown as it is', async () => {
  await expect(call('Open', 'x')).rejects.toEqual(new Problem('locked', 'it is locked', 'close it'))
  expect(await call('State').catch(asProblem)).toMatchObject({ code: 'failed', title: 'broken', hint: '' })
})

test('a program that ended is said to have ended', () => expect(call('Recents')).rejects.toMatchObject({ code: 'unreachable' }))
