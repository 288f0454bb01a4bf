// The keys of the whole window. A screen adds its own on what has the focus.
import { toast } from '../components/toasts.svelte'
import { router } from '../router.svelte'
import { session } from '../session.svelte'
import { theme } from '../theme.svelte'
import { compareTwo, openFile } from './files'
import { screens } from './screens'

export const shown = $state({ palette: false, keys: false })

const mac = /Mac/.test(navigator.platform)
export const ctrl = mac ? '⌘' : 'Ctrl'

export const turnTheme = () => void session.save({ theme: theme.dark ? 'light' : 'dark' })

export async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.hash)
    toast('The address of what is shown is in the clipboard')
  } catch {
    toast('The clipboard could not be written', { bad: true })
  }
}

export function pressed(e: KeyboardEvent) {
  if (e.defaultPrevented) return
  const held = (mac ? e.metaKey : e.ctrlKey) && !e.altKey // Ctrl and Alt together write signs on some keyboards
  const plain = !e.ctrlKey && !e.metaKey && !e.altKey
  const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName))
  const key = e.key.toLowerCase()
  const act = held ? (e.shiftKey ? shifted[key] : ctrled(key)) : key === 'f6' ? () => nextPane(e.shiftKey) : alted(e, key, plain, typing)
  if (!act) return
  e.preventDefault()
  act()
}

const shifted: Record<string, () => void> = { l: turnTheme, o: () => void compareTwo() }

function ctrled(key: string): (() => void) | undefined {
  if (key === 'k') return () => void (shown.palette = !shown.palette)
  if (key === 'o') return () => void openFile()
  if (key === 'n') return () => router.go('collect')
  if (key === 'd' && !session.state?.file) return () => void session.demo()
  if (key === ',') return () => router.go('settings')
  if (key === 'f') return filter()
  if (/^[1-9]$/.test(key)) return () => router.go(screens[Number(key) - 1]!.id)
}

function alted(e: KeyboardEvent, key: string, plain: boolean, typing: boolean): (() => void) | undefined {
  if (e.altKey && key === 'arrowleft') return () => history.back()
  if (e.altKey && key === 'arrowright') return () => history.forward()
  if (plain && key === '?' && !typing) return () => void (shown.keys = true)
}

// What has no filter leaves the key to the webview, which finds text.
function filter() {
  const field = document.querySelector<HTMLElement>('[data-filter]')
  return field ? () => field.focus() : undefined
}

const reachable = 'a[href],button:not(:disabled),input:not(:disabled),select,textarea,[tabindex="0"]'

// Panes are marked with data-pane; in each the first thing that can have the focus gets it, in a list the current row.
function nextPane(back: boolean) {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((p) => p.querySelector(reachable))
  const inside = panes.findLastIndex((p) => p.contains(document.activeElement))
  const next = panes.at((inside < 0 && back ? -1 : inside + (back ? -1 : 1)) % panes.length)
  const first = next?.querySelector<HTMLElement>('[tabindex="0"]') ?? next?.querySelector<HTMLElement>(reachable)
  first?.focus()
}
