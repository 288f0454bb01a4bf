// Words of the comparison.
import type { rules, window as win } from '../../../wailsjs/go/models'

const range = (s: rules.Score) => (s.low == null ? 'unknown' : s.low === s.high ? String(s.low) : `${s.low} to ${s.high}`)

export function scoreWords(s: rules.ScoreChange): string {
  const rest = s.not_comparable.length ? `, without ${s.not_comparable.length} rule${s.not_comparable.length === 1 ? '' : 's'} that only one side could judge` : ', on what was judged in both'
  return range(s.before) === range(s.after) ? `Score ${range(s.after)} in both${rest}` : `Score ${range(s.before)} in A, ${range(s.after)} in B${rest}`
}

/** resourceWords is the name of a resource without its product: jira_permission_scheme is Permission scheme. */
export function resourceWords(resource: string): string {
  const bare = resource.replace(/^(jira|confluence)_/, '').replaceAll('_', ' ')
  return bare.charAt(0).toUpperCase() + bare.slice(1)
}

export const verdictWords: Record<string, string> = { pass: 'no finding', fail: 'findings', not_evaluated: 'not evaluated', error: 'error' }

export const differing = (r: win.ResourceChanges) => r.added + r.removed + r.changed + r.not_comparable

const products = ['jira', 'servicemanagement', 'confluence', 'organisation', 'datacenter']
const rank = (product: string) => products.indexOf(product) + 1 || products.length + 1

/** inOrder are the resources as the screen lists them, product by product. */
export const inOrder = (resources: win.ResourceChanges[]) => resources.toSorted((a, b) => rank(a.product) - rank(b.product))
