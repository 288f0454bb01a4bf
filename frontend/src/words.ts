// The words that several screens share; those of one screen stand in it. English first, in one place, so that another
// language is another file.
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

export const severityWords: Record<string, string> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' }

export const changeWords: Record<string, string> = {
  new: 'New', resolved: 'Resolved', persisting: 'Persisting', not_comparable: 'Not comparable', added: 'Added', removed: 'Removed', changed: 'Changed',
}

export const productWords: Record<string, string> = {
  jira: 'Jira', confluence: 'Confluence', organisation: 'Organisation', datacenter: 'Data Center', grant: 'Grant', servicemanagement: 'Service Management', site: 'Site',
}

export const outcomeWords: Record<string, string> = {
  complete: 'complete', partial: 'partial', denied: 'denied', unavailable: 'unavailable', failed: 'failed', skipped: 'skipped',
}

/** resourceName is a resource in words, below the heading of its product: jira_application_role is "Application role". */
export function resourceName(resource: string): string {
  const words = resource.replace(/^(jira|confluence|org)_/, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const number = new Intl.NumberFormat('en-GB')

export const dayOf = (t?: string | null) => (t ? day.format(new Date(t)) : '')
export const shortDayOf = (t?: string | null) => (t ? shortDay.format(new Date(t)) : '')
export const timeOf = (t?: string | null) => (t ? `${day.format(new Date(t))}, ${clock.format(new Date(t))}` : '')
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** clockOf is the time of day to the second */
export const clockOf = (t?: string | null) => (t ? seconds.format(new Date(t)) : '')
/** zoned is for tooltips: the moment in UTC, as exports have it. */
export const zoned = (t?: string | null) => (t ? new Date(t).toISOString() : '')
export const count = (n?: number | null) => number.format(n ?? 0)

/** percent writes a share rounded down, as reports and the command line do: no more is claimed than was looked at. */
export const percent = (share?: number | null) => `${Math.floor((share ?? 0) * 100 + 1e-9)} %`
export const several = (n: number, one: string, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`

/** lasted is a span of time: 14 min 32 s */
export function lasted(ms: number): string {
  const s = Math.round(ms / 1000)
  if (ms < 1000) return `${ms} ms`
  if (s < 60) return `${s} s`
  const m = Math.floor(s / 60)
  return m < 60 ? `${m} min${s % 60 ? ` ${s % 60} s` : ''}` : `${Math.floor(m / 60)} h ${m % 60} min`
}

export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let u = 0
  for (; n >= 1000 && u < units.length - 1; u++) n /= 1000
  return `${u && n < 100 ? n.toFixed(1) : Math.round(n)} ${units[u]}`
}
