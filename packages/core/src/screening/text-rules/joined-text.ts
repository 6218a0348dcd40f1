import type { Line } from './text-rule.ts'

/** More places of one kind in one block say no more, and each costs a look at the whole of it. */
export const mostMatches = 50

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

/** A text in which something was left out, with the way back. */
export interface Rewritten {
  readonly text: string
  /** Whether anything was left out. */
  readonly isChanged: boolean
  /** Where a place of this text stood in the one before. */
  origin(at: number): number
}

/** Inner comments become a space: `DROP/ * * /TABLE` is two words. In one pass, closed or not. */
export function withoutComments(text: string): Rewritten {
  const cuts: Cut[] = []
  for (let from = text.indexOf('/*'); from >= 0; ) {
    const end = text.indexOf('*/', from + 2)
    if (end < 0) break
    cuts.push({ from, to: end + 2 })
    from = text.indexOf('/*', end + 2)
  }
  return without(text, cuts, ' ')
}

/**
 * From the end of one literal to the beginning of the next: nothing (Python, C++), a plus, a comma (of a list that is joined), `concat`. Looked for by itself and not by
 * pairing quotes from the start: one apostrophe in a comment would turn every literal after it inside out.
 */
const seam = /["'`][\s()]*(?:(?:[+,]|\.\s*concat\s*\()[\s()]*)?(?:(?<=[\s()+,])[uUrRbBfFL8]{1,2})?["'`]/g

/** Texts written in pieces, put together: `'ev' + 'al'`, `"sys" "tem"`, `['a', 'b'].join('')`. */
export function joinedPieces(text: string): Rewritten {
  return without(text, [...text.matchAll(seam)].map((match) => ({ from: match.index, to: match.index + match[0].length })), '')
}

interface Cut {
  readonly from: number
  readonly to: number
}

function without(text: string, cuts: readonly Cut[], instead: string): Rewritten {
  const kept: string[] = []
  /** Places of the new text from which on another distance holds. */
  const shifts: { readonly at: number; readonly by: number }[] = []
  let [last, length] = [0, 0]
  for (const { from, to } of cuts) {
    kept.push(text.slice(last, from), instead)
    length += from - last + instead.length
    shifts.push({ at: length, by: to - length })
    last = to
  }
  return {
    text: [...kept, text.slice(last)].join(''),
    isChanged: cuts.length > 0,
    origin: (at) => at + (shifts.findLast((shift) => shift.at <= at)?.by ?? 0),
  }
}

/** The line of a place in a block. */
export function lineAt({ firstLine, text }: Block, at: number): number {
  return firstLine + (text.slice(0, at).match(/\n/g)?.length ?? 0)
}

/** A block as it stands, without comments, and with pieces put together: each only where it says something else than the one before. */
export function readingsOf({ text }: Block): readonly { readonly text: string; readonly origin: (at: number) => number; readonly isJoined: boolean }[] {
  const plain = withoutComments(text)
  const joined = joinedPieces(plain.text)
  return [
    { text, origin: (at) => at, isJoined: false },
    ...(plain.isChanged ? [{ text: plain.text, origin: plain.origin, isJoined: false }] : []),
    ...(joined.isChanged ? [{ text: joined.text, origin: (at: number) => plain.origin(joined.origin(at)), isJoined: true }] : []),
  ]
}
