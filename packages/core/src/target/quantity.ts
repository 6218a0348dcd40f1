import { z } from 'zod'

const durationUnits: ReadonlyMap<string, number> = new Map([['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000]])
const periodUnits: ReadonlyMap<string, number> = new Map([['s', 1_000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]])
const sizeUnits: ReadonlyMap<string, number> = new Map([
  ['B', 1], ['kB', 1e3], ['KB', 1e3], ['MB', 1e6], ['GB', 1e9], ['TB', 1e12],
  ['KiB', 1024], ['MiB', 1024 ** 2], ['GiB', 1024 ** 3], ['TiB', 1024 ** 4],
])

/** Node's timers overflow (and fire at once) above 2^31 - 1 ms, so no limit may be longer: 24 days. */
const longestDuration = 24 * 24 * 3_600_000
const largestSize = 1024 ** 5

/** Metadata key `quantity` of a schema: lets whoever explains a refused value give advice that fits. */
export type QuantityName = 'duration' | 'period' | 'size' | 'share'

interface QuantityKind {
  readonly name: QuantityName
  readonly units: ReadonlyMap<string, number>
  readonly largest: number
  readonly largestText: string
  readonly examples: readonly [string, ...string[]]
  readonly noun: string
}

const amount = String.raw`\d{1,15}(?:\.\d{1,15})?`

/**
 * Reads `<amount><unit>` and rounds to whole base units. Null when it is not of that form, not positive after rounding, or
 * above `largest`: a limit that rounds to nothing, or that a timer cannot hold, must never be taken for "no limit".
 */
function parseQuantity(text: string, kind: QuantityKind): number | null {
  const match = new RegExp(`^(${amount})\\s*([A-Za-z]+)$`).exec(text.trim())
  const unit = match?.[2] === undefined ? undefined : kind.units.get(match[2])
  if (match?.[1] === undefined || unit === undefined) return null
  const value = Math.round(Number(match[1]) * unit)
  return value > 0 && value <= kind.largest ? value : null
}

/** What the writer most likely meant: a bare number gets the example's unit, a unit in the wrong case the right one. */
function suggestion(input: unknown, kind: QuantityKind): string {
  const example = kind.examples[0]
  if (typeof input === 'number' && Number.isFinite(input) && input > 0) {
    return `add the unit: ${[...kind.units.keys()].map((unit) => `${input}${unit}`).slice(0, 4).join(' or ')}`
  }
  const match = typeof input === 'string' ? new RegExp(`^(${amount})\\s*([A-Za-z]+)$`).exec(input.trim()) : null
  const unit = match?.[2]
  const close = unit === undefined ? undefined : [...kind.units.keys()].find((known) => known.toLowerCase() === unit.toLowerCase())
  if (match?.[1] !== undefined && close !== undefined && close !== unit) return `did you mean ${match[1]}${close}?`
  return `write for instance ${example} (units: ${[...kind.units.keys()].join(', ')})`
}

function quantity(kind: QuantityKind) {
  const form = `${kind.noun} is a positive amount with a unit, at most ${kind.largestText}`
  const pattern = new RegExp(`^\\s*${amount}\\s*(${[...kind.units.keys()].join('|')})\\s*$`)
  return z
    .string({ error: form })
    .regex(pattern, { error: form, abort: true })
    .transform((text, context) => {
      const value = parseQuantity(text, kind)
      if (value !== null) return value
      context.addIssue({ code: 'custom', message: form })
      return z.NEVER
    })
    .meta({ description: `${form}. Units: ${[...kind.units.keys()].join(', ')}.`, examples: [...kind.examples], quantity: kind.name })
}

const durationKind: QuantityKind = {
  name: 'duration', units: durationUnits, largest: longestDuration, largestText: '576h', examples: ['2m', '90s', '500ms'], noun: 'a duration',
}
/** Spans between dates, which no timer has to hold. */
const periodKind: QuantityKind = {
  name: 'period', units: periodUnits, largest: 366 * 86_400_000, largestText: '366d', examples: ['7d', '12h', '30m'], noun: 'a period',
}
const sizeKind: QuantityKind = {
  name: 'size', units: sizeUnits, largest: largestSize, largestText: '1024TiB', examples: ['512MiB', '2GiB'], noun: 'a size',
}

/** `2m`, `90s`, `500ms` -> milliseconds. */
export const duration = quantity(durationKind)
/** `7d`, `12h` -> milliseconds. */
export const period = quantity(periodKind)
/** `2GiB`, `512MiB` -> bytes. */
export const byteSize = quantity(sizeKind)

const percentageForm = 'a share is a percentage from 0% to below 100%, or a fraction from 0 to below 1'

/** `2%` or 0.02 -> fraction in [0, 1). */
export const percentage = z
  .union(
    [
      z.number().min(0).lt(1),
      z
        .string()
        .regex(/^\s*\d{1,15}(\.\d{1,15})?\s*%\s*$/)
        .transform((text, context) => {
          const value = Number(text.replace('%', '').trim()) / 100
          if (value < 1) return value
          context.addIssue({ code: 'custom', message: percentageForm })
          return z.NEVER
        }),
    ],
    { error: percentageForm },
  )
  .meta({ description: `${percentageForm}.`, examples: ['2%', 0.02], quantity: 'share' satisfies QuantityName })

function percentageAdvice(input: unknown): string {
  if (typeof input === 'number' && input >= 1 && input < 100) return `did you mean ${input}%?`
  if (typeof input === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(input)) return `write ${input.trim()}% for a percentage, or a bare number below 1 without quotes`
  return 'write for instance 2% (or 0.02)'
}

/** One sentence of advice for a value that the schema of that quantity refused. */
export function quantityAdvice(name: QuantityName, input: unknown): string {
  switch (name) {
    case 'duration': return suggestion(input, durationKind)
    case 'period': return suggestion(input, periodKind)
    case 'size': return suggestion(input, sizeKind)
    case 'share': return percentageAdvice(input)
  }
}
