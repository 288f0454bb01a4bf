// The screens, in the order of the navigation and of Ctrl 1 to 9. Each is a chunk of its own but the first ones.
import type { Component } from 'svelte'
import * as icons from '../components/icons'

export type Screen = { id: string; title: string; group: 'Audit' | 'Rules' | 'Evidence' | ''; icon: typeof icons.Ban; file: boolean; load: () => Promise<{ default: Component }> }

export const screens: Screen[] = [
  { id: 'overview', title: 'Overview', group: 'Audit', icon: icons.LayoutDashboard, file: true, load: () => import('../screens/Overview.svelte') },
  { id: 'findings', title: 'Findings', group: 'Audit', icon: icons.ListChecks, file: true, load: () => import('../screens/Findings.svelte') },
  { id: 'compare', title: 'Compare', group: 'Audit', icon: icons.GitCompare, file: true, load: () => import('../screens/Compare.svelte') },
  { id: 'access', title: 'Access', group: 'Audit', icon: icons.Waypoints, file: true, load: () => import('../screens/Access.svelte') },
  { id: 'inventory', title: 'Inventory', group: 'Audit', icon: icons.Boxes, file: true, load: () => import('../screens/Inventory.svelte') },
  { id: 'rules', title: 'Rule packs', group: 'Rules', icon: icons.Ruler, file: true, load: () => import('../screens/Rules.svelte') },
  { id: 'sql', title: 'SQL console', group: 'Rules', icon: icons.Terminal, file: true, load: () => import('../screens/Sql.svelte') },
  { id: 'snapshots', title: 'Snapshots', group: 'Evidence', icon: icons.Layers, file: true, load: () => import('../screens/Snapshots.svelte') },
  { id: 'collect', title: 'Collect', group: 'Evidence', icon: icons.CloudDownload, file: false, load: () => import('../screens/Collect.svelte') },
  { id: 'connect', title: 'Connect', group: 'Evidence', icon: icons.PlugZap, file: false, load: () => import('../screens/Connect.svelte') },
  { id: 'coverage', title: 'Coverage', group: 'Evidence', icon: icons.Scan, file: true, load: () => import('../screens/Coverage.svelte') },
  { id: 'attestations', title: 'Attestations', group: 'Evidence', icon: icons.ClipboardCheck, file: true, load: () => import('../screens/Attestations.svelte') },
  { id: 'report', title: 'Report & seal', group: 'Evidence', icon: icons.FileCheck, file: true, load: () => import('../screens/Report.svelte') },
  { id: 'settings', title: 'Settings', group: '', icon: icons.Settings, file: false, load: () => import('../screens/Settings.svelte') },
  { id: 'welcome', title: 'Welcome', group: '', icon: icons.FolderOpen, file: false, load: () => import('../screens/Welcome.svelte') },
]
