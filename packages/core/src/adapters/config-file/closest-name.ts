/**
 * The name nearest to `word`, if it is near enough to be what was meant. Distance: optimal string alignment (insert, delete,
 * replace, swap neighbours), case ignored, at most a third of the longer word, so that `run` never becomes `role`.
 */
export function closestName(word: string, names: readonly string[]): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const name of names) {
    const distance = editDistance(plain(word), plain(name))
    if (distance <= Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)) && (best === null || distance < best.distance)) best = { name, distance }
  }
  return best?.name ?? null
}

/** `falseAcceptRate`, `false_accept_rate` and `false-accept-rate` are the same word to a person. */
function plain(word: string): string {
  return word.slice(0, 64).toLowerCase().replaceAll(/[-_ ]/g, '')
}

function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
        swapped ? at(row - 2, column - 2) + 1 : Infinity,
      )
    }
  }
  return at(from.length, to.length)
}
