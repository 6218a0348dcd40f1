import type { Remark } from '../proposal/proposal.ts'

const weights: ReadonlyMap<string, number> = new Map([['FIXME', 1], ['XXX', 0.7], ['HACK', 0.7], ['TODO', 0.4]])
const notesOfFile = 50

/** What people left for later in comments of a file: TODO, FIXME, XXX, HACK, as a word in capitals behind a sign of a comment. */
export function findNotes(path: string, text: string): readonly Remark[] {
  const notes: Remark[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [, word = '', rest = ''] = /(?:\/\/|\/\*|\*|#|--|<!--|;|%)[^A-Za-z]{0,20}\b(FIXME|XXX|HACK|TODO)\b(.*)$/.exec(line.slice(0, 1_000)) ?? []
    const weight = weights.get(word)
    if (weight !== undefined) notes.push({ kind: 'todo', path, line: index + 1, weight, evidence: `${word}${rest.replace(/(?:\*\/|-->)\s*$/, '')}` })
    if (notes.length >= notesOfFile) break
  }
  return notes
}
