import type { ModelReply } from '../../model/model-request.ts'
import { redactionMark } from '../../model/redaction.ts'
import { lineEdits } from '../line-edits.ts'
import { withLineEnds } from '../line-ends.ts'
import type { TextEdit } from '../proposal.ts'
import type { SourceFile } from '../proposer.ts'
import type { ChangeRequest } from './file-change-request.ts'
import { findLines, splitLines } from './find-lines.ts'
import { readBlocks } from './read-blocks.ts'
import { readToolCalls } from './read-tool-calls.ts'
import { unusable, type UnusableReply } from './reply-problem.ts'

/** More is no change to look at. */
const mostCharacters = 1024 * 1024
/** Lines on both sides up to which a new file is compared line by line; beyond, what lies between the equal ends is one edit. */
const mostCompared = 3_000

export interface ParsedReply {
  readonly kind: 'edits'
  /** One part per place: minimisation may drop each. */
  readonly edits: readonly TextEdit[]
  /** What the model says about it, as it says it; to be shortened by whoever shows it. */
  readonly rationale: string
}

/**
 * What a model's reply changes in these files. Total and in time proportional to its length and to the files that it names: a reply is untrusted text, and every one that is no change says why. Nothing in it can name a
 * file that is not among `sources`.
 */
export function parseReply(reply: Pick<ModelReply, 'text' | 'toolCalls' | 'finish'>, sources: ReadonlyMap<string, SourceFile>): ParsedReply | UnusableReply {
  const size = reply.toolCalls.reduce((sum, { input }) => sum + input.length, reply.text.length)
  if (reply.finish === 'content-filter') return unusable('filtered', 'the provider held the reply back')
  if (size > mostCharacters) return unusable('huge', `a reply has at most ${mostCharacters} characters`)
  if (reply.finish === 'length') return unusable('truncated', 'the reply was cut off at its longest length: change less, or use SEARCH/REPLACE blocks of a few lines')
  if (size === 0) return unusable('empty', 'the reply is empty')
  const isKnown = (path: string): boolean => sources.has(path)
  const called = readToolCalls(reply.toolCalls, isKnown)
  if ('problem' in called) return called
  const written = called.requests.length > 0 ? { requests: [], prose: reply.text } : readBlocks(reply.text, isKnown)
  if ('problem' in written) return written
  const requests = [...called.requests, ...written.requests]
  if (requests.length === 0) return unusable('no-edits', 'the reply has no edit in any of the forms that were asked for')
  const edits = editsOf(requests, sources)
  return 'problem' in edits ? edits : { kind: 'edits', edits: edits.edits, rationale: [called.prose, written.prose].filter((text) => text !== '').join('\n') }
}

function editsOf(requests: readonly ChangeRequest[], sources: ReadonlyMap<string, SourceFile>): { readonly edits: readonly TextEdit[] } | UnusableReply {
  const edits: TextEdit[] = []
  for (const [path, own] of Map.groupBy(requests, (request) => request.path)) {
    const source = sources.get(path)
    if (source === undefined) return unusable('unknown-file', `${JSON.stringify(path.slice(0, 200))} is none of the files that may be edited`)
    const lines = splitLines(source.text)
    const starts = offsetsOf(lines)
    for (const request of own) {
      const found = request.kind === 'whole' ? wholeEdits(source, request.content, edits.length) : placed(request, { source, lines, starts, part: edits.length })
      if ('problem' in found) return found
      edits.push(...withLineEnds(source.text, found.edits))
    }
    const problem = editsProblem(source, edits.filter((edit) => edit.path === path))
    if (problem !== null) return problem
  }
  const parts = edits.filter(({ path, start, end, replacement }) => sources.get(path)?.text.slice(start, end) !== replacement).map((edit, part) => ({ ...edit, part }))
  return parts.length === 0 ? unusable('no-change', 'the reply changes nothing') : { edits: parts }
}

function editsProblem({ path, text }: SourceFile, edits: readonly TextEdit[]): UnusableReply | null {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  if (ordered.some((edit, index) => index > 0 && edit.start < (ordered[index - 1] as TextEdit).end)) return unusable('overlap', `two edits of ${path} overlap`)
  if (edits.some(({ replacement }) => replacement.includes(redactionMark)) && !text.includes(redactionMark)) return unusable('redacted', `the edit of ${path} holds a text that was left out of the prompt: leave the lines with ${redactionMark} alone`)
  // What a file of text cannot hold without loss.
  return edits.some(({ replacement }) => replacement.includes('\0') || !replacement.isWellFormed()) ? unusable('malformed', `the edit of ${path} holds characters that no text has`) : null
}

