// What the page may ask of the program: the methods of Window (app/window), through Wails in the desktop program and
// through the bridge of `plumbline serve` in a browser. Answers and refusals look the same from both.
import type * as bound from '../wailsjs/go/window/Window'

/** A refusal in words: code for programs, title and hint for people. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly title: string,
    readonly hint: string,
  ) {
    super(title)
  }
}

type Methods = typeof bound
type Wails = { go: { window: { Window: Record<string, (...args: unknown[]) => Promise<unknown>> } }; runtime: { EventsOn(name: string, each: (data: unknown) => void): () => void } }

const wails = (window as unknown as Partial<Wails>).go ? (window as unknown as Wails) : null

/** call asks one method; it fails with a Problem and nothing else. */
export async function call<M extends keyof Methods>(method: M, ...args: Parameters<Methods[M]>): Promise<Awaited<ReturnType<Methods[M]>>> {
  type Answer = Awaited<ReturnType<Methods[M]>>
  if (wails) {
    try {
      return (await wails.go.window.Window[method]!(...args)) as Answer
    } catch (e) {
      throw problemOf(e instanceof Error ? e.message : String(e))
    }
  }
  let response: Response
  try {
    response = await fetch('call/' + method, { method: 'POST', headers: { 'Content-Type': 'application/json' }, credentials: 'same-origin', body: JSON.stringify(args) })
  } catch {
    throw new Problem('unreachable', 'Plumbline is no longer running', 'Start plumbline serve again and open the address that it prints.')
  }
  const text = await response.text()
  if (!response.ok) throw problemOf(text)
  return JSON.parse(text) as Answer
}

function problemOf(text: string): Problem {
  try {
    const p = JSON.parse(text) as { code: string; title: string; hint: string }
    if (p.title) return new Problem(p.code, p.title, p.hint ?? '')
  } catch {
    // not in the form of a Problem: shown as it is
  }
  return new Problem('failed', text || 'It failed without saying why', '')
}

export const asProblem = (e: unknown): Problem => (e instanceof Problem ? e : problemOf(e instanceof Error ? e.message : String(e)))

let stream: EventSource | null = null

/** on listens for an event: state, offer, demo, collect, judging, redact. It returns how to stop. */
export function on(name: string, each: (data: any) => void): () => void {
  if (wails) return wails.runtime.EventsOn(name, each)
  stream ??= new EventSource('events')
  const heard = (e: MessageEvent) => each(JSON.parse(e.data))
  stream.addEventListener(name, heard)
  return () => stream?.removeEventListener(name, heard)
}

let last = 0

/** token names a question, so that a newer one can cancel it. */
export const token = () => `q${Date.now().toString(36)}-${++last}`

/** inDesktop is whether the page is in the desktop program and not in a browser. */
export const inDesktop = wails !== null
