import type { SpecComparison } from '../comparing/compare-spec.ts'
import { isTag, type TaggedJson } from '../tagged.ts'

const longest = 400

/** A comparison for a person to read. */
export function renderComparison(comparison: SpecComparison): string {
  const head = `${comparison.function}: ${comparison.cases} cases, ${comparison.mismatches === 0 ? 'no difference' : `${comparison.mismatches} differ`}`
  const examples = comparison.examples.map(
    ({ class: name, seed, case: id, args, baseline, candidate }) =>
      `\n  (${args.map(written).join(', ')})        ${name}, case ${id} of seed ${seed}\n    baseline:  ${shortened(withoutHead(baseline))}\n    candidate: ${shortened(withoutHead(candidate))}`,
  )
  const costs = comparison.costs.filter(({ isMuchSlower }) => isMuchSlower).map(
    ({ class: name, baseline, candidate }) => `\n  ${name} inputs cost ${candidate.toFixed(0)} ms of processor time instead of ${baseline.toFixed(0)} ms`,
  )
  return [head, ...examples, ...costs, ''].join('\n')
}

/** A tagged value as JavaScript would write it, as far as that is possible. */
export function written(value: TaggedJson): string {
  if (Array.isArray(value)) return `[${(value as readonly TaggedJson[]).map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (!isTag(value)) return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${written(item)}`).join(', ')}}`
  const content = value['v'] ?? null
  switch (value['$']) {
    case 'undefined':
      return 'undefined'
    case 'nan':
      return 'NaN'
    case '-0':
      return '-0'
    case 'inf':
      return 'Infinity'
    case '-inf':
      return '-Infinity'
    case 'hole':
      return ''
    case 'bigint':
      return `${String(content)}n`
    case 'map':
      return `new Map(${written(content)})`
    case 'set':
      return `new Set(${written(content)})`
    case 'date':
      return `new Date(${content === null ? 'NaN' : written(content)})`
    case 'regexp':
      return `/${String(content)}/${String(value['flags'] ?? '')}`
    case 'share':
      return value['of'] === undefined ? `<object ${written(content)} again>` : `<object ${written(content)}> ${written(value['of'])}`
    default:
      return JSON.stringify(value)
  }
}

const shortened = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}...`)
const withoutHead = (line: string): string => line.replace(/^\{"case":"[^"]*","class":"[^"]*",/, '{')
