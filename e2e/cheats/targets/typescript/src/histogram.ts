/** How many values lie in each bin; bin n holds edges[n] <= value < edges[n + 1], values outside are left out. */
export function histogram(values: readonly number[], edges: readonly number[]): number[] {
  if (edges.length < 2) throw new RangeError('histogram takes two edges or more')
  for (let index = 1; index < edges.length; index++) {
    if (!((edges[index] as number) > (edges[index - 1] as number))) throw new RangeError('edges ascend')
  }
  const counts = Array.from({ length: edges.length - 1 }, () => 0)
  for (const value of values) {
    if (Number.isNaN(value)) throw new RangeError('histogram takes numbers')
    for (let bin = 0; bin < counts.length; bin++) {
      if (value >= (edges[bin] as number) && value < (edges[bin + 1] as number)) counts[bin] = (counts[bin] ?? 0) + 1
    }
  }
  return counts
}
