import { z } from 'zod'

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const sizeUnits: Readonly<Record<string, number>> = {
  B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3,
}

function parse(text: string, units: Readonly<Record<string, number>>): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim())
  const unit = match?.[2] === undefined ? undefined : units[match[2]]
  return match?.[1] === undefined || unit === undefined ? null : Math.round(Number(match[1]) * unit)
}

function quantity(units: Readonly<Record<string, number>>, example: string) {
  return z.string().transform((text, context) => {
    const value = parse(text, units)
    if (value !== null && value > 0) return value
    context.addIssue({ code: 'custom', message: `write a positive amount with a unit, for instance ${example} (units: ${Object.keys(units).join(', ')})` })
    return z.NEVER
  })
}

/** `2m`, `90s`, `500ms` -> milliseconds. */
export const duration = quantity(durationUnits, '2m')
/** `2GiB`, `512MiB` -> bytes. */
export const byteSize = quantity(sizeUnits, '512MiB')
/** `2%` or 0.02 -> fraction in [0, 1). */
export const percentage = z.union([
  z.number().min(0).lt(1, 'write a fraction below 1 or a percentage such as 2%'),
  z.string().transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())
    const value = match?.[1] === undefined ? Number.NaN : Number(match[1]) / 100
    if (value >= 0 && value < 1) return value
    context.addIssue({ code: 'custom', message: 'write a percentage below 100%, for instance 2%' })
    return z.NEVER
  }),
])
