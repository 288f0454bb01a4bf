// The words of this screen.
import { changeWords, productWords, severityWords } from '../../words'

export const groupWords: Record<string, string> = { rule: 'Rule', object: 'Object', product: 'Product', category: 'Category', severity: 'Severity', none: 'Nothing' }

export const triageWords: Record<string, string> = { undecided: 'To triage', expired: 'Acceptance over', confirmed: 'Confirmed', accepted: 'Risk accepted' }

export const keyWords: Record<string, string> = {
  since: 'Since A', severity: 'Severity', triage: 'Triage', product: 'Product', category: 'Category', rule: 'Rule', object: 'Object', control: 'Control', owner: 'Owner', until: 'Until', reason: 'Reason', in: 'Found in', text: 'Text',
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)

const known: Record<string, Record<string, string>> = { since: changeWords, severity: severityWords, triage: triageWords, product: productWords }

export const valueWord = (key: string, value: string) => known[key]?.[value] ?? (key === 'category' ? capital(value) : value)

export const severityColour = (key: string, value: string) =>
  key === 'severity' ? `var(--${({ critical: 'crit', high: 'high', medium: 'med', low: 'low', info: 'info' } as Record<string, string>)[value]}-ch)` : ''

// The frameworks that rules name, by how they are written in maps.
export const frameworkWords: Record<string, string> = { iso27001: 'ISO/IEC 27001:2022', soc2: 'SOC 2', csf2: 'NIST CSF 2.0', cis8: 'CIS Controls 8', attack: 'MITRE ATT&CK' }

export const stateWords: Record<string, string> = { present: 'Present', absent: 'Absent', not_evaluated: 'Not evaluated', not_comparable: 'Not comparable' }

export const actWords: Record<string, string> = { accepted: 'Risk accepted', confirmed: 'Confirmed', cleared: 'Decision taken back' }

/** objectAt is the address of an object in the inventory: its key, whatever is in it. */
export const objectAt = (resource: string, key: string) => ({ r: resource, f: 'key:"' + key.replace(/[\\"]/g, '\\$&') + '"', row: 0 })

/** shortID is an id as people say it. */
export const shortID = (id: string) => id.slice(0, 6)

// What a finding is about, as the screen Access asks for it.
const asked: Record<string, ['who' | 'what', string]> = { jira_user: ['who', 'user'], confluence_user: ['who', 'user'], org_user: ['who', 'user'], jira_project: ['what', 'project'], confluence_space: ['what', 'space'], jira_filter: ['what', 'filter'], jira_dashboard: ['what', 'dashboard'] }

/** accessAt is the question about access that an object answers to, with the words for it; null where there is none. */
export function accessAt(resource: string, key: string): { words: string; query: Record<string, string> } | null {
  const how = asked[resource]
  return how ? { words: how[0] === 'who' ? 'What can they reach' : 'Who can reach this', query: { [how[0]]: `${how[1]}:${key}` } } : null
}
