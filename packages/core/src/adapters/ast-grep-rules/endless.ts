import type { NapiConfig, SgNode } from '@ast-grep/napi'
import { rootText } from './root-text.ts'

type Rule = NapiConfig['rule']

/** Made of values alone, so that it is the same each time it is asked: `true`, `1 < 2`, `!""`, `Infinity`; and never only a no. */
const values = String.raw`true|false|True|False|None|null|undefined|nullptr|Infinity|NaN|INFINITY|HUGE_VAL|void|not|and|or|is|in|Number\.(?:POSITIVE_INFINITY|MAX_VALUE|MAX_SAFE_INTEGER)|Boolean|float|bool|math\.inf|\d[\d._]*[nuUlLfF]{0,3}|0[xX][0-9a-fA-F]+|[\s().!+*/%<>=&|^~?:,\[\]{}-]|"[^"\\]{0,40}"|'[^'\\]{0,40}'|` + '`[^`\\\\$]{0,40}`'
const no = String.raw`[(\s]*(?:false|False|None|null|undefined|nullptr|0[uUlL]*|NaN|""|''|!1|!true|not\s+True|not\s+1|\[\]|\{\})[)\s]*`

/** Conditions that hold for ever. Compared with nothing smaller than infinity, or joined by "or" with what always holds, they do as well. */
const always = [
  String.raw`^(?:${values})+$`,
  String.raw`^[(\s]*(?:true|True|1|!0)\s*(?:\|\||\bor\b)`,
  String.raw`(?:\|\||\bor\b)\s*(?:true|True|1|!0)\s*\)*$`,
  String.raw`(?:<=?|!==?)\s*(?:Infinity|Number\.POSITIVE_INFINITY|INFINITY|math\.inf|float\(["']\+?inf(?:inity)?["']\))\s*\)*$`,
  String.raw`^[(\s]*(?:Infinity|Number\.POSITIVE_INFINITY|INFINITY|math\.inf)\s*(?:>|!==?)`,
]

/** A condition that is true whenever it is asked. `emptyIsTrue` where an empty list or object counts as true, as in JavaScript. */
export function alwaysTrue({ emptyIsTrue = false }: { readonly emptyIsTrue?: boolean } = {}): Rule {
  const never = emptyIsTrue ? no.replace(String.raw`|\[\]|\{\}`, '') : no
  return { any: always.map((regex) => ({ regex })), not: { regex: `^${never}$` } }
}

/** Those that are looked for somewhere; the first one, of nothing but values, would take for ever in an engine that goes back. */
const somewhere = always.slice(1).map((pattern) => new RegExp(pattern, 'u'))
const texts = /"[^"\\]{0,40}"|'[^'\\]{0,40}'|`[^`\\$]{0,40}`/gu
const numbers = /0[xX][0-9a-fA-F]+|\d[\d._]*[nuUlLfF]{0,3}/g
const onlyValues = /^[\w\s().!+*/%<>=&|^~?:,[\]{}-]*$/
const valueWord = /^(?:true|false|True|False|None|null|undefined|nullptr|Infinity|NaN|INFINITY|HUGE_VAL|void|not|and|or|is|in|Number|POSITIVE_INFINITY|MAX_VALUE|MAX_SAFE_INTEGER|Boolean|float|bool|math)+$/

/** Whether it may consist of values alone: of such words, numbers and signs. Each piece is looked at once. */
function mayBeValues(condition: string): boolean {
  const rest = condition.replaceAll(texts, ' ').replaceAll(numbers, ' ')
  return onlyValues.test(rest) && (rest.match(/\w+/g) ?? []).every((word) => word === 'inf' || valueWord.test(word))
}

/** A necessary condition of `alwaysTrue`: the same expressions, to which more counts as a space than to those of the rules. */
export function mayHoldForEver(condition: string): boolean {
  return mayBeValues(condition) || somewhere.some((pattern) => pattern.test(condition))
}

const loopWord = /\b(?:while|for)\b/g
const whileWord = /\bwhile\b/g
/** The heads of loops as nearly everybody writes them: no brackets, texts or comments in a condition, one variable that takes the values of a list. */
const ordinaryHead =
  /\bfor\s*\((?:[^()"'`/;]*;([^()"'`/;]*);|(?:const|let|var)\s+(?:[\w$]+|\[[\w$\s,]*\]|\{[\w$\s,]*\})\s+(?:of|in)\b|[^()"'`/;?:]*:[^()"'`/;]*\))|\bwhile\s*\(([^()"'`/]*)\)|\bwhile\s+([^()"'`#/:\n\\]+):/g

/**
 * Whether every word that begins a loop begins one like that, with a condition that may end. Where one stands in a comment or text it counts as well, and a head that swallows another word leaves one too many: so whatever is
 * hidden is looked for in the tree.
 */
export function hasOnlyOrdinaryLoops(text: string, isForAsked: boolean): boolean {
  let ordinary = 0
  for (const [head, ...conditions] of text.matchAll(ordinaryHead)) {
    if (!isForAsked && head.startsWith('for')) continue
    if (conditions.some((condition) => condition !== undefined && (condition.trim() === '' || mayHoldForEver(condition.trim())))) return false
    ordinary++
  }
  return ordinary === (text.match(isForAsked ? loopWord : whileWord)?.length ?? 0)
}

/** Whether some loop of these kinds has a condition that may always hold, or none that says anything. True of every tree in which a rule on endless loops finds one. */
export function hasLoopForEver(root: SgNode, loops: readonly string[]): boolean {
  return !hasOnlyOrdinaryLoops(rootText(root), loops.includes('for_statement')) && hasLoopInTree(root, loops)
}

/** The same where the grammar may not make sense of the text and nobody asks why, so that heads in the text need not be those in the tree. */
export function hasLoopInTree(root: SgNode, loops: readonly string[]): boolean {
  return root.findAll({ rule: { any: loops.map((kind) => ({ kind })) } }).some((loop) => {
    // The sign behind a condition belongs to its field as well; rules look at the first node only, and so does `field`.
    const condition = loop.field('condition')?.text() ?? ''
    return !/[^;\s]/.test(condition) || mayHoldForEver(condition)
  })
}

/** Kinds of nodes by which a loop is left, as far as they belong to it. */
export interface Leaving {
  /** Loops and the like, whose own `break` leaves nothing else. */
  readonly inner: readonly string[]
  /** Functions and classes: what stands in them is not run by the loop. */
  readonly foreign: readonly string[]
  readonly breaks: readonly string[]
  /** A `break` that names the loop which it leaves. */
  readonly labelled: Rule | null
  /** Leaves whatever loop it stands in. */
  readonly leaves: readonly string[]
}

const kinds = (names: readonly string[]): Rule => ({ any: names.map((kind) => ({ kind })) })

/** Somewhere in the loop's body there is a way out. Whether it is ever taken is not asked: a limit on time ends what is not. */
export function isLeft({ inner, foreign, breaks, labelled, leaves }: Leaving): Rule {
  return {
    any: [
      { has: { field: 'body', any: [kinds(breaks), { has: { ...kinds(breaks), stopBy: kinds([...inner, ...foreign]) } }] } },
      { has: { field: 'body', any: [kinds(leaves), { has: { ...kinds(leaves), stopBy: kinds(foreign) } }] } },
      ...(labelled === null ? [] : [{ has: { field: 'body', has: { ...labelled, stopBy: kinds(foreign) } } } as const]),
    ],
  }
}
