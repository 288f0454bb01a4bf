// Where the nodes of a picture of paths stand: layers are columns, and within a column nodes stand near what they are
// joined to, in an order that crosses few lines.
import type { app } from '../../../wailsjs/go/models'

export type Place = { x: number; y: number; w: number; h: number }
export type Line = { d: string; link: app.FlowLink }
export type Picture = { width: number; height: number; columns: { name: string; x: number; w: number }[]; at: Map<number, Place>; lines: Line[] }

const height = 42 // of a node
const between = 26 // columns
const narrowest = 104

// A link that passes a layer by is kept clear of its nodes by a stand-in in that layer.
type Slot = { id: string; node?: number; y: number; size: number }

/** drawn lays the picture out in a width. */
export function drawn(flow: Pick<app.AccessFlow, 'layers' | 'links'>, room: number): Picture {
  const layers = flow.layers
  const w = Math.max(narrowest, (room - between * (layers.length - 1)) / Math.max(layers.length, 1))
  const x = (i: number) => i * (w + between)
  const columnOf = new Map<number, number>()
  layers.forEach((l, i) => l.nodes.forEach((n) => columnOf.set(n.number, i)))
  const columns: Slot[][] = layers.map((l) => l.nodes.map((n) => ({ id: 'n' + n.number, node: n.number, y: 0, size: height })))
  const joined: [string, string][] = []
  const chains = flow.links.map((link) => {
    const [a, b] = [columnOf.get(link.from)!, columnOf.get(link.to)!]
    const chain = ['n' + link.from]
    for (let c = a + 1; c < b; c++) {
      const id = `l${link.from}-${link.to}-${c}`
      columns[c]!.push({ id, y: 0, size: 0 })
      chain.push(id)
    }
    chain.push('n' + link.to)
    for (let i = 1; i < chain.length; i++) joined.push([chain[i - 1]!, chain[i]!])
    return { link, chain, from: a }
  })
  const beside = new Map<string, string[]>()
  for (const [a, b] of joined) {
    beside.set(a, [...(beside.get(a) ?? []), b])
    beside.set(b, [...(beside.get(b) ?? []), a])
  }
  const fullest = Math.max(1, ...layers.map((l) => l.nodes.length))
  const apart = fullest > 8 ? 8 : fullest > 4 ? 16 : 32 // between nodes of a column
  const tall = (c: Slot[]) => c.reduce((n, s) => n + s.size + apart, -apart)
  const most = Math.max(height, ...columns.map(tall))
  const first = columns.reduce((best, c, i) => (tall(c) > tall(columns[best]!) ? i : best), 0)
  const centre = new Map<string, number>()
  const settle = (c: Slot[], from: number) => {
    let y = Math.max(0, from)
    for (const s of c) {
      y = Math.max(y, s.y - s.size / 2)
      s.y = y + s.size / 2
      y += s.size + apart
    }
    let low = most // what would stand below the picture is moved up again
    for (const s of [...c].reverse()) {
      if (s.y + s.size / 2 > low) s.y = low - s.size / 2
      low = s.y - s.size / 2 - apart
    }
    for (const s of c) centre.set(s.id, s.y)
  }
  const wanted = (s: Slot, before: Set<string>) => {
    const known = (beside.get(s.id) ?? []).filter((id) => before.has(id)).map((id) => centre.get(id)!)
    return known.length ? known.reduce((a, b) => a + b, 0) / known.length : undefined
  }
  const order = [...Array(columns.length).keys()].sort((a, b) => Math.abs(a - first) - Math.abs(b - first))
  const placed = new Set<string>()
  for (const i of order) {
    const c = columns[i]!
    if (i === first) c.forEach((s, n) => (s.y = n * (height + apart)))
    else {
      for (const s of c) s.y = wanted(s, placed) ?? most / 2
      c.sort((a, b) => a.y - b.y)
    }
    settle(c, 0)
    c.forEach((s) => placed.add(s.id))
  }
  for (let sweep = 0; sweep < 2; sweep++) // now that all stand, each nearer to all that it is joined to
    for (const i of order) {
      const c = columns[i]!
      for (const s of c) s.y = wanted(s, placed) ?? s.y
      c.sort((a, b) => a.y - b.y)
      settle(c, 0)
    }
  const at = new Map<number, Place>()
  columns.forEach((c, i) => c.forEach((s) => s.node !== undefined && at.set(s.node, { x: x(i), y: s.y - height / 2, w, h: height })))
  const lines = chains.map(({ link, chain, from }) => {
    let d = `M${x(from) + w} ${centre.get(chain[0]!)}`
    for (let i = 1; i < chain.length; i++) {
      const [x0, x1] = [x(from + i - 1) + w, x(from + i)]
      const [y0, y1] = [centre.get(chain[i - 1]!)!, centre.get(chain[i]!)!]
      const m = (x0 + x1) / 2
      d += `C${m} ${y0} ${m} ${y1} ${x1} ${y1}`
      if (i < chain.length - 1) d += `L${x1 + w} ${y1}`
    }
    return { d, link }
  })
  lines.sort((a, b) => Number(a.link.strong) - Number(b.link.strong)) // the strongest path is drawn last, on top
  return { width: x(layers.length - 1) + w, height: most, columns: layers.map((l, i) => ({ name: l.name, x: x(i), w })), at, lines }
}
