import type { TextEdit } from './proposal.ts'

/** Words that stand for the same thing wherever they are, in any of the languages: two edits may both bring them. */
const common = new Set(
  ('const let var new for of in if else while do return function class await async typeof instanceof void null undefined true false break continue this self Set Map WeakMap Array Object String Number Boolean Math Symbol NaN Infinity ' +
    'not is and or None True False def lambda with as try except raise pass int float auto static inline constexpr bool char double long unsigned size_t std include template typename').split(' '),
)
/** As a name they are free; called they are what the language gives. */
const called = new Set('set dict list tuple frozenset range enumerate len isinstance type str bytes sorted sum min max any all zip unordered_set unordered_map unordered_multiset vector string string_view'.split(' '))

/** Not right behind a dot, unless that is one of three. */
const free = /(?<![\w$])(?<!(?:^|[^.])\.)[A-Za-z_$][\w$]*/g

/**
 * Names that edits may introduce into a text: words in what they put in that the text does not have, but for members (`.has`) and words of the language.
 */
export function introducedNames(text: string, replacements: readonly string[]): ReadonlySet<string> {
  const names = replacements.flatMap((replacement) => [...replacement.matchAll(free)].flatMap(({ 0: name, index }) => (called.has(name) && /^\s*[(<]/.test(replacement.slice(index + name.length)) ? [] : [name])))
  return new Set(names.filter((name) => !common.has(name) && !hasWord(text, name)))
}

/** Without taking the whole text apart: most names are found soon. */
function hasWord(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)
}

type Edit = Pick<TextEdit, 'start' | 'end' | 'replacement'>

/**
 * Whether two changes of one text, made without knowledge of each other, may mean two things by one new name: where they can, both choose the same. In two top-level functions it does no harm: both are
 * indented then, and something between them is not.
 */
export function doClash(text: string, some: readonly Edit[], others: readonly Edit[]): boolean {
  const [one, other] = [some, others].map((edits) => introducedNames(text, edits.map(({ replacement }) => replacement)))
  if (one === undefined || other === undefined || ![...one].some((name) => other.has(name))) return false
  if (![...some, ...others].every((edit) => isIndented(text, edit))) return true
  const [first, second] = [some, others].sort((a, b) => startOf(a) - startOf(b))
  const between = text.slice(Math.max(...(first ?? []).map(({ end }) => end)), startOf(second ?? []))
  return !between.split('\n').slice(1, -1).some((line) => /^\S/.test(line))
}

function startOf(edits: readonly Edit[]): number {
  return Math.min(...edits.map(({ start }) => start))
}

/** Every line that it touches or puts in, as far as there is something on it. */
function isIndented(text: string, { start, end, replacement }: Edit): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const to = text.indexOf('\n', end)
  const lines = (text.slice(from, start) + replacement + text.slice(end, to < 0 ? text.length : to)).split('\n')
  return lines.every((line) => line.trim() === '' || /^\s/.test(line)) && /^\s/.test(text.slice(from))
}
