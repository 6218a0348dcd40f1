import fc from 'fast-check'
import type { Generator } from '../spec.ts'
import { stringArbitrary } from './string-arbitrary.ts'

type StringGenerator = Extract<Generator, { kind: 'string' }>

/**
 * Characters by what makes them special: they change length or kind with their case; they combine or join; they take two columns;
 * they are spaces, digits or controls only for some. Whole code points all of them, because a text of Python holds no halves.
 */
const groups: readonly (readonly string[])[] = [
  ['é', 'ß', 'ẞ', 'İ', 'ı', 'ǅ', 'ﬁ', 'ſ', 'K', 'Σ', 'ς', 'Ä', 'ñ', 'É', 'ŉ', 'Ω'],
  ['e\u0301', '\u0308', '\u200d', '\u200d', '\u200d', '\u200b', '\ufe0f', '\ufe0f', '\ufe0e', 'ि', '\u{1f3fd}'],
  ['한', '中', '文', 'ｱ', 'Ａ', '😀', '👩‍👩‍👧', '👍🏽', '🇩🇪', '❤', '❤\ufe0f', '1\ufe0f\u20e3', 'न', '𝒳'],
  ['１', '٣', '²', '½', '\u00ad', '\u00a0', '\u2003', '\u2028', '\u0085', '\u3000', 'Ⅷ'],
  ['\x1b[31m', '\x1b[2C', '\x1b[0m', '\b', '\t', '\r', '\n', '\x0b', '\x07', '\x00', '\x7f'],
  ['a', 'B', '1', ' ', '-', '.'],
]
const any = fc.oneof(...groups.map((group) => fc.constantFrom(...group)))

/** Texts of the given generator, a third of them with characters of other scripts: here and there, or few of them over and over, so that every pair meets. */
export function scriptsArbitrary(generator: StringGenerator, size: number | null): fc.Arbitrary<string> {
  const plain: StringGenerator = { ...generator, alphabet: 'ascii' }
  const mixed: StringGenerator = { ...plain, pieces: [...(generator.pieces ?? []).slice(0, 24), ...groups.flat()] }
  const limit = Math.min(generator.maxLength ?? Infinity, size ?? Infinity)
  const few = fc
    .tuple(fc.array(any, { minLength: 2, maxLength: 6, size: 'max' }), fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 48, size: 'max' }))
    .map(([units, picks]) => picks.map((pick) => units[pick % units.length] ?? '').join(''))
    .map((text) => (size === null || text.length === 0 ? text : text.repeat(Math.ceil(size / text.length))).slice(0, limit))
  return fc
    .oneof({ weight: 6, arbitrary: stringArbitrary(plain, size) }, { weight: 2, arbitrary: stringArbitrary(mixed, size) }, { weight: 3, arbitrary: few })
    .map((text) => text.toWellFormed())
}
