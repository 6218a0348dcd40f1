import type { SecretMatch, SecretScanner } from '../screening/secret-scanner.ts'
import { secretPlaces } from '../screening/text-rules/secrets.ts'
import type { BaselineTrouble, Evaluation } from './evaluation.ts'
import type { Evaluator } from './evaluator.ts'

/** Stands where a secret was. */
const instead = (kind: string): string => `[${kind} left out]`
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
    [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
  }
}

/** Any readonly data with its texts rewritten. Returned as it is where nothing was found, as is nearly always so. */
export async function redacted<Facts>(facts: Facts, scanner: SecretScanner): Promise<Facts> {
  const texts = [...new Set(textsIn(facts))]
  const all = texts.join(between)
  const places = [...(await scanner.scan(all, 'output.txt')), ...secretPlaces(all)].toSorted((a, b) => a.start - b.start)
  if (places.length === 0) return facts
  const rewritten = new Map<string, string>()
  let start = 0
  for (const text of texts) {
    const own = places.filter((place) => place.start >= start && place.end <= start + text.length).map((place) => ({ ...place, start: place.start - start, end: place.end - start }))
    if (own.length > 0) rewritten.set(text, cut(text, own))
    start += text.length + between.length
  }
  return rewrite(facts, rewritten) as Facts
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
  const parts: string[] = []
  let last = 0
  for (const { start, end, kind } of places) {
    if (start < last) {
      last = Math.max(last, end)
      continue
    }
    parts.push(text.slice(last, start), instead(kind))
    last = end
  }
  return [...parts, text.slice(last)].join('')
}
