import type { Line } from './text-rule.ts'

/** A run of added lines as a reader means it. */
export interface Block {
  readonly firstLine: number
  readonly text: string
}

/** Added lines that follow each other, as one text each: what is cut into lines is read as one. */
export function blocksOf(lines: readonly Line[]): readonly Block[] {
  const blocks: { firstLine: number; lines: string[] }[] = []
  let last = Number.NEGATIVE_INFINITY
  for (const { number, text } of lines) {
    const open = blocks.at(-1)
    if (open !== undefined && number === last + 1) open.lines.push(text)
    else blocks.push({ firstLine: number, lines: [text] })
    last = number
  }
  return blocks.map(({ firstLine, lines: own }) => ({ firstLine, text: own.join('\n') }))
}

const literal = /(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1/g
/** What may stand between two pieces of one text: in Python and C++ nothing at all, elsewhere a plus; in a list that is joined, a comma. */
const glue = /^\s*[+,]?\s*$/

export interface JoinedLiteral {
  /** What the pieces come to. */
  readonly text: string
  readonly pieces: number
  /** Where the first piece begins. */
  readonly at: number
}

/** Texts written in pieces, put together: `'ev' + 'al'`, `"sys" "tem"`, `['a', 'b'].join('')`. */
export function joinedLiterals(text: string): readonly JoinedLiteral[] {
  const found: { text: string; pieces: number; at: number; end: number }[] = []
  for (const match of text.matchAll(literal)) {
    const open = found.at(-1)
    const value = match[2] ?? ''
    if (open !== undefined && glue.test(text.slice(open.end, match.index))) {
      open.text += value
      open.pieces++
      open.end = match.index + match[0].length
    } else found.push({ text: value, pieces: 1, at: match.index, end: match.index + match[0].length })
  }
  return found
}

/** The line of a place in a block. */
export function lineAt({ firstLine, text }: Block, at: number): number {
  return firstLine + (text.slice(0, at).match(/\n/g)?.length ?? 0)
}
