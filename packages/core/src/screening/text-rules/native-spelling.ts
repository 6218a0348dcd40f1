import type { Line, TextMatch } from './text-rule.ts'

const native = /\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx|ipp|inl|tpp|cu)$/i

/** An ASCII letter, digit or underscore by its number: there is no reason to but to hide a name. */
const escapedLetter = /\\u00(?:3[0-9]|4[1-9a-f]|5[0-9a-f]|6[1-9a-f]|7[0-9a])|\\U000000(?:3[0-9]|4[1-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])/i
const trigraph = /\?\?[=/'()!<>-]/
/** A directive whose `#` is a digraph, or is cut from its name by a comment, a line's end or a space that only compilers know. */
const hiddenDirective = /^(?:.*\*\/)?\s*(?:%:|#[ \t]*(?:\/\*|[\v\f]|(?:\\|\?\?\/)\s*$))/
/** Of those for `#` only the doubled one: in a comment's prose a percent sign may stand before a colon. `<::` is a bracket and a scope wherever a third one follows that is none of `:` and `>`. */
const digraph = /<%|%>|%:%:|<:(?!:(?![:>]))/
const literals = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g
const splicedEnd = /\w(?:\\|\?\?\/)$/

/** Up to a comment that no quote before it can be hiding, and that goes on to the line's end. */
function withoutComment(text: string): string {
  const [, code] = /^([^"'`/]*(?:\/(?![/*])[^"'`/]*)*)(?:\/\/.*|\/\*(?:(?!\*\/).)*(?:\*\/\s*)?)$/.exec(text) ?? []
  return code ?? text
}

/** Inside of a text a trigraph only changes the text, but for the one of a backslash. Texts are left out where each quote of the line has its other one, and nothing of it is a comment or goes on in the next line. */
function hasTrigraph(code: string): boolean {
  if (!trigraph.test(code)) return false
  const bare = code.replaceAll(literals, '""')
  const isPlain = !/\/[/*]|\*\/|R"|\\\s*$|^\s*["']/.test(code) && !/["']/.test(bare.replaceAll('""', ''))
  return !isPlain || code.includes('??/') || trigraph.test(bare)
}

function hasDigraph(code: string): boolean {
  return digraph.test(code) && (code.includes('R"') || digraph.test(code.replaceAll(literals, '""')))
}

/** Spellings of C and C++ that compilers undo before they read, and grammars do not. */
export function nativeSpelling(lines: readonly Line[], path: string): readonly TextMatch[] {
  if (!native.test(path)) return []
  const next = new Map(lines.map(({ number, text }) => [number - 1, text]))
  return lines.flatMap(({ number, text }) => {
    const isSpliced = splicedEnd.test(text.trimEnd()) && /^\w/.test(next.get(number) ?? '')
    const code = withoutComment(text)
    // A comment that ends in one goes on in the next line.
    const message = escapedLetter.test(code) ? 'writes plain letters by their numbers' : hasTrigraph(code) || text.trimEnd().endsWith('??/') ? 'holds a trigraph' : hiddenDirective.test(text) ? 'hides what a directive says' : hasDigraph(code) ? 'holds a digraph' : isSpliced ? 'cuts a name in two lines' : null
    return message === null ? [] : [{ rule: 'hidden-spelling', line: number, message, weight: 'require-approval' as const, risk: 0.7, consentLevel: 3 as const, seen: text.trim() }]
  })
}
