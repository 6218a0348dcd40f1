import fc from 'fast-check'
import type { Generator } from '../spec.ts'
import { editAlphabetOf, inheritedNames, insertion } from './text-edits.ts'

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
  const edit = insertion(editAlphabetOf(generator.alphabet))
  const free = fc.array(unit, { maxLength: Math.min(limit, freeLength), size: 'max' }).map((list) => list.join(''))
  const pieces = (generator.pieces ?? []).filter((piece) => piece.length <= limit)
  const samples = (generator.samples ?? []).filter((sample) => sample.length <= limit)
  // What is shaped like a sample is what the function is for: most of it stays a text that the function takes.
  const known = samples.length > 0
  const isNear = known && generator.near === true
  const whole = fc.oneof(
    { weight: known ? 2 : 3, arbitrary: isNear ? fc.constantFrom(...samples) : free },
    { weight: known && generator.near !== false ? 1 : 3, arbitrary: edited(plainText(generator, pieces), edit) },
    ...(pieces.length === 0 || isNear ? [] : [{ weight: known ? 2 : 1, arbitrary: fc.constantFrom(...pieces) }]),
    ...(known ? [{ weight: 8, arbitrary: fc.constantFrom(...samples) }, { weight: 18, arbitrary: shaped(samples, pieces) }, { weight: isNear ? 2 : generator.near === false ? 24 : 6, arbitrary: edited(shaped(samples, pieces), edit) }] : []),
  )
  return size === null ? whole.map((text) => cut(text, limit)) : sized(generator, unit, Math.min(size, limit))
}

const edited = (texts: fc.Arbitrary<string>, edit: fc.Arbitrary<(text: string) => string>): fc.Arbitrary<string> => fc.tuple(texts, edit).map(([text, change]) => change(text))

/** A text of one kind of characters: what takes a shorter way for such texts shows when one other character is inserted. */
function plainText(generator: StringGenerator, pieces: readonly string[]): fc.Arbitrary<string> {
  const { alphabet } = generator
  const isFree = alphabet === undefined || ['ascii', 'unicode', 'scripts'].includes(alphabet)
  const characters = isFree ? wordCharacters : [...alphabet]
  const word = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 8, size: 'max' }).map((list) => list.join(''))
  return fc.oneof(
    { weight: 6, arbitrary: word },
    { weight: isFree ? 1 : 0, arbitrary: fc.constantFrom<string>(...inheritedNames) },
    ...(pieces.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...pieces) }]),
  )
}

const tokens = /\d+|\p{L}+|\s+|[^\d\p{L}\s]+/gu
const numbers = ['0', '1', '2', '9', '10', '11', '12', '99', '100', '007', '127', '128', '255', '256', '1023', '1024', '1025', '4096', '65535', '65536', '2147483648', '4294967296']

/** Texts of the shape of a sample: some of its numbers and words are replaced by others, the rest stays. */
function shaped(samples: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const known = pieces.filter((piece) => /^\p{L}{1,12}$/u.test(piece))
  const words = [...new Set([...samples.flatMap((sample) => sample.match(/\p{L}+/gu) ?? []), ...known])]
  const replaced = (token: string, pick: number): string => {
    if (pick % 2 === 0) return token
    const choice = pick >> 2
    if (/^\d/.test(token)) return choice % 3 === 0 ? String(choice % (choice % 2 === 0 ? 100 : 2400)) : (numbers[choice % numbers.length] ?? token)
    if (!/^\p{L}/u.test(token)) return choice % 17 === 0 ? token + token : token
    if (choice % 7 === 0) return inheritedNames[choice % inheritedNames.length] ?? token
    if (choice % 7 === 1) return token.slice(0, 1)
    if (choice % 5 === 0) return choice % 2 === 0 ? token.toUpperCase() : token.toLowerCase()
    return words[choice % words.length] ?? token
  }
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12, size: 'max' }))
    .map(([sample, picks]) => (sample.match(tokens) ?? []).map((token, index) => replaced(token, picks[index % picks.length] ?? 0)).join(''))
}

function sized(generator: StringGenerator, unit: fc.Arbitrary<string>, size: number): fc.Arbitrary<string> {
  if (size === 0) return fc.constant('')
  const drawn = fc.array(unit, { minLength: Math.min(size, drawnLength), maxLength: Math.min(size, drawnLength), size: 'max' })
  const fresh = drawn.map((list) => filled(list.join(''), size))
  if (size <= drawnLength) return fresh
  // Runs of one unit, closed by another: where backtracking and quadratic scans show.
  const run = fc.tuple(unit, unit).map(([one, last]) => filled(one, Math.max(0, size - last.length)) + last)
  // Pairs of units, from an even or an odd place on: what cuts a text at a fixed length cuts one of them in two.
  const pairs = fc.tuple(fc.constantFrom('😀', '𝒳', '😀', '𝒳', 'a😀', 'e\u0301'), fc.constantFrom('a', 'é', 'abc', '', 'ab')).map(([pair, first]) => cut(first + filled(pair, size), size))
  return fc.oneof({ weight: 2, arbitrary: fresh }, { weight: 1, arbitrary: run }, { weight: generator.alphabet === 'unicode' ? 3 : 0, arbitrary: pairs })
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
