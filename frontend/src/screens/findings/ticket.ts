// A finding as Markdown, to be pasted into a ticket. What a site's people wrote is shown as text: nothing in it becomes
// a link, an image or a heading.
import type { window as win } from '../../../wailsjs/go/models'
import { changeWords, severityWords } from '../../words'
import { frameworkWords } from './words'

const plain = (s: string) =>
  s.replace(/\s+/g, ' ').trim()
    .replace(/[\\`*_[\]<~|]/g, '\\$&')
    .replace(/^(?:[#+>=-]|\d+(?=[.)]))/, (m) => (/\d/.test(m) ? m + '\u200b' : '\\' + m))
    .replace(/:\/\//g, ':\\//')
    .replace(/(^|\W)@/g, '$1@\u200b')

/** code is a text in backticks, whatever backticks it has itself. */
const code = (s: string) => {
  const one = s.replace(/\s+/g, ' ')
  const fence = '`'.repeat(Math.max(0, ...[...one.matchAll(/`+/g)].map((m) => m[0].length)) + 1)
  return fence.length === 1 ? '`' + one + '`' : `${fence} ${one} ${fence}`
}

/** summary is one line of a list. */
export const summary = (f: win.FindingRow) => `- **${severityWords[f.severity]}** ${plain(f.subject)} ${plain(f.detail)} (${code(f.rule)}, ${code(f.id)})`

/** ticket is all that somebody needs who is to repair it. */
export function ticket(d: win.FindingDetail): string {
  const { finding: f, rule } = d
  const lines = [
    `## ${severityWords[f.severity]}: ${plain(f.title)}`,
    '',
    `${plain(f.subject)} ${plain(f.detail)}.`,
    '',
    `- Finding: ${code(f.id)}`,
    `- Rule: ${code(f.rule)}`,
    `- Object: ${code(f.resource)} ${code(f.object)}`,
    `- Snapshot: ${d.snapshot.started}`,
    ...(f.change ? [`- Since the baseline: ${changeWords[f.change]}`] : []),
    ...(f.partial ? ['- Not everything could be read: there may be more'] : []),
    '',
    '### Why it matters',
    '',
    plain(rule.why),
    '',
    '### What to do',
    '',
    ...rule.fix.map((step, i) => `${i + 1}. ${plain(step)}`),
  ]
  const proof = d.objects.filter((o) => o.found)
  if (proof.length) {
    lines.push('', '### Evidence', '')
    for (const o of proof) lines.push(`- ${code(o.resource)} ${code(o.object)}, ${code(o.digest)}`, ...o.requests.map((r) => `  - ${r.method} ${code(r.path)}: ${r.status}, ${r.at}`))
  }
  if (rule.controls.length) {
    lines.push('', '### Controls', '', ...rule.controls.map((c) => { const i = c.indexOf(':'); return `- ${frameworkWords[c.slice(0, i)] ?? c.slice(0, i)}: ${c.slice(i + 1)}` }))
  }
  return lines.join('\n') + '\n'
}
