// The objects of a resource, page by page as they come into sight. The old ones stay until those of a new question are
// there.
import type { window as win } from '../../../wailsjs/go/models'
import { asProblem, call, type Problem } from '../../api'
import { Asked } from '../../ask.svelte'
import { session, type Lens } from '../../session.svelte'

const size = 200

type Question = { resource: string; filter: string; sort: { column: string; down: boolean }[]; columns: string[] }

export class Objects {
  asked = new Asked<win.ObjectsPage>()
  page = $state.raw<win.ObjectsPage | null>(null) // the first one of the question that is shown
  problem = $state<Problem | null>(null) // of a further page
  private pages = $state.raw(new Map<number, win.ObjectsPage>())
  private coming = new Set<number>()
  private question: { q: Question; lens: Lens } | null = null

  async ask(q: Question) {
    const question = { q, lens: session.lens }
    const first = await this.asked.ask((t) => call('ObjectsPage', question.lens, this.query(q, 0), t))
    if (!first) return
    this.question = question
    this.coming = new Set([0])
    this.pages = new Map([[0, first]])
    this.page = first
    this.problem = null
  }

  /** need fetches the pages of rows that are in sight and not there yet. */
  need(from: number, to: number) {
    const question = this.question
    if (!question) return
    for (let n = Math.floor(from / size); n <= Math.floor(to / size); n++) {
      if (this.coming.has(n)) continue
      this.coming.add(n)
      call('ObjectsPage', question.lens, this.query(question.q, n), '').then(
        (page) => this.question === question && (this.pages = new Map(this.pages).set(n, page)),
        (e) => {
          this.coming.delete(n)
          if (this.question === question) this.problem = asProblem(e)
        },
      )
    }
  }

  row = (i: number): any[] | undefined => this.pages.get(Math.floor(i / size))?.rows[i % size]
  since = (i: number): string | undefined => this.pages.get(Math.floor(i / size))?.since?.[i % size]

  private query = (q: Question, n: number): win.ObjectsQuery => ({ ...q, offset: n * size, limit: size, facets: null as unknown as string[] })
}

/** split takes the terms of a filter apart: spaces between quotes belong to a term. */
export const split = (filter: string): string[] => filter.match(/(?:"(?:[^"\\]|\\.)*"|\S)+/g) ?? []

/** quoted is a value as a filter takes it. */
export const quoted = (value: string): string => (/^\w+$/.test(value) ? value : '"' + value.replace(/[\\"]/g, '\\$&') + '"')

/** toggled is the filter with the term in the place of its rivals, or without it where it was there. */
export function toggled(filter: string, term: string, rivals: string[]): string {
  const terms = split(filter)
  const rest = terms.filter((t) => t !== term && !rivals.includes(t))
  return (terms.includes(term) ? rest : [...rest, term]).join(' ')
}

// How the objects of a resource are asked for on the screen Access: the column that names one, and the prefix of it.
const asked: Record<string, { of: 'who' | 'what'; prefix: string; column: string }> = {
  jira_user: { of: 'who', prefix: 'user', column: 'account_id' }, confluence_user: { of: 'who', prefix: 'user', column: 'account_id' }, org_user: { of: 'who', prefix: 'user', column: 'account_id' }, account: { of: 'who', prefix: 'user', column: 'account_id' },
  jira_group: { of: 'who', prefix: 'group', column: 'name' }, confluence_group: { of: 'who', prefix: 'group', column: 'name' }, directory_group: { of: 'who', prefix: 'group', column: 'name' },
  jira_project: { of: 'what', prefix: 'project', column: 'project_key' }, confluence_space: { of: 'what', prefix: 'space', column: 'space_key' },
  jira_filter: { of: 'what', prefix: 'filter', column: 'filter_id' }, jira_dashboard: { of: 'what', prefix: 'dashboard', column: 'dashboard_id' },
}

/** accessOf is the question about access that a row answers to, with the words for it; null where there is none. */
export function accessOf(resource: string, columns: { name: string }[], values: any[]): { words: string; query: Record<string, string> } | null {
  const how = asked[resource]
  const value = how && values[columns.findIndex((c) => c.name === how.column)]
  return how && value ? { words: how.of === 'who' ? 'What can they reach' : 'Who can reach this', query: { [how.of]: `${how.prefix}:${value}` } } : null
}