interface Place {
  readonly source: SourceFile
  readonly lines: readonly string[]
  readonly starts: readonly number[]
  readonly part: number
}

function placed({ path, search, replace, near }: Extract<ChangeRequest, { readonly kind: 'replace' }>, { source, lines, starts, part }: Place): { readonly edits: readonly TextEdit[] } | UnusableReply {
  const wanted = trimmed(search)
  if (wanted.lines.length === 0) return source.text.trim() === '' ? { edits: [{ path, start: 0, end: source.text.length, replacement: joined(replace), part }] } : unusable('malformed', `an edit of ${path} searches for nothing`)
  const exact = findLines(lines, wanted.lines, { loose: false, most: near === null ? 2 : 64 })
  const found = exact.length > 0 ? exact : findLines(lines, wanted.lines, { loose: true, most: near === null ? 2 : 64 })
  const [first] = near === null ? found : found.toSorted((a, b) => Math.abs(a + 1 - near) - Math.abs(b + 1 - near))
  if (first === undefined) return unusable('not-found', `in ${path} there are no such lines: ${JSON.stringify(wanted.lines.slice(0, 3).join('\n').slice(0, 200))}`)
  if (near === null && found.length > 1) return unusable('ambiguous', `in ${path} these lines stand more than once: ${JSON.stringify(wanted.lines.slice(0, 3).join('\n').slice(0, 200))}; search for more lines around them`)
  const last = first + wanted.lines.length
  const inserted = replace.slice(wanted.before, wanted.after === 0 ? undefined : Math.max(wanted.before, replace.length - wanted.after))
  const isIndented = exact.length === 0
  const body = joined(isIndented ? reindented(inserted, { asked: wanted.lines[0] ?? '', real: lines[first] ?? '' }) : inserted)
  const end = starts[last] ?? source.text.length
  // The last line of a file may have no end; then the replacement gets none either.
  const hasEnd = source.text.slice(0, end).endsWith('\n')
  return { edits: [{ path, start: starts[first] ?? 0, end, replacement: hasEnd ? body : body.replace(/\n$/, ''), part }] }
}

/** Empty lines round what is searched for are the model's: dropped there, and the same ones in what it is replaced by. */
function trimmed(lines: readonly string[]): { readonly lines: readonly string[]; readonly before: number; readonly after: number } {
  const first = lines.findIndex((line) => line.trim() !== '')
  if (first < 0) return { lines: [], before: 0, after: 0 }
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return { lines: lines.slice(first, last + 1), before: first, after: lines.length - 1 - last }
}

/** What a model shifted as a whole is shifted back. */
function reindented(lines: readonly string[], { asked, real }: { readonly asked: string; readonly real: string }): readonly string[] {
  const [theirs, ours] = [asked, real].map((line) => /^[ \t]*/.exec(line)?.[0] ?? '') as [string, string]
  if (theirs === ours) return lines
  return lines.map((line) => (line.trim() === '' ? line : line.startsWith(theirs) ? ours + line.slice(theirs.length) : line))
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function offsetsOf(lines: readonly string[]): readonly number[] {
  const starts = [0]
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length)
  return starts
}

function wholeEdits({ path, text }: SourceFile, content: string, part: number): { readonly edits: readonly TextEdit[] } {
  const after = text.endsWith('\n') || text === '' ? content : content.replace(/\n$/, '')
  const [before, next] = [splitLines(text), splitLines(text.includes('\r\n') ? after.replaceAll(/(?<!\r)\n/g, '\r\n') : after)]
  let start = 0
  while (start < before.length && before[start] === next[start]) start += 1
  let end = 0
  while (end < Math.min(before.length, next.length) - start && before[before.length - 1 - end] === next[next.length - 1 - end]) end += 1
  const [old, fresh] = [before.slice(start, before.length - end), next.slice(start, next.length - end)]
  const offset = before.slice(0, start).reduce((sum, line) => sum + line.length, 0)
  const [was, is] = [old.join(''), fresh.join('')]
  if (old.length + fresh.length > mostCompared) return { edits: [{ path, start: offset, end: offset + was.length, replacement: is, part }] }
  return { edits: lineEdits(path, { before: was, after: is }, part).map((edit) => ({ ...edit, start: edit.start + offset, end: edit.end + offset })) }
}
