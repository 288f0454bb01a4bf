// The keys of the whole window. A screen adds its own with on:keydown on what has the focus.
import { router } from '../router.svelte'
import { session } from '../session.svelte'
import { theme } from '../theme.svelte'
import { openFile } from './files'
import { screens } from './screens'

export const shown = $state({ palette: false, keys: false })

const mac = /Mac/.test(navigator.platform)
export const ctrl = mac ? '⌘' : 'Ctrl'

export function pressed(e: KeyboardEvent) {
  const held = mac ? e.metaKey : e.ctrlKey
  const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName))
  const key = e.key.toLowerCase()
  let done = true
  if (held && key === 'k') shown.palette = !shown.palette
  else if (held && key === 'o') void openFile()
  else if (held && key === 'n') router.go('collect')
  else if (held && key === 'd' && !session.state?.file) void session.demo()
  else if (held && key === ',') router.go('settings')
  else if (held && e.shiftKey && key === 'l') theme.use(theme.dark ? 'light' : 'dark', document.documentElement.dataset.density ?? '')
  else if (held && key === 'f') document.querySelector<HTMLElement>('[data-filter]')?.focus()
  else if (held && /^[1-9]$/.test(key)) router.go(screens[Number(key) - 1]!.id)
  else if (key === 'f6') nextPane(e.shiftKey)
  else if (e.altKey && key === 'arrowleft') history.back()
  else if (e.altKey && key === 'arrowright') history.forward()
  else if (key === '?' && !typing) shown.keys = true
  else done = false
  if (done) e.preventDefault()
}

// Panes are marked with data-pane; the first thing in each that takes the focus gets it.
function nextPane(back: boolean) {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')]
  const at = panes.findIndex((p) => p.contains(document.activeElement))
  const next = panes.at((at + (back ? -1 : 1) + panes.length) % panes.length)
  const first = next?.querySelector<HTMLElement>('[tabindex="0"],button,input,a[href],select,textarea')
  ;(first ?? next)?.focus()
}
