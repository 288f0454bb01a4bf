// A path is asked for in the page where no system's dialog can ask for one. One question at a time.
export const asking = $state({ open: false, question: '', path: '', kind: '' })

let answered: ((path: string) => void) | null = null

/** askPath gives a whole path, or "" where nobody chose one. kind: what ChooseFile takes, or save. */
export function askPath(question: string, kind: string, suggested = ''): Promise<string> {
  answer('')
  Object.assign(asking, { open: true, question, kind, path: suggested })
  return new Promise((ok) => (answered = ok))
}

/** answer ends the question. */
export function answer(path: string) {
  asking.open = false
  answered?.(path)
  answered = null
}
