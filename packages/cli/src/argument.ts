import { UsageError } from './usage-error.ts'

/** Whole number of at least `minimum`, or a UsageError that names the option. */
export function wholeNumber(option: string, minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= minimum) return value
    throw new UsageError('bad-argument', `${option} takes a whole number of at least ${minimum}, not "${text}"`)
  }
}

export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
    throw new UsageError('bad-argument', `${option} takes a positive number, not "${text}"`)
  }
}

export function oneOf<const T extends string>(option: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text)
    if (found !== undefined) return found
    throw new UsageError('bad-argument', `${option} takes one of ${allowed.join(', ')}, not "${text}"`)
  }
}

const periodMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A period such as 30m, 12h or 7d, in ms. */
export function period(option: string): (text: string) => number {
  return (text) => {
    const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
    const value = Number(amount) * (periodMs[unit as keyof typeof periodMs] ?? 0)
    if (value > 0) return value
    throw new UsageError('bad-argument', `${option} takes a period such as 30m, 12h or 7d, not "${text}"`)
  }
}

/** A date (midnight UTC) or an ISO 8601 time with its zone, as the journal writes them. */
export function moment(option: string): (text: string) => string {
  return (text) => {
    const isOne = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)
    const time = isOne ? new Date(text) : null
    // The engine takes the 30th of February for the 2nd of March.
    if (time !== null && !Number.isNaN(time.getTime()) && new Date(`${text.slice(0, 10)}T00:00Z`).toISOString().startsWith(text.slice(0, 10))) return time.toISOString()
    throw new UsageError('bad-argument', `${option} takes a date such as 2026-03-01, or a time such as 2026-03-01T12:00Z, not "${text}"`)
  }
}
