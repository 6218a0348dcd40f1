/** Words that stand for the same thing wherever they are, in any of the languages: two edits may both bring them. */
const common = new Set(
  ('const let var new for of in if else while do return function class await async typeof instanceof void null undefined true false break continue this self Set Map WeakMap Array Object String Number Boolean Math Symbol NaN Infinity ' +
    'not is and or None True False def lambda with as try except raise pass set dict list tuple frozenset range enumerate len isinstance type str int float bytes sorted sum min max any all zip ' +
    'auto static inline constexpr bool char double long unsigned size_t std include template typename unordered_set unordered_map unordered_multiset vector string string_view').split(' '),
)

/**
 * Names that edits may introduce into a text: words in what they put in that the text does not have, but for members (`.has`) and words of the language. Two edits that were made without
 * knowledge of each other choose the same name for two things where they can; together they would mean one.
 */
export function introducedNames(text: string, replacements: readonly string[]): ReadonlySet<string> {
  const known = new Set(text.match(word) ?? [])
  const names = replacements.flatMap((replacement) => replacement.match(free) ?? [])
  return new Set(names.filter((name) => !known.has(name) && !common.has(name)))
}

const word = /[A-Za-z_$][\w$]*/g
/** Not right behind a dot, unless that is one of three. */
const free = /(?<![\w$])(?<!(?:^|[^.])\.)[A-Za-z_$][\w$]*/g

export function doShare(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((name) => others.has(name))
}
