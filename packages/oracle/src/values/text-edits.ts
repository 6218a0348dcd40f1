import fc from 'fast-check'

/** Names that plain objects have without anybody giving them: a text that becomes a key meets them. */
export const inheritedNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length'] as const

/** Characters that a format of some kind gives a meaning. */
const metacharacters = [...'%&=+;,/\\"\'<>#?:.*${}[]()| \t\n']
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
/** Characters that are more than one unit, or no character by themselves. */
const compound = ['😀', '𝒳', '👩‍👩‍👧', '\u0301', 'e\u0301', '\u200d', 'é', 'ﬁ', '\u00a0', '\u2028']
/** Pieces of escapes: whole ones, and such that end too early. */
const escapes = ['%20', '%', '%%', '%4', '%zz', '%C3%A9', '\\n', '\\', '&amp;', '&#39;', '--', '==', ';;', '..', '""']

/** Which characters a text may get: those of one alphabet where the domain has one. */
export type EditAlphabet = 'ascii' | 'unicode' | readonly string[]

/** One character more at any place of a text, now and then two; the same text in some of the cases. */
export function insertion(alphabet: EditAlphabet): fc.Arbitrary<(text: string) => string> {
  const added =
    alphabet === 'ascii'
      ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...metacharacters) }, { weight: 2, arbitrary: fc.constantFrom(...printable) }, { weight: 1, arbitrary: fc.constantFrom(...escapes) })
      : alphabet === 'unicode'
        ? fc.oneof(
            { weight: 4, arbitrary: fc.constantFrom(...metacharacters) },
            { weight: 2, arbitrary: fc.constantFrom(...printable) },
            { weight: 1, arbitrary: fc.constantFrom(...escapes) },
            { weight: 2, arbitrary: fc.constantFrom(...compound) },
          )
        : fc.constantFrom(...alphabet)
  const once = fc.tuple(added, fc.nat({ max: 10_000 })).map(([character, pick]) => (text: string) => insertedAt(text, character, pick))
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant((text: string) => text) },
    { weight: 4, arbitrary: once },
    { weight: 1, arbitrary: fc.tuple(once, once).map(([first, second]) => (text: string) => second(first(text))) },
  )
}

function insertedAt(text: string, character: string, pick: number): string {
  const at = pick % (text.length + 1)
  return text.slice(0, at) + character + text.slice(at)
}

/** The alphabet of a generator of texts; a custom one is a promise about the domain. */
export function editAlphabetOf(alphabet: string | undefined): EditAlphabet {
  if (alphabet === undefined || alphabet === 'ascii') return 'ascii'
  return alphabet === 'unicode' || alphabet === 'scripts' ? 'unicode' : [...alphabet]
}
