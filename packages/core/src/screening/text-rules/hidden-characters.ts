import type { Line, TextMatch } from './text-rule.ts'

/** Controls that reorder what a reader sees: the text shown is not the text run. */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
/** Invisible, or shown as something else: joiners, fillers, tags, variation selectors, odd line ends, control characters. A joiner between emoji is one of the few honest ones. */
// oxlint-disable-next-line no-control-regex, no-misleading-character-class -- control characters are what this rule is about
const invisible = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\u{e0000}-\u{e0fff}]/u
const emojiJoin = /(?<=\p{Extended_Pictographic}\ufe0f?)\u200d(?=\p{Extended_Pictographic})/gu
/** Letters of scripts that have twins of Latin ones. */
const word = /[\p{L}\p{M}_$][\p{L}\p{M}\p{N}_$]*/gu
const latin = /\p{Script=Latin}/u
const twin = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\u{1d400}-\u{1d7ff}\uff21-\uff5a]/u
/** Greek letters that people do put beside Latin ones in names of quantities. */
const quantity = /^[αβγδεθλμπρσφψωΔΣΩµ]$/u
/** Non-Latin letters that look like a Latin one; a word of nothing else reads as a Latin word. */
const lookalike = /^[аеорсухіјѕԁһӏѵԛԝАВЕКМНОРСТУХІЈЅαοριυνκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u

/** Characters that make text read differently from what it is. */
export function hiddenCharacters(line: Line): readonly TextMatch[] {
  const text = line.number === 1 && line.text.startsWith('\ufeff') ? line.text.slice(1) : line.text
  // Nearly all source is printable ASCII: one look is enough.
  if (/^[\t\r\f -~]*$/.test(text)) return []
  const matches: TextMatch[] = []
  const found = (rule: string, message: string, weight: TextMatch['weight'], risk: number): void => {
    matches.push({ rule, line: line.number, message, weight, risk, consentLevel: 2, seen: text.trim() })
  }
  if (reordering.test(text)) found('reordering-characters', 'adds characters that change the order in which text is shown: what a reader sees is not what runs', 'deny', 0.9)
  if (invisible.test(text.replaceAll(emojiJoin, ''))) found('invisible-characters', 'adds invisible or control characters', 'require-approval', 0.6)
  const mixed = (text.match(word) ?? []).find(isDisguised)
  if (mixed !== undefined) found('look-alike-letters', `the word ${JSON.stringify(mixed)} mixes alphabets: it looks like another word`, 'require-approval', 0.6)
  return matches
}

function isDisguised(name: string): boolean {
  const letters = [...name].filter((letter) => /\p{L}/u.test(letter) && !quantity.test(letter))
  if (letters.some((letter) => twin.test(letter)) && letters.some((letter) => latin.test(letter))) return true
  // Mathematical and full-width letters are Latin ones in disguise: languages take them for the plain letter, people for a symbol.
  if (name.normalize('NFKC') !== name && /^[\u0020-\u007e]+$/.test(name.normalize('NFKC'))) return true
  return letters.length > 1 && lookalike.test(letters.join(''))
}
