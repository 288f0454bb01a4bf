/** ticks are round numbers from at or below low to at or above high, some parts apart of them. */
export function ticks(low: number, high: number, parts: number): number[] {
  const span = Math.max(high - low, 1)
  const rough = span / parts
  const ten = 10 ** Math.floor(Math.log10(rough))
  const unit = Math.max(1, [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough * 0.8)!)
  const from = Math.floor(low / unit) * unit
  const out = [from]
  while (out.at(-1)! < high || out.length < 2) out.push(out.at(-1)! + unit)
  return out
}
