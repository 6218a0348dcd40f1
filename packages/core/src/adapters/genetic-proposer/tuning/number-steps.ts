/** A value to try instead, and how early: large steps first, smaller ones once those are known. */
export interface Step {
  readonly text: string
  readonly weight: number
}

const golden = (1 + Math.sqrt(5)) / 2
/** A pattern search: what was tried on this parent is not drawn again, so the steps become finer where the coarse ones brought nothing; an accepted one begins anew from its value. */
const factors: readonly (readonly [factor: number, weight: number])[] = [[2, 4], [1 / 2, 4], [4, 3], [1 / 4, 3], [golden, 2], [1 / golden, 2], [16, 1], [1 / 16, 1]]

/** Numbers as they are written in Python, C, C++ and settings: digits, perhaps a fraction, perhaps a suffix. */
const written = /^(-?)(\d[\d_']*)(\.\d*)?((?:[eE][+-]?\d+)?)([uUlLfFzZ]*)$/

/** Other values of a number, in its own notation. Whole numbers stay whole, and what is not zero keeps its sign. Nothing for hexadecimal and octal numbers: they are masks and modes. */
export function numberSteps(text: string): readonly Step[] {
  const parts = written.exec(text)
  if (parts === null || /^-?0\d/.test(text)) return []
  const [, sign = '', digits = '', fraction, exponent = '', suffix = ''] = parts
  const isWhole = fraction === undefined && exponent === ''
  const value = Number(`${digits.replaceAll(/[_']/g, '')}${fraction ?? ''}${exponent}`)
  if (!Number.isFinite(value) || (isWhole && value > 1e12)) return []
  if (value === 0) return isWhole && sign === '' ? [{ text: `1${suffix}`, weight: 1 }] : []
  const near: readonly (readonly [number, number])[] = isWhole ? [[value + 1, 1], [value - 1, 1]] : [[value * 1.1, 1], [value / 1.1, 1]]
  const steps = [...factors.map(([factor, weight]) => [isWhole ? Math.round(value * factor) : value * factor, weight] as const), ...near]
  const seen = new Set([value, 0])
  return steps.flatMap(([other, weight]): Step[] => {
    const rounded = isWhole ? other : Number(other.toPrecision(4))
    if (seen.has(rounded) || rounded < 0) return []
    seen.add(rounded)
    const shown = isWhole ? String(rounded) : asFraction(rounded)
    return [{ text: `${sign}${shown}${suffix}`, weight }]
  })
}

function asFraction(value: number): string {
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** Names of what is what it is, however the program would run with another value. */
const fixed = /version|magic|seed|port$|exit|status|err(?:or)?|code|epoch|mask|colou?r|year|month|^pi$|^tau$|^e$|^mod(?:ulus)?$|prime|uuid|(?:^|_)id$|date|license|author/i
const tuned = /size|limit|count|threshold|block|chunk|batch|cache|buffer|depth|width|capacity|factor|rate|window|step|max|min|cutoff|level|interval|stride|unroll|tile|length|bits|buckets|workers|retries|tolerance|epsilon/i

/** How much a name looks like a parameter: 0 for what must not be turned. */
export function parameterWeight(name: string): number {
  if (fixed.test(name)) return 0
  return tuned.test(name) ? 2 : 1
}
