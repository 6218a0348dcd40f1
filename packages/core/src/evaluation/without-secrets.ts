import { createHash } from 'node:crypto'
import type { SecretMatch, SecretScanner } from '../screening/secret-scanner.ts'
import { secretPlaces } from '../screening/text-rules/secrets.ts'
import type { BaselineTrouble, Evaluation } from './evaluation.ts'
import type { Evaluator } from './evaluator.ts'

/** Stands where a secret was. Two names that differ in nothing else stay two; six digits tell nobody what it was. */
const instead = (kind: string, secret: string): string => `[${kind} ${createHash('sha256').update(secret).digest('hex').slice(0, 6)} left out]`
const between = '\n\n'

/**
 * Facts without the keys and tokens that tests, benchmarks and builds print: the journal is kept for ever, and others read it. The same text is rewritten the same way
 * wherever it stands, so that names of tests go on to mean the same; counts, digests and figures are no texts and stay.
 */
export function withoutSecrets(evaluator: Evaluator, scanner: SecretScanner): Evaluator {
  return {
    evaluate: async (request, signal) => await redacted<Evaluation>(await evaluator.evaluate(request, signal), scanner),
    examineBaseline: async (baseline, signal) => {
      const trouble = await evaluator.examineBaseline(baseline, signal)
      return trouble === null ? null : await redacted<BaselineTrouble>(trouble, scanner)
    },
    ...(evaluator.examineTasks === undefined ? {} : { examineTasks: async (request, signal) => await redacted(await evaluator.examineTasks?.(request, signal) ?? [], scanner) }),
    [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
  }
}

/** Any readonly data with its texts rewritten. Returned as it is where nothing was found, as is nearly always so. */
export async function redacted<Facts>(facts: Facts, scanner: SecretScanner): Promise<Facts> {
  const texts = [...new Set(textsIn(facts))]
  const scanned = await scannedPlaces(texts, scanner)
  const rewritten = new Map<string, string>()
  for (const [index, text] of texts.entries()) {
    // Each by itself: the body of a key that is cut short in one text would be looked for in the next.
    const places = [...(scanned[index] ?? []), ...secretPlaces(text)].toSorted((a, b) => a.start - b.start)
    if (places.length > 0) rewritten.set(text, cut(text, places))
  }
  return rewritten.size === 0 ? facts : rewrite(facts, rewritten) as Facts
}

/** By text. All in one, which is quick; where the scanner gives up for there being so many, in halves, and a text in which it does so alone is one secret as a whole. */
async function scannedPlaces(texts: readonly string[], scanner: SecretScanner): Promise<readonly (readonly SecretMatch[])[]> {
  const found = await scanner.scan(texts.join(between), 'output.txt')
  if (found.length >= scanner.mostMatches) {
    const [only] = texts
    if (texts.length <= 1) return only === undefined ? [] : [[{ kind: 'text full of secrets', start: 0, end: only.length }]]
    const half = Math.ceil(texts.length / 2)
    return [...(await scannedPlaces(texts.slice(0, half), scanner)), ...(await scannedPlaces(texts.slice(half), scanner))]
  }
  let start = 0
  return texts.map((text) => {
    const from = start
    start += text.length + between.length
    return found.filter((place) => place.start < from + text.length && place.end > from).map((place) => ({ ...place, start: Math.max(0, place.start - from), end: Math.min(text.length, place.end - from) }))
  })
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') {
    // Shorter than any secret that has a shape.
    if (value.length >= 16) yield value
  } else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* textsIn(item)
}

function rewrite(value: unknown, rewritten: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return rewritten.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => rewrite(item, rewritten))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewrite(item, rewritten)]))
}

function cut(text: string, places: readonly SecretMatch[]): string {
  const spans: { readonly start: number; end: number; readonly kind: string }[] = []
  for (const { start, end, kind } of places) {
    const open = spans.at(-1)
    if (open !== undefined && start < open.end) open.end = Math.max(open.end, end)
    else spans.push({ start, end, kind })
  }
  let last = 0
  const parts = spans.flatMap(({ start, end, kind }) => {
    const kept = text.slice(last, start)
    last = end
    return [kept, instead(kind, text.slice(start, end))]
  })
  return [...parts, text.slice(last)].join('')
}
