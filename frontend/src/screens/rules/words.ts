// Words of rules.
import { address } from '../../router.svelte'
import { frameworkWords } from '../findings/words'

export const verdicts = ['fail', 'pass', 'not_evaluated', 'not_applicable', 'error'] as const
export const verdictWords: Record<string, string> = { fail: 'Fail', pass: 'Pass', not_evaluated: 'Not evaluated', not_applicable: 'Not applicable', error: 'Error' }
export const caseWords: Record<string, string> = { fail: 'fails', clean: 'clean', denied: 'denied', partial: 'partial', near_miss: 'near miss', absent: 'absent' }

/** listed is where a rule's findings are listed; those about a change are with the comparison. */
export const listed = (r: { id: string; kind: string }) => (r.kind === 'drift' ? address('compare', { tab: 'drift', rule: r.id }) : address('findings', { f: 'rule:' + r.id }))

/** controls are what a rule maps to, by framework. */
export function controls(maps: string[]): [string, string[]][] {
  const all = new Map<string, string[]>()
  for (const m of maps) {
    const [framework = '', control = ''] = m.split(/:(.*)/s)
    const name = frameworkWords[framework] ?? framework
    all.set(name, [...(all.get(name) ?? []), control])
  }
  return [...all]
}
