/** Words of letters and digits with how often they occur, lower case; most frequent first, then by alphabet. */
export function frequency(text: string): [word: string, count: number][] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const counted: [string, number][] = []
  for (const word of words) {
    const known = counted.find(([other]) => other === word)
    if (known === undefined) counted.push([word, 1])
    else known[1]++
  }
  return counted.sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
}
