import type { ChangeRequest, ReadReply } from './file-change-request.ts'
import { unusable, type UnusableReply } from './reply-problem.ts'

/** More places are no one idea. */
export const mostRequests = 200

const opening = /^<{5,9} ?SEARCH\b.*$/
const middle = /^={5,9}\s*$/
const closing = /^>{5,9} ?REPLACE\b.*$/
/** Of a line that is a fence, with what stands behind it. */
const longestFence = 400
const fence = /^\s{0,3}(`{3,20}|~{3,20})\s*([^`]{0,200})$/
/** `FILE src/a.js`, `### src/a.js`, `**src/a.js**`, `path: src/a.js`, with or without backticks. */
const named = /^\s*(?:#{1,6}\s*|[-*]\s+)?\**(?:(?:FILE|File|file|PATH|Path|path)\s*[:=]?\s*)?\**`{0,3}([\w@.+-][\w@./+ -]{0,300}?)`{0,3}\**\s*:?\s*$/

/** Where reading stands: the file that was named last, and what is being read. */
interface Cursor {
  path: string | null
  readonly requests: ChangeRequest[]
  readonly prose: string[]
  /** By its character, the shortest fence that nothing further down closes: looked for once, else many that are never closed would each be sought to the end. */
  readonly unclosed: Map<string, number>
}

/**
 * Search/replace blocks, unified diffs and whole files in one pass over the lines of a reply, each line looked at once. Tolerant of what models do: fences round blocks, names with marks, wrong numbers in hunks, prose
 * between. A block that begins and does not end is an error: what is missing may be what matters.
 */
export function readBlocks(text: string, isKnown: (path: string) => boolean): ReadReply | UnusableReply {
  const lines = text.split(/\r?\n/)
  const cursor: Cursor = { path: null, requests: [], prose: [], unclosed: new Map() }
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    if (cursor.requests.length > mostRequests) return tooMany()
    const next = opening.test(line) ? readSearch(lines, at, cursor) : isDiffStart(lines, at) ? readDiff(lines, at, cursor) : line.length <= longestFence && fence.test(line) ? readFence(lines, at, { cursor, isKnown }) : readProse(line, at, { cursor, isKnown })
    if (typeof next !== 'number') return next
    at = next
  }
  return { requests: cursor.requests, prose: cursor.prose.join('\n') }
}

export function tooMany(): UnusableReply {
  return unusable('huge', `a reply changes at most ${mostRequests} places`)
}

function readProse(line: string, at: number, { cursor, isKnown }: { readonly cursor: Cursor; readonly isKnown: (path: string) => boolean }): number {
  const path = nameIn(line, isKnown)
  if (path !== null) cursor.path = path
  else if (line.trim() !== '') cursor.prose.push(line)
  return at + 1
}

