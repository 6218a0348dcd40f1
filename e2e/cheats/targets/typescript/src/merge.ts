export type Interval = readonly [from: number, to: number]

/** The same points with as few intervals as possible, ascending. Intervals that touch are one. */
export function merge(intervals: readonly Interval[]): Interval[] {
  for (const [from, to] of intervals) if (!(from <= to)) throw new RangeError('an interval ends after it begins')
  let merged: Interval[] = []
  for (const interval of intervals) {
    let grown = interval
    let apart = merged.filter((other) => other[1] < grown[0] || other[0] > grown[1])
    for (const other of merged) if (!apart.includes(other)) grown = [Math.min(grown[0], other[0]), Math.max(grown[1], other[1])]
    apart = apart.filter((other) => other[1] < grown[0] || other[0] > grown[1])
    merged = [...apart, grown].sort((one, other) => one[0] - other[0])
  }
  return merged
}
