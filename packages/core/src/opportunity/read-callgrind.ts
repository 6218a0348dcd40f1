import type { HotFunction } from '../proposal/proposal.ts'

const functionsKept = 20

interface Cost {
  readonly path: string
  readonly functionName: string
  line: number
  self: number
}

/**
 * Hot functions by the instructions that they run themselves, out of what callgrind writes, of several processes one after the other. Names and positions may be shortened as its format says (`(12) name` once, `(12)` afterwards;
 * `+3`, `-3`, `*` against the position before). Text of an untrusted sandbox: what is no line of the format is passed over. The line is the first of the function's that costs anything: with optimisation, one in its body.
 */
export function readCallgrind(text: string, treePrefix: string): readonly HotFunction[] {
  const reader = new CallgrindReader(treePrefix)
  for (const line of text.split('\n')) reader.add(line)
  return reader.hottest()
}

class CallgrindReader {
  readonly #prefix: string
  readonly #costs = new Map<string, Cost>()
  #files = new Map<string, string>()
  #functions = new Map<string, string>()
  #file = ''
  #own = ''
  #function = ''
  #line = 0
  /** The line after `calls=` says what the called function cost. */
  #isCall = false
  #total = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  add(text: string): void {
    if (text.startsWith('version:')) this.#begin()
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(text) ?? []
    switch (key) {
      case 'fl':
        this.#file = this.#own = named(this.#files, value)
        return
      case 'fi':
      case 'fe':
        // Code of another file that was put inline here: its lines are not this function's.
        this.#file = named(this.#files, value)
        return
      case 'fn':
        this.#function = named(this.#functions, value)
        return
      case 'cfi':
      case 'cfl':
        named(this.#files, value)
        return
      case 'cfn':
        named(this.#functions, value)
        return
      case 'calls':
        this.#isCall = true
        return
      case '':
        this.#cost(text)
    }
  }

  hottest(): readonly HotFunction[] {
    const total = this.#total
    return [...this.#costs.values()]
      .toSorted((a, b) => b.self - a.self || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line))
      .slice(0, functionsKept)
      .map(({ path, functionName, line, self }) => ({ kind: 'hot-function', path, functionName: functionName.slice(0, 200), line: Math.max(1, line), weight: self / total }))
  }

  /** Another process: its numbers mean other names. */
  #begin(): void {
    this.#files = new Map()
    this.#functions = new Map()
    this.#file = this.#own = this.#function = ''
    this.#line = 0
    this.#isCall = false
  }

  #cost(text: string): void {
    const [, position = '', amount = ''] = /^(\+\d+|-\d+|\*|\d+) (\d+)/.exec(text) ?? []
    if (position === '') return
    this.#line = position === '*' ? this.#line : /^[+-]/.test(position) ? this.#line + Number(position) : Number(position)
    const isCall = this.#isCall
    this.#isCall = false
    const path = this.#own.startsWith(this.#prefix) ? this.#own.slice(this.#prefix.length) : ''
    const self = Number(amount)
    if (isCall || path === '' || this.#function === '' || !Number.isSafeInteger(self)) return
    this.#total += self
    const line = this.#file === this.#own ? this.#line : Number.POSITIVE_INFINITY
    const key = `${path}\0${this.#function}`
    const held = this.#costs.get(key)
    if (held === undefined) this.#costs.set(key, { path, functionName: this.#function, line: Number.isFinite(line) ? line : 1, self })
    else {
      held.self += self
      if (line > 0) held.line = Math.min(held.line, line)
    }
  }
}

function named(names: Map<string, string>, value: string): string {
  const [, id, name = ''] = /^\((\d+)\)(?: (.*))?$/.exec(value) ?? []
  if (id === undefined) return value
  if (name !== '') names.set(id, name)
  return names.get(id) ?? ''
}
