// Every state has an address: #/findings?f=sev:high&id=F-1. Going back and forward brings state, scroll and selection.

export type Address = { screen: string; query: Record<string, string> }

export function parse(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return { screen: decodeURIComponent(path) || 'overview', query: Object.fromEntries(new URLSearchParams(search)) }
}

export function address(screen: string, query: Record<string, string | number | undefined | null> = {}): string {
  const search = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== null && v !== '') search.set(k, String(v))
  const text = search.toString()
  return '#/' + screen + (text ? '?' + text : '')
}

class Router {
  at = $state<Address>(parse(location.hash))

  constructor() {
    window.addEventListener('hashchange', () => (this.at = parse(location.hash)))
  }

  /** go opens an address as a step that Back undoes. */
  go(screen: string, query: Record<string, string | number | undefined | null> = {}) {
    location.hash = address(screen, query)
  }

  /** set changes the address of the same screen without a step of its own. */
  set(query: Record<string, string | number | undefined | null>) {
    const next = address(this.at.screen, { ...this.at.query, ...query })
    if (next === location.hash) return
    history.replaceState(history.state, '', next)
    this.at = parse(next)
  }
}

export const router = new Router()

// Scroll positions by address, for the way back.
const scrolled = new Map<string, number>()

/** scrolls keeps the scroll position of a list with the address it was shown at: use:scrolls={'findings'} */
export function scrolls(node: HTMLElement, name: string) {
  const key = () => name + location.hash
  node.scrollTop = scrolled.get(key()) ?? 0
  const note = () => scrolled.set(key(), node.scrollTop)
  node.addEventListener('scroll', note, { passive: true })
  return { destroy: () => node.removeEventListener('scroll', note) }
}
