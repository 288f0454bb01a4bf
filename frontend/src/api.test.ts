// @vitest-environment happy-dom
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asProblem, call, Problem } from './api'

// A program on loopback that answers as the bridge does.
const asked: { path: string; type: string; body: string }[] = []
let server: Server
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      asked.push({ path: request.url!, type: request.headers['content-type'] ?? '', body })
      const [status, answer] = request.url!.endsWith('Open') ? [422, '{"code":"locked","title":"it is locked","hint":"close it"}'] : request.url!.endsWith('State') ? [500, 'broken'] : [200, '{"theme":"dark"}']
      response.writeHead(status as number, { 'Content-Type': 'application/json' }).end(answer)
    })
  })
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
  ;(window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path/`)
})
afterAll(() => void server.close())

test('a method is asked below the address of the page, with its arguments', async () => {
  expect(await call('Settings')).toEqual({ theme: 'dark' })
  await call('Forget', '/a "b".plumb.db')
  expect(asked).toEqual([
    { path: '/path/call/Settings', type: 'application/json', body: '[]' },
    { path: '/path/call/Forget', type: 'application/json', body: '["/a \\"b\\".plumb.db"]' },
  ])
})

test('a refusal is a Problem in its own words; what has no form is shown as it is', async () => {
  await expect(call('Open', 'x')).rejects.toEqual(new Problem('locked', 'it is locked', 'close it'))
  const broken = await call('State').catch(asProblem)
  expect(broken).toMatchObject({ code: 'failed', title: 'broken', hint: '' })
})

test('a program that ended is said to have ended', async () => {
  await new Promise((ok) => (server.closeAllConnections(), server.close(ok)))
  await expect(call('Settings')).rejects.toMatchObject({ code: 'unreachable' })
})
