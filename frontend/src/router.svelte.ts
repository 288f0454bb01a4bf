// Every state has an address: #/findings?f=sev:high&id=F-1. What every screen shares, the lens, is carried along in all
// of them. Going back and forward brings the screen, its state, the lens and the scroll positions.

export type Query = Record<string, string | number | undefined | null>
export type Address = { screen: string; query: Record<string, string> }

/** what addresses carry for all screens */
export const carries = ['site_id', 'snapshot', 'baseline', 'other'] as const
export type Carried = Partial<Record<(typeof carries)[number], string>>

// A step is an entry of the history: it knows what was carried there, and of which file.
type Step = { step: number; carried: Carried; file: string }

export function parse(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s, 2)
  let screen = path
  try {
    screen = decodeURIComponent(path)
  } catch {
    // typed by hand: a screen of that name is not there, which the shell tells
  }
  return { screen: screen || 'overview', query: Object.fromEntries(new URLSearchParams(search)) }
}

const picked = (query: Query): Carried => Object.fromEntries(carries.flatMap((k) => (query[k] ? [[k, String(query[k])]] : [])))
const same = (a: Carried, b: Carried) => carries.every((k) => a[k] === b[k])

let carried = $state.raw<Carried>(picked(parse(location.hash).query))

/** address is where a screen shows what query says, through the lens that is chosen unless it names another. */
export function address(screen: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [k, v] of Object.entries({ ...carried, ...query })) if (v !== undefined && v !== null && v !== '') search.set(k, String(v))
  const text = search.toString()
  return '#/' + screen + (text ? '?' + text : '')
}

class Router {
  at = $state<Address>(parse(location.hash))
  step = $state(0)
  file = '' // the open file, as its path
  changed: () => void = () => {} // called when going somewhere changed what is carried
  private last = 0

  constructor() {
    const known = history.state as Step | null
    this.step = this.last = known?.step ?? Date.now()
    this.stamp()
    for (const kind of ['popstate', 'hashchange']) window.addEventListener(kind, () => this.arrive())
  }

  get carried(): Carried {
    return carried
  }

  // Somewhere new takes the lens along unless its address names one; back and forward find theirs again.
  private arrive() {
    const known = history.state as Step | null
    const at = parse(location.hash)
    const named = picked(at.query)
    const before = carried
    if (known?.file === this.file) carried = known.carried
    else if (!known && !same(named, {})) carried = named
    this.step = known?.step ?? ++this.last
    this.at = at
    this.stamp()
    if (!same(before, carried)) this.changed()
  }

  private stamp() {
    const own = Object.fromEntries(Object.entries(this.at.query).filter(([k]) => !(carries as readonly string[]).includes(k)))
    const next = address(this.at.screen, own)
    history.replaceState({ step: this.step, carried, file: this.file } satisfies Step, '', next)
    this.at = parse(next)
  }

  /** go opens an address as a step that Back undoes. */
  go(screen: string, query: Query = {}) {
    const next = address(screen, query)
    if (next === location.hash) return
    history.pushState(null, '', next)
    this.arrive()
  }

  /** set changes the address of the same screen without a step of its own. */
  set(query: Query) {
    const next = address(this.at.screen, { ...this.at.query, ...query })
    if (next === location.hash) return
    this.at = parse(next)
    this.stamp()
  }

  /** carry takes this along from here on. */
  carry(what: Carried, file = this.file) {
    carried = picked(what)
    this.file = file
    this.stamp()
  }
}

export const router = new Router()

// Scroll positions by name and step, for the way back.
const scrolled = new Map<string, number>()

/** scrolls keeps the scroll position of a list for the way back, once the list is long enough again: use:scrolls={'findings'} */
export function scrolls(node: HTMLElement, name: string) {
  let wanted = -1
  const reach = () => {
    if (wanted < 0) return
    node.scrollTop = wanted
    if (Math.abs(node.scrollTop - wanted) < 2) settle()
  }
  const growing = new MutationObserver(reach)
  const settle = () => {
    wanted = -1
    growing.disconnect()
  }
  $effect(() => {
    const before = scrolled.get(name + router.step)
    settle()
    if (before === undefined) return
    wanted = before
    growing.observe(node, { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] })
    reach()
  })
  const note = () => wanted < 0 && scrolled.set(name + router.step, node.scrollTop)
  node.addEventListener('scroll', note, { passive: true })
  for (const kind of ['wheel', 'pointerdown', 'keydown'] as const) node.addEventListener(kind, settle, { passive: true })
  return {
    destroy() {
      growing.disconnect()
    },
  }
}
