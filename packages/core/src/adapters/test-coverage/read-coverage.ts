import { z } from 'zod'

/** Lines (from 1) of files that a command ran, by path inside the tree. */
export type CoveredLines = ReadonlyMap<string, ReadonlySet<number>>

const v8Schema = z.object({
  result: z.array(z.object({ url: z.string(), functions: z.array(z.object({ ranges: z.array(z.object({ startOffset: z.int().min(0), endOffset: z.int().min(0), count: z.number() })) })) })),
})
const pythonSchema = z.object({ lines: z.record(z.string(), z.array(z.int())) })

/** Reads what V8 and the Python hook wrote, a JSON document a line; what cannot be read says nothing. `textOf` gives the text of a file that counts, null for others. */
export function readCoverage(documents: string, root: string, textOf: (path: string) => string | null): CoveredLines {
  const covered = new Map<string, Set<number>>()
  const add = (path: string, lines: Iterable<number>): void => {
    const known = covered.get(path) ?? new Set()
    for (const line of lines) known.add(line)
    covered.set(path, known)
  }
  for (const document of documents.split('\n')) {
    const value = parsed(document)
    const v8 = v8Schema.safeParse(value)
    for (const { url, functions } of v8.success ? v8.data.result : []) {
      const path = insidePath(url, root)
      const text = path === null ? null : textOf(path)
      if (path !== null && text !== null) add(path, linesRun(text, functions.flatMap(({ ranges }) => ranges)))
    }
    const python = pythonSchema.safeParse(value)
    for (const [name, lines] of python.success ? Object.entries(python.data.lines) : []) if (name.startsWith(root) && textOf(name.slice(root.length)) !== null) add(name.slice(root.length), lines.filter((line) => line > 0))
  }
  return covered
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The covered program writes the URLs: one that is none names nothing. */
function insidePath(url: string, root: string): string | null {
  const pathname = url.startsWith('file://') ? (URL.parse(url)?.pathname ?? null) : null
  const path = pathname === null ? null : decoded(pathname)
  return path?.startsWith(root) === true ? path.slice(root.length) : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** Of one file; each costs its length. */
const rangeLimit = 20_000

/** Ranges come outermost first, each with its own count. A line was run when a part of it was that is not blank. */
function linesRun(text: string, ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]): ReadonlySet<number> {
  const ran = new Uint8Array(text.length)
  for (const { startOffset, endOffset, count } of ranges.slice(0, rangeLimit)) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  const lines = new Set<number>()
  let line = 1
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n') line++
    else if (ran[at] === 1 && !/[\s{};)]/.test(text[at] ?? '')) lines.add(line)
  }
  return lines
}
