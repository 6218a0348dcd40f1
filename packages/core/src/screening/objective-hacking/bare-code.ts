import type { CodeFamily } from '../code-files.ts'

const comments: Readonly<Record<CodeFamily, RegExp>> = {
  script: /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`)|\/\/[^\n]*|\/\*[^]*?\*\/|^[ \t]*\*[^\n]*$/gm,
  native: /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[^]*?\*\/|^[ \t]*\*[^\n]*$/gm,
  python: /("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/gm,
}
/** A mark that opens what nothing closes is looked for from every place: longer texts are not taken apart. */
const longest = 20_000

/** What is left of lines of code without comments and space; null where there are too many of them to say. */
export function bareCode(lines: readonly string[], family: CodeFamily): string | null {
  const text = lines.join('\n')
  if (text.length > longest) return null
  return text.replaceAll(comments[family], (_, kept: string | undefined) => kept ?? ' ').replaceAll(/\s+/g, '')
}
