/** Starts that turned out not to be JSON before the search is given up: each may cost a look at the whole rest. */
const attemptLimit = 16

/**
 * The one JSON object in `text` that `isReport` knows, on its own or between other lines of output (it must begin a line).
 * Two such objects are `malformed`: one of them may be forged. Linear in the length of the text.
 */
export function embeddedJson(text: string, isReport: (value: unknown) => boolean): { readonly report: unknown } | 'missing' | 'malformed' {
  let found: { readonly report: unknown } | null = null
  let attempts = 0
  let from = 0
  while (attempts < attemptLimit) {
    const start = objectStart(text, from)
    if (start === -1) return found ?? 'missing'
    const end = objectEnd(text, start)
    const value = end === -1 ? undefined : parsed(text.slice(start, end))
    if (value === undefined || end === -1) {
      attempts++
      from = start + 1
      continue
    }
    if (isReport(value)) {
      if (found !== null) return 'malformed'
      found = { report: value }
    }
    from = end
  }
  return 'malformed'
}

/** Next `{` that is the first character of a line. */
function objectStart(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at !== -1; at = text.indexOf('{', at + 1)) {
    if (at === 0 || text[at - 1] === '\n' || text[at - 1] === '\uFEFF') return at
  }
  return -1
}

/** Just after the bracket that closes the one at `start`; -1 when none does. */
function objectEnd(text: string, start: number): number {
  let depth = 0
  let isInString = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at++
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return -1
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** An own property, or undefined; inherited names such as `constructor` are never read. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
