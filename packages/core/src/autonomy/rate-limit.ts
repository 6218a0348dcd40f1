export const day = 86_400_000

/** When another automatic application may be made: null, now; otherwise the time. `applied`: times of those before, which never go back. Any 24 hours count, not a calendar's day. */
export function nextAllowed(applied: readonly number[], perDay: number, now: number): number | null {
  const recent = applied.filter((at) => at > now - day)
  if (recent.length < perDay) return null
  const oldest = recent.toSorted((a, b) => a - b)[recent.length - perDay]
  return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + day
}
