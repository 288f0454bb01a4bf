// SQL and JSON in the four colours of code: keywords k, strings s, numbers n, comments c. For showing, not for editing.
export type Piece = { text: string; as: '' | 'k' | 's' | 'n' | 'c' }

const words = 'ALL|AND|AS|ASC|BETWEEN|BY|CASE|CAST|COLLATE|CROSS|CURRENT|DESC|DISTINCT|ELSE|END|ESCAPE|EXCEPT|EXISTS|FILTER|FOLLOWING|FROM|FULL|GLOB|GROUP|HAVING|IN|INNER|INTERSECT|IS|JOIN|LEFT|LIKE|LIMIT|MATERIALIZED|NATURAL|NOT|NULL|OFFSET|ON|OR|ORDER|OUTER|OVER|PARTITION|PRECEDING|RECURSIVE|ROWS|SELECT|THEN|UNBOUNDED|UNION|USING|VALUES|WHEN|WHERE|WINDOW|WITH'
const kinds = {
  sql: new RegExp(`(?<c>--[^\\n]*|/\\*[\\s\\S]*?\\*/)|(?<s>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<n>:[a-z_]\\w*|\\b\\d+(?:\\.\\d+)?\\b)|\\b(?<k>${words})\\b`, 'gi'),
  json: /(?<s>"(?:[^"\\]|\\.)*")|(?<n>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b(?:true|false|null)\b)/g,
}

/** pieces takes a text apart; joined they are the text again. */
export function pieces(text: string, language: keyof typeof kinds): Piece[] {
  const all: Piece[] = []
  let at = 0
  for (const m of text.matchAll(kinds[language])) {
    if (m.index > at) all.push({ text: text.slice(at, m.index), as: '' })
    const as = (['c', 's', 'n', 'k'] as const).find((k) => m.groups?.[k] !== undefined) ?? ''
    all.push({ text: m[0], as })
    at = m.index + m[0].length
  }
  if (at < text.length) all.push({ text: text.slice(at), as: '' })
  return all
}
