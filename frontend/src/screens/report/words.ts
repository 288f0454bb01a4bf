// The words of this screen.
export const sealWords: Record<string, [string, string]> = {
  valid: ['ok', 'Seal valid'], unsealed: ['per', 'Not sealed'], unknown_key: ['warn', 'Unknown key'], broken: ['rem', 'Seal broken'],
}

export const peopleWords: Record<string, string> = { full: 'In full', initials: 'Initials and account id', codes: 'Codes' }

/** levels of a copy without names, with what each takes out. */
export const levelWords: Record<string, [string, string]> = {
  people: ['People', 'Names, addresses, accounts and free text. All rules still find what they found.'],
  names: ['People and names', 'Those of projects, spaces, groups, filters and content too. Rules that read names cannot look.'],
  structure: ['Structure only', 'All text of the site. What is left is who holds what, by code.'],
}

export const whatWords: Record<string, string> = { report: 'Report', findings: 'Findings', comparison: 'Comparison', evidence: 'Sealed evidence', encrypted: 'Encrypted evidence', redacted: 'Copy without names', merged: 'Merged evidence' }

/** the formats of a document for people; the others are lists for programs and trackers. */
export const documents = ['html', 'pdf', 'md']

/** shortKey is a fingerprint as people compare it: its beginning and its end. */
export const shortKey = (print: string) => print.replace(/^SHA256:/, '').replace(/^(.{8}).*(.{4})$/, '$1 … $2')
