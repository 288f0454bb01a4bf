// What could stand where somebody is typing in a filter: the keys, and of a key the values that are known.
export type Suggestion = { from: number; to: number; options: string[] }

/** suggest reads the term that ends at the caret. known holds the values of each key; none: any text will do. */
export function suggest(text: string, caret: number, known: Record<string, string[]>): Suggestion {
  let from = 0
  let quoted = false
  for (let i = 0; i < caret; i++) {
    if (text[i] === '\\' && quoted) i++
    else if (text[i] === '"') quoted = !quoted
    else if (text[i] === ' ' && !quoted) from = i + 1
  }
  if (text[from] === '-') from++
  const term = text.slice(from, caret)
  const colon = term.search(/:/)
  if (colon < 0) {
    const keys = Object.keys(known).filter((k) => term && k.startsWith(term.toLowerCase()))
    return { from, to: caret, options: keys.map((k) => k + ':') }
  }
  const at = from + Math.max(colon, quoted ? colon : term.lastIndexOf(',')) + 1
  const begun = text.slice(at, caret).replace(/^"/, '').toLowerCase()
  const values = known[term.slice(0, colon).toLowerCase()] ?? []
  const options = values.filter((v) => v.toLowerCase().startsWith(begun) && v.toLowerCase() !== begun)
  return { from: at, to: caret, options: options.map((v) => (/[ ,"]/.test(v) ? JSON.stringify(v) : v)) }
}
