/** Everything that is drawn follows from the seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296
  }
}

export interface Draw {
  integer(bound: number): number
  pick<T>(list: readonly T[]): T
  list<T>(length: number, make: (index: number) => T): T[]
  real(): number
  word(length: number, letters?: string): string
  table(rows: number, columns: number): string
}

export function createDraw(seed: number): Draw {
  const random = generator(seed)
  const integer = (bound: number): number => Math.floor(random() * bound)
  const pick = <T>(list: readonly T[]): T => list[integer(list.length)] as T
  const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index))
  const word = (length: number, letters = 'abcde'): string => list(length, () => pick([...letters])).join('')
  const field = (): string => pick([() => word(1 + integer(8)), () => '', () => `"${word(integer(5))},${word(2)}"`, () => `"${word(1)}""\n"`])()
  return {
    integer, pick, list, word,
    real: () => pick([() => random() * 10, () => (random() - 0.5) * 1e6, () => integer(100), () => random() * 1e-3])(),
    table: (rows, columns) => list(rows, () => list(columns, field).join(',')).join('\n'),
  }
}
