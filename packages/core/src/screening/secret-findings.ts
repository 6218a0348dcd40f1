import { addedText, type ChangedFile } from './changed-file.ts'
import type { WeighedFinding } from './screening.ts'
import type { SecretScanner } from './secret-scanner.ts'
import { blocksOf, lineAt, readingsOf, type Block } from './text-rules/joined-text.ts'

/** Nobody's: filled up with one letter, or left open for somebody to fill in. */
const placeholder = /x{6,}|0{10,}|\*{3,}|\.{3}|<[\w -]{1,40}>|\$\{?\w|%[({]?\w|\{\{|\b(?:your|my|example|dummy|fake|placeholder|change-?me|redacted)[\w-]{0,20}/i
/** A database on the machine itself, on a host that is only a name of a service, or one that documentation may use. */
const ownDatabase = /@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host|[a-z][\w-]{0,30}|[\w.-]*\b(?:example|invalid|test|local|internal)(?:\.\w{2,5})?)(?::\d{1,5}|:\w{1,10}|:\$\S{0,30})?(?:[/?#"'`\s]|$)|:\/\/(?:user(?:name)?|root|postgres|admin|me|u):(?:pass(?:word|wd)?|secret|pw|p|postgres|root|admin)@/i

/** Secrets that the scanner knows, on what a change adds: as it stands, without comments, and with pieces put together. What stood in an old version is not new. */
export async function secretFindings(files: readonly ChangedFile[], scanner: SecretScanner, found: readonly WeighedFinding[]): Promise<readonly WeighedFinding[]> {
  const known = new Set(found.filter(({ rule }) => rule === 'adds-secret').map(({ file, line }) => `${file}\0${line}`))
  const old = files.map(({ before }) => before ?? '').join('\n')
  const all = await Promise.all(files.map(async (file) => {
    const blocks = blocksOf(addedText(file))
    if (blocks.length === 0) return []
    const own = (await Promise.all(blocks.length > 50 ? [scanText(file, asOne(blocks), scanner)] : [scanBlocks(file, blocks, scanner)])).flat()
    return own.filter(({ line, text }) => !known.has(`${file.path}\0${line}`) && !isNobodys(text) && !old.includes(text)).map(({ line, kind }): WeighedFinding => ({ rule: 'adds-secret', file: file.path, line, message: `adds a key or a token (${kind})`, weight: 'require-approval', risk: 0.8, consentLevel: 3 }))
  }))
  return [...new Map(all.flat().map((finding) => [`${finding.file}\0${finding.line}`, finding])).values()]
}

interface Place {
  readonly line: number
  readonly text: string
  readonly kind: string
}

/** Very many places are looked at as one text: each look costs more than what it looks at. */
function asOne(blocks: readonly Block[]): { readonly text: string; readonly lineAt: (at: number) => number } {
  const starts: { readonly at: number; readonly block: Block }[] = []
  let at = 0
  for (const block of blocks) {
    starts.push({ at, block })
    at += block.text.length + 1
  }
  const lineOf = (place: number): number => {
    const start = starts.findLast((own) => own.at <= place)
    return start === undefined ? 1 : lineAt(start.block, place - start.at)
  }
  return { text: blocks.map(({ text }) => text).join('\n'), lineAt: lineOf }
}

async function scanText(file: ChangedFile, { text, lineAt: lineOf }: ReturnType<typeof asOne>, scanner: SecretScanner): Promise<readonly Place[]> {
  return (await scanner.scan(text, file.path)).map(({ kind, start, end }) => ({ line: lineOf(start), text: text.slice(start, end), kind }))
}

/** One look at all readings of all blocks together. */
async function scanBlocks(file: ChangedFile, blocks: readonly Block[], scanner: SecretScanner): Promise<readonly Place[]> {
  const readings = blocks.flatMap((block) => readingsOf(block).map((reading) => ({ block, ...reading })))
  const starts: number[] = []
  let length = 0
  for (const { text } of readings) {
    starts.push(length)
    length += text.length + 2
  }
  const all = readings.map(({ text }) => text).join('\n\n')
  return (await scanner.scan(all, file.path)).flatMap(({ kind, start, end }) => {
    const index = starts.findLastIndex((own) => own <= start)
    const reading = readings[index]
    return reading === undefined ? [] : [{ line: lineAt(reading.block, reading.origin(start - (starts[index] ?? 0))), text: all.slice(start, end), kind }]
  })
}

function isNobodys(text: string): boolean {
  return placeholder.test(text) || (/^[\w+]{2,20}:\/\//.test(text) && ownDatabase.test(text))
}
