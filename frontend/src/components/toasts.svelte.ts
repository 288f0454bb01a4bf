// Short words on what was done, which go away by themselves; some offer to take it back.
export type Toast = { id: number; words: string; bad: boolean; act?: { word: string; do: () => void } }

export const toasts = $state<Toast[]>([])
let last = 0

export function toast(words: string, more: { bad?: boolean; act?: Toast['act'] } = {}) {
  const id = ++last
  toasts.push({ id, words, bad: more.bad ?? false, act: more.act })
  setTimeout(() => drop(id), more.bad || more.act ? 9000 : 4500)
}

export function drop(id: number) {
  const at = toasts.findIndex((t) => t.id === id)
  if (at >= 0) toasts.splice(at, 1)
}

/** copied puts words into the clipboard and says so. */
export async function copied(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text)
    toast(`${what} is in the clipboard`)
  } catch {
    toast('The clipboard could not be written', { bad: true })
  }
}
