/** A literal, spelled in one way however the source spells it. */
export interface Literal {
  /** `s:text` or `n:value`; a table is `t:` and its elements. */
  readonly key: string
  readonly kind: 'string' | 'number' | 'table'
  /** Line it starts on, from 1. */
  readonly line: number
}

/** Elements from which on a table says more than its elements one by one. */
const leastElements = 4
const mostElements = 4_096

/**
 * One look at source of any of our languages, line by line: a mark that opens a comment or a long string in one language opens nothing in another, so none is believed. Lengths have a bound, so that no
 * line of quotes takes forever; a longer string is nothing that a person writes.
 */
const token = new RegExp(
  [
    String.raw`("(?:\\[^]|[^"\\\n]){0,1000}"|'(?:\\[^]|[^'\\\n]){0,1000}'|` + '`(?:\\\\[^]|[^`\\\\\\n]){0,1000}`)',
    String.raw`[A-Za-z_$][\w$]*`,
    String.raw`(0[xX][\da-fA-F_']+|0[bB][01_']+|0[oO][0-7_]+|(?:\d[\d_]*(?:'\d+)*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?)[a-zA-Z]*`,
    String.raw`([\[\]{}(),+:-])`,
    String.raw`[^\s]`,
  ].join('|'),
  'g',
)

/** Every string, number and table of the text. A file in a data format (JSON, CSV, plain text) is read the same way. */
export function literalsOf(text: string): readonly Literal[] {
  const found: Literal[] = []
  const tables = new TableReader(found)
  let joined: { value: string; line: number } | null = null
  let wantsMore = false
  let line = 1
  let counted = 0
  const close = (): void => {
    if (joined !== null) found.push({ key: `s:${joined.value}`, kind: 'string', line: joined.line })
    joined = null
  }
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++
    const [, string, number, mark] = match
    if (string !== undefined) {
      const value = unescaped(string.slice(1, -1))
      // 'ab' + 'cd', and 'ab' 'cd' as Python and C join them, are one string in pieces.
      if (joined !== null && wantsMore) joined.value += value
      else {
        close()
        joined = { value, line }
      }
      wantsMore = true
      tables.element(`s:${value}`)
      continue
    }
    if (mark !== '+') {
      close()
      wantsMore = false
    }
    if (number !== undefined) {
      const key = `n:${numberOf(number)}`
      found.push({ key, kind: 'number', line })
      tables.element(key)
    } else if (mark !== undefined) tables.mark(mark, line)
    else tables.other()
  }
  close()
  return [...found, ...betweenQuotes(text)]
}

/** A quote in a comment turns the inside of strings out for all that follows: so whatever stands between two quotes of a line is taken as well. */
const between = /(?=(["'`])((?:\\.|(?!\1)[^\\\n]){1,1000})\1)/g

function betweenQuotes(text: string): readonly Literal[] {
  const found: Literal[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (!/["'`]/.test(line)) continue
    for (const match of line.matchAll(between)) {
      const value = unescaped(match[2] ?? '')
      found.push({ key: `s:${value}`, kind: 'string', line: index + 1 })
      // Number('12345') is no better hidden than 12345.
      if (/^-?\d[\d_.]*$/.test(value)) found.push({ key: `n:${numberOf(value)}`, kind: 'number', line: index + 1 })
    }
  }
  return found
}

/** Follows brackets, to see lists of nothing but literals. */
class TableReader {
  readonly #found: Literal[]
  #open: { readonly line: number; elements: string[]; isPlain: boolean }[] = []

  constructor(found: Literal[]) {
    this.#found = found
  }

  element(key: string): void {
    this.#open.at(-1)?.elements.push(key)
  }

  other(): void {
    const top = this.#open.at(-1)
    if (top !== undefined) top.isPlain = false
  }

  mark(mark: string, line: number): void {
    if (mark === '[' || mark === '{' || mark === '(') this.#open.push({ line, elements: [], isPlain: true })
    else if (mark === ']' || mark === '}' || mark === ')') this.#close()
    else if (mark === ':') this.other()
  }

  #close(): void {
    const table = this.#open.pop()
    if (table === undefined || !table.isPlain || table.elements.length < leastElements || table.elements.length > mostElements) return
    this.#found.push({ key: `t:${table.elements.join(',')}`, kind: 'table', line: table.line })
  }
}

/** The number's value, so that 0x3039, 12_345 and 12345.0 are one. */
function numberOf(text: string): string {
  const digits = text.replaceAll(/[_']/g, '')
  const value = Number(digits)
  return Number.isFinite(value) && !Number.isSafeInteger(value) && /^\d+$/.test(digits) ? digits : String(value)
}

const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '' }

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\}|[^])/g, (escape) => {
    const code = escape.length > 2 ? Number.parseInt(escape.replaceAll(/[\\xu{}]/g, ''), 16) : Number.NaN
    if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    const letter = escape.slice(1)
    return simple[letter] ?? letter
  })
}