/** A line that names a file; one that nobody knows counts only where the line says that it is one. */
function nameIn(line: string, isKnown: (path: string) => boolean): string | null {
  if (line.length > 400) return null
  const name = named.exec(line)?.[1]?.trim().replace(/^\.\//, '')
  if (name === undefined) return null
  return isKnown(name) || /^\s*(?:#{1,6}\s*)?\**FILE\b/i.test(line) ? name : null
}

function readSearch(lines: readonly string[], start: number, cursor: Cursor): number | UnusableReply {
  const split = indexFrom(lines, start + 1, middle, opening)
  const end = split === null ? null : indexFrom(lines, split + 1, closing, opening)
  if (split === null || end === null) return unusable('malformed', 'a SEARCH block has no ======= line or no REPLACE line after it')
  if (cursor.path === null) return unusable('malformed', 'a SEARCH block has no line with FILE and its path before it')
  cursor.requests.push({ kind: 'replace', path: cursor.path, search: lines.slice(start + 1, split), replace: lines.slice(split + 1, end), near: null })
  return end + 1
}

/** The first line that is wanted before one that is not. */
function indexFrom(lines: readonly string[], from: number, wanted: RegExp, before: RegExp): number | null {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (wanted.test(line)) return at
    if (before.test(line)) return null
  }
  return null
}

function isDiffStart(lines: readonly string[], at: number): boolean {
  return /^--- \S/.test(lines[at] ?? '') && /^\+\+\+ \S/.test(lines[at + 1] ?? '')
}

const hunk = /^@@ ?-?(\d{0,9})/

function readDiff(lines: readonly string[], start: number, cursor: Cursor): number | UnusableReply {
  const from = pathOf(lines[start] ?? '')
  const to = pathOf(lines[start + 1] ?? '')
  if (to === '/dev/null') return unusable('unknown-file', 'files cannot be deleted')
  const path = to === '' ? from : to
  let at = start + 2
  while (at < lines.length && hunk.test(lines[at] ?? '')) {
    const near = Number(hunk.exec(lines[at] ?? '')?.[1] ?? '0')
    const search: string[] = []
    const replace: string[] = []
    for (at += 1; at < lines.length; at++) {
      const line = lines[at] ?? ''
      if (hunk.test(line) || isDiffStart(lines, at) || /^(?:diff --git |index [0-9a-f]|```|~~~)/.test(line)) break
      if (line.startsWith('\\')) continue
      const [sign, rest] = [line[0], line.slice(1)]
      if (sign === '-' || sign === ' ') search.push(rest)
      if (sign === '+' || sign === ' ') replace.push(rest)
      // Models leave the blank off an empty context line; anything else is not of the hunk any more.
      if (line === '' && isInsideHunk(lines, at)) {
        search.push('')
        replace.push('')
      } else if (sign !== '-' && sign !== '+' && sign !== ' ') break
    }
    if (cursor.requests.length >= mostRequests) return tooMany()
    cursor.requests.push({ kind: 'replace', path, search, replace, near: Number.isNaN(near) || near === 0 ? null : near })
  }
  cursor.path = path
  return at
}

function isInsideHunk(lines: readonly string[], at: number): boolean {
  return /^[-+ ]/.test(lines[at + 1] ?? '') && !isDiffStart(lines, at + 1)
}

function pathOf(line: string): string {
  return line.slice(4).split('\t')[0]?.trim().replace(/^"(.*)"$/, '$1').replace(/^[ab]\//, '') ?? ''
}

/** A fence holds blocks of the other kinds, or, where a file was named for it, that file whole. */
function readFence(lines: readonly string[], start: number, { cursor, isKnown }: { readonly cursor: Cursor; readonly isKnown: (path: string) => boolean }): number | UnusableReply {
  const [, mark = '```', info = ''] = fence.exec(lines[start] ?? '') ?? []
  const first = lines[start + 1] ?? ''
  const own = pathIn(info, isKnown)
  if (own !== null) cursor.path = own
  const holdsBlocks = opening.test(first) || isDiffStart(lines, start + 1) || /^(?:diff --git |index )/.test(first) || (nameIn(first, isKnown) !== null && opening.test(lines[start + 2] ?? '')) || /^(?:diff|patch|udiff)\b/.test(info)
  if (holdsBlocks || (cursor.path === null && mark.length < 3)) return start + 1
  const end = closingFence(lines, start + 1, { mark, unclosed: cursor.unclosed })
  if (end === null) return cursor.path === null || isAfterRequest(cursor) ? start + 1 : unusable('truncated', 'a fenced file has no end')
  // Without a name it is an illustration; right behind a block of the same file it is the end of its fence.
  if (cursor.path !== null && end > start + 1 && !isAfterRequest(cursor)) {
    cursor.requests.push({ kind: 'whole', path: cursor.path, content: `${lines.slice(start + 1, end).join('\n')}\n` })
    cursor.path = null
  }
  return end + 1
}

function isAfterRequest({ path, requests }: Cursor): boolean {
  return requests.at(-1)?.path === path
}

function pathIn(info: string, isKnown: (path: string) => boolean): string | null {
  return info.split(/[\s:="']+/).find((word) => word !== '' && isKnown(word)) ?? null
}

function closingFence(lines: readonly string[], from: number, { mark, unclosed }: { readonly mark: string; readonly unclosed: Map<string, number> }): number | null {
  const character = mark[0] ?? '`'
  if (mark.length >= (unclosed.get(character) ?? Number.POSITIVE_INFINITY)) return null
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    if (line.length >= mark.length && line.startsWith(mark) && line.replaceAll(character, '') === '') return at
  }
  unclosed.set(character, mark.length)
  return null
}
