import { expect, test } from 'vitest'
import type { window as win } from '../../../wailsjs/go/models'
import { summary, ticket } from './ticket'

const finding = { id: 'F-1', rule: 'CONF-1', title: 'Open space', severity: 'high', resource: 'confluence_space', object: 'a `b`', subject: '[click](http://x.example) @all\n# head', detail: 'is *open*', partial: true, change: 'new' } as win.FindingRow
const detail = {
  finding, snapshot: { started: '2026-11-16T09:00:00Z' }, rule: { why: 'It is read.', fix: ['Close it', 'Look again'], controls: ['iso27001:A.5.15', 'own:x:y'] },
  objects: [{ resource: 'confluence_space', key: 'k', object: 'k', found: true, lines: [], digest: 'sha256:ab', requests: [{ method: 'GET', path: '/wiki/`x`', status: 200, at: '2026-11-16T09:00:01Z' }] }, { resource: 'r', key: 'gone', object: 'gone', found: false, lines: [], digest: '', requests: [] }],
} as unknown as win.FindingDetail

test('what people wrote is text: no link, no heading, no mention', () => {
  const text = ticket(detail)
  expect(text).not.toMatch(/[^\\]\]\(/)
  expect(text).not.toContain('http://')
  expect(text).not.toContain('@all')
  expect(text).not.toMatch(/^# head/m)
  expect(text).toContain('is \\*open\\*')
  expect(text).toContain('`` a `b` ``')
  expect(summary(finding)).not.toContain('\n')
  for (const subject of ['# head', '- item', '> said', '=== line', '1. step', '<img src=x>', '![x](y)', '*', '| a |']) {
    const line = ticket({ ...detail, finding: { ...finding, subject } }).split('\n')[2]!
    expect(line).not.toMatch(/^(#|-|>|=|\d+\.|\||\*|<|!\[)/)
  }
  expect(ticket({ ...detail, finding: { ...finding, subject: 'a@b.example > c-d' } })).toContain('a@b.example > c-d')
})

test('all that a repair needs is there', () => {
  const text = ticket(detail)
  for (const line of ['- Finding: `F-1`', '- Since the baseline: New', '1. Close it', '2. Look again', '- `confluence_space` `k`, `sha256:ab`', '  - GET `` /wiki/`x` ``: 200, 2026-11-16T09:00:01Z', '- ISO/IEC 27001:2022: A.5.15', '- own: x:y']) expect(text.split('\n')).toContain(line)
  expect(text).toContain('there may be more')
  expect(text).not.toContain('gone')
})
