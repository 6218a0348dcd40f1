import fc from 'fast-check'

/** A number whose size matters to the function: limits, and the numbers its body names. */
export interface Magnitudes {
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly kind: 'integer' | 'number'
  readonly known?: readonly number[] | undefined
}

/** Largest exponent of two; beyond it neighbours of whole numbers cannot be told apart. */
const largestExponent = 52
const steps = [-1, 0, 1, 0, -2, 2]

/**
 * Whole numbers of every order of magnitude: as many below ten as between a thousand and ten thousand; half of them are powers of ten
 * and two, numbers that the body names, their powers and multiples, and what lies right beside those.
 */
export function magnitudeArbitrary(generator: Magnitudes): fc.Arbitrary<number> {
  return generator.kind === 'integer' ? wholeNumbers(generator) : brokenNumbers(generator)
}

function wholeNumbers(generator: Magnitudes): fc.Arbitrary<number> {
  const { min = -(2 ** 53 - 1), max = 2 ** 53 - 1 } = generator
  const named = (generator.known ?? []).filter(Number.isFinite)
  const inside = (value: number): number => Math.min(max, Math.max(min, value))
  const uniform = fc.double({ min: 0, max: largestExponent, noNaN: true }).map((exponent) => Math.round(2 ** exponent))
  const pivot = fc.constantFrom(...pivots(named))
  const beside = fc.tuple(pivot, fc.constantFrom(...steps)).map(([value, step]) => value + step)
  // A share of a pivot, as 999 999 is of a million: where rounding leads over an edge.
  const rounded = fc.tuple(pivot, fc.integer({ min: 1, max: 9 })).map(([value, digits]) => Math.round(value * (1 - 10 ** -digits)))
  const signed = fc.tuple(fc.oneof({ weight: 4, arbitrary: uniform }, { weight: 3, arbitrary: beside }, { weight: 1, arbitrary: rounded }), fc.nat({ max: 5 }))
  return signed.map(([value, pick]) => inside(pick === 0 ? -value : value))
}

/** Numbers with a fraction over all orders of magnitude, beside the whole ones. */
function brokenNumbers(generator: Magnitudes): fc.Arbitrary<number> {
  const whole = wholeNumbers(generator)
  const parts = fc.tuple(whole, fc.integer({ min: -999, max: 999 })).map(([value, part]) => value + part / 1000)
  const small = fc.double({ min: -6, max: 0, noNaN: true }).map((exponent) => Number((10 ** exponent).toPrecision(3)))
  const { min = -Infinity, max = Infinity } = generator
  return fc.oneof({ weight: 3, arbitrary: whole }, { weight: 2, arbitrary: parts }, { weight: 1, arbitrary: small }).map((value) => Math.min(max, Math.max(min, value)))
}

function pivots(named: readonly number[]): readonly number[] {
  const powers = [...powersOf(10), ...powersOf(2).filter((_, index) => index % 2 === 0 || index < 12)]
  const own = named.flatMap((value) => [value, value, ...(Math.abs(value) > 1 ? powersOf(value) : [])])
  // What the body names is as frequent as all the rest together.
  const repeated = own.length === 0 ? [] : Array.from({ length: Math.max(1, Math.ceil(powers.length / own.length)) }, () => own).flat()
  return [...powers, ...repeated]
}

function powersOf(base: number): readonly number[] {
  const found: number[] = []
  for (let value = base; Math.abs(value) <= 2 ** largestExponent && found.length < largestExponent; value *= Math.abs(base)) found.push(value)
  return found
}
