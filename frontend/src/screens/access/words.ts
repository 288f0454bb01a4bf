// The words of this screen, and where its nodes lead.
import type { app } from '../../../wailsjs/go/models'
import * as icons from '../../components/icons'

const who = ['user', 'app', 'group', 'anonymous', 'signed_in', 'application', 'licensed', 'everyone', 'access_class']
const things: Record<string, typeof icons.Ban> = {
  user: icons.User, app: icons.Bot, group: icons.Users, anonymous: icons.Globe, signed_in: icons.Users, application: icons.Users, access_class: icons.Users, everyone: icons.Users, everything: icons.LayoutGrid,
  project: icons.Folder, space: icons.BookOpen, filter: icons.Filter, dashboard: icons.LayoutDashboard, site: icons.Server,
}

export const kindWords: Record<string, string> = { user: 'Person', app: 'App', group: 'Group', anonymous: 'Anonymous', signed_in: 'Anybody signed in', application: 'Licensed users', access_class: 'Access class', project: 'Project', space: 'Space', filter: 'Filter', dashboard: 'Dashboard', site: 'Site' }

/** iconOf is the icon of a kind of node. */
export const iconOf = (kind: string): typeof icons.Ban => things[kind] ?? icons.LayoutGrid

/** asking is the query of an address that asks about a node; null where it cannot be asked for. */
export const asking = (n: app.AccessNode): { who: string; what: string } | null => (!n.spelling ? null : who.includes(n.kind) ? { who: n.spelling, what: '' } : { who: '', what: n.spelling })

/** named is a node as a heading says it: what people call it. */
export const named = (n: app.AccessNode) => (['project', 'space'].includes(n.kind) && n.key ? n.key : n.name)

/** reach says in words that somebody has a level of something. */
export function reach(who: string, level: string, what: string, gone: boolean): string {
  if (gone) return `How ${who} reached ${what}`
  const verb: Record<string, string> = { view: 'views', edit: 'edits', administer: 'administers' }
  return verb[level] ? `How ${who} ${verb[level]} ${what}` : `What ${who} was granted of ${what}`
}

export const sentence = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)

/** sinceWords are what became of access since the baseline. */
export const sinceWords: Record<string, string> = { new: 'New', raised: 'Raised', lowered: 'Lowered', gone: 'Gone', not_comparable: 'Not comparable', same: 'same' }

// The resources that nodes are objects of, as far as the inventory lists them by the id that a node has.
const listed: Record<string, string> = { permission_scheme: 'jira_permission_scheme', project: 'jira_project', space: 'confluence_space', filter: 'jira_filter', dashboard: 'jira_dashboard' }
export const resourceOf = (kind: string): string => listed[kind] ?? ''
