import fc from 'fast-check'
import type { Generator } from '../spec.ts'

type StringGenerator = Extract<Generator, { kind: 'string' }>

const freeLength = 24
const defaultMaxLength = 100_000
/** Longer texts are one short text over and over: drawing every character would cost more than the call. */
const drawnLength = 64

const wordCharacters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const asciiCharacters = [...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\t\n']
const unicodePieces = ['é', 'ß', 'İ', 'ﬁ', 'ǅ', '中', '𝒳', '😀', '👩‍👩‍👧', 'e\u0301', '\u200b', '\u00a0', '\u2028', '\ud800', '\udc00', '\ufeff']

/** Texts of a wanted length (in UTF-16 code units), joined from characters and from pieces seen in tests or source. */
export function stringArbitrary(generator: StringGenerator, size: number | null): fc.Arbitrary<string> {
  const limit = generator.maxLength ?? defaultMaxLength
  const unit = units(generator)
  const free = fc.array(unit, { maxLength: Math.min(limit, freeLength), size: 'max' }).map((list) => cut(list.join(''), limit))
  const pieces = (generator.pieces ?? []).filter((piece) => piece.length <= limit)
  const samples = (generator.samples ?? []).filter((sample) => sample.length <= limit)
  const whole = fc.oneof(
    { weight: samples.length === 0 ? 3 : 1, arbitrary: free },
    ...(pieces.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...pieces) }]),
    ...(samples.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...samples) }, { weight: 6, arbitrary: shaped(samples, pieces).map((text) => cut(text, limit)) }]),
  )
  return size === null ? whole : sized(unit, Math.min(size, limit))
}

const tokens = /\d+|\p{L}+|\s+|[^\d\p{L}\s]+/gu
const numbers = ['0', '1', '2', '9', '10', '11', '12', '99', '100', '007', '4294967296']

/** Texts of the shape of a sample: some of its numbers and words are replaced by others, the rest stays. */
function shaped(samples: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const known = pieces.filter((piece) => /^\p{L}{1,12}$/u.test(piece))
  const words = [...new Set([...samples.flatMap((sample) => sample.match(/\p{L}+/gu) ?? []), ...known])]
  const replaced = (token: string, pick: number): string => {
    if (pick % 2 === 0) return token
    const choice = pick >> 2
    if (/^\d/.test(token)) return choice % 3 === 0 ? String(choice % 100) : (numbers[choice % numbers.length] ?? token)
    if (!/^\p{L}/u.test(token)) return choice % 17 === 0 ? token + token : token
    if (choice % 5 === 0) return choice % 2 === 0 ? token.toUpperCase() : token.toLowerCase()
    return words[choice % words.length] ?? token
  }
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12, size: 'max' }))
    .map(([sample, picks]) => (sample.match(tokens) ?? []).map((token, index) => replaced(token, picks[index % picks.length] ?? 0)).join(''))
}

function sized(unit: fc.Arbitrary<string>, size: number): fc.Arbitrary<string> {
  if (size === 0) return fc.constant('')
  const drawn = fc.array(unit, { minLength: Math.min(size, drawnLength), maxLength: Math.min(size, drawnLength), size: 'max' })
  const fresh = drawn.map((list) => filled(list.join(''), size))
  if (size <= drawnLength) return fresh
  // Runs of one unit, closed by another: where backtracking and quadratic scans show.
  const run = fc.tuple(unit, unit).map(([one, last]) => filled(one, Math.max(0, size - last.length)) + last)
  return fc.oneof({ weight: 2, arbitrary: fresh }, { weight: 1, arbitrary: run })
}

const filled = (text: string, size: number): string => cut(text.repeat(Math.ceil(size / Math.max(1, text.length))), size)
const cut = (text: string, limit: number): string => (text.length <= limit ? text : text.slice(0, limit))

function units(generator: StringGenerator): fc.Arbitrary<string> {
  const alphabet = generator.alphabet ?? 'ascii'
  const pieces = (generator.pieces ?? []).filter((piece) => piece.length > 0)
  const characters: fc.WeightedArbitrary<string>[] =
    alphabet === 'ascii' || alphabet === 'unicode'
      ? [
          { weight: 4, arbitrary: fc.constantFrom(...wordCharacters) },
          { weight: 2, arbitrary: fc.constantFrom(...asciiCharacters) },
          { weight: alphabet === 'unicode' ? 2 : 0, arbitrary: fc.constantFrom(...unicodePieces) },
        ]
      : [{ weight: 6, arbitrary: fc.constantFrom(...alphabet) }]
  if (pieces.length > 0) characters.push({ weight: 4, arbitrary: fc.constantFrom(...pieces) })
  return fc.oneof(...characters.filter((entry) => entry.weight > 0))
}
