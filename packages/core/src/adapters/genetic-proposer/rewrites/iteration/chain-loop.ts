import type { SgNode } from '@ast-grep/napi'
import type { Scopes } from '../../analysis/scopes.ts'
import type { Chain, ChainEnd, ChainStep } from './chain.ts'
import { inlineText } from './inline-text.ts'

/** What the loop calls things; all of them new in the file. */
export interface LoopNames {
  readonly list: string
  readonly index: string
  readonly item: string
  readonly mapped: string
  readonly result: string
  readonly place: string
}

export interface ChainLoop {
  /** What the result starts as, for `let` or `const`. */
  readonly start: string
  /** The result never changes hands: `const` will do. */
  readonly isConstant: boolean
  /** The loop, with what it needs before it. */
  readonly lines: readonly string[]
}

interface Frame {
  readonly names: LoopNames
  readonly scopes: Scopes
}

/** One element on its way: its value and its place among those that are left. */
interface Passage {
  readonly value: string
  readonly index: string
}

/** Writes the chain as one loop over `names.list`, which is an array, and dense if so told. */
export function chainLoop(chain: Chain, isDense: boolean, frame: Frame): ChainLoop {
  const { names } = frame
  const keepsHoles = chain.steps.every(({ kind }) => kind === 'map')
  const counters: string[] = []
  const body: string[] = [`const ${names.item} = ${names.list}[${names.index}];`]
  const sink = sinkOf(chain.end, keepsHoles, frame)
  if (sink.before !== null) body.unshift(sink.before)
  if (!isDense) body.push(`if (${names.item} === undefined && !(${names.index} in ${names.list})) continue;`)
  let passage: Passage = { value: names.item, index: names.index }
  for (const [order, step] of chain.steps.entries()) {
    const isLast = order === chain.steps.length - 1
    if (step.kind === 'filter') {
      body.push(...filterLines(step, passage, frame))
      if (usesIndexAfter(chain, order)) {
        const counter = `${names.place}${order}`
        counters.push(counter)
        body.push(`const ${counter}At = ${counter}++;`)
        passage = { ...passage, index: `${counter}At` }
      }
      if (isLast) body.push(...sink.lines(passage, null))
    } else if (isLast) {
      body.push(...mapped(step, passage, frame, (text, node) => sink.lines({ ...passage, value: text }, node)))
    } else {
      const value = `${names.mapped}${order}`
      const lines = mapped(step, passage, frame, (text) => [`${value} = ${text};`])
      body.push(...(lines.length === 1 ? [`const ${lines[0]}`] : [`let ${value};`, ...lines]))
      passage = { ...passage, value }
    }
  }
  const lines = [
    ...(counters.length > 0 ? [`let ${counters.map((counter) => `${counter} = 0`).join(', ')};`] : []),
    ...sink.declared,
    `for (let ${names.index} = 0; ${names.index} < ${names.list}.length; ${names.index}++) {`,
    ...body.map((line) => `  ${line}`),
    '}',
  ]
  return { start: sink.start, isConstant: chain.end.kind === 'array', lines }
}

function usesIndexAfter(chain: Chain, order: number): boolean {
  const later = chain.steps.slice(order + 1)
  const next = later.findIndex(({ kind }) => kind === 'filter')
  // A later filter makes places of its own for what comes after it.
  const steps = next < 0 ? later : later.slice(0, next + 1)
  const inReduce = next < 0 && chain.end.kind === 'reduce' && chain.end.callback.parameters.length > 2
  return inReduce || steps.some(({ callback }) => typeof callback !== 'string' && callback.parameters.length > 1)
}

function filterLines({ callback }: ChainStep, { value, index }: Passage, { scopes }: Frame): readonly string[] {
  if (typeof callback === 'string') return [`if (!${callback === 'Boolean' ? value : `${callback}(${value})`}) continue;`]
  const { declarations, text } = inlineText(callback.result as SgNode, callback, [value, index], scopes)
  const isSimple = ['identifier', 'member_expression', 'call_expression', 'subscript_expression'].includes(String(callback.result?.kind()))
  const test = `if (!${isSimple ? text : `(${text})`}) continue;`
  return declarations === '' ? [test] : ['{', `  ${declarations}`, `  ${test}`, '}']
}

function mapped({ callback }: ChainStep, { value, index }: Passage, { scopes }: Frame, use: (text: string, node: SgNode | null) => readonly string[]): readonly string[] {
  if (typeof callback === 'string') return use(`${callback}(${value})`, null)
  const { declarations, text } = inlineText(callback.result as SgNode, callback, [value, index], scopes)
  return declarations === '' ? use(text, callback.result) : ['{', ...[declarations, ...use(text, callback.result)].map((line) => `  ${line}`), '}']
}

interface Sink {
  readonly start: string
  readonly declared: readonly string[]
  /** What happens for each place, also for a hole. */
  readonly before: string | null
  readonly lines: (passage: Passage, node: SgNode | null) => readonly string[]
}

function sinkOf(end: ChainEnd, keepsHoles: boolean, { names, scopes }: Frame): Sink {
  const { result } = names
  switch (end.kind) {
    case 'array':
      // A new array of this length has holes everywhere, and is not moved while it grows.
      if (keepsHoles) return { start: `new Array(${names.list}.length)`, declared: [], before: null, lines: ({ value }) => [`${result}[${names.index}] = ${value};`] }
      return { start: '[]', declared: [], before: null, lines: ({ value }) => [`${result}.push(${value});`] }
    case 'length':
      return { start: '0', declared: [], before: null, lines: () => [`${result}++;`] }
    case 'join':
      return joinSink(end.separator, keepsHoles, names)
    case 'reduce': {
      const { callback, statements } = end
      const lines = ({ value, index }: Passage): readonly string[] => {
        const element = /^[\w$]+$/.test(value) ? value : `${names.mapped}Last`
        const parts = (statements ?? [callback.result as SgNode]).map((part) => inlineText(part, callback, [result, element, index], scopes))
        const declarations = parts[0]?.declarations ?? ''
        const step = parts.map(({ text }) => (statements === null ? `${result} = ${text};` : endingInSemicolon(text)))
        const all = [...(element === value ? [] : [`const ${element} = ${value};`]), ...(declarations === '' ? [] : [declarations]), ...step]
        return declarations === '' ? all : ['{', ...all.map((line) => `  ${line}`), '}']
      }
      return { start: end.initial.text(), declared: [], before: null, lines }
    }
  }
}

function endingInSemicolon(text: string): string {
  return text.endsWith(';') ? text : `${text};`
}

function joinSink(separator: string, keepsHoles: boolean, { result, place, index, mapped: name }: LoopNames): Sink {
  const isEmpty = separator.length === 2
  const counter = `${place}Joined`
  const separated = isEmpty ? null : keepsHoles ? `if (${index} > 0) ${result} += ${separator};` : `if (${counter}++ > 0) ${result} += ${separator};`
  const lines = ({ value }: Passage, node: SgNode | null): readonly string[] => {
    const isName = /^[\w$]+$/.test(value)
    const isText = ['string', 'template_string'].includes(String(node?.kind()))
    const element = isName ? value : `${name}Last`
    // As join does it: nothing for null and undefined, and text in the way of a template, not of a sum.
    const added = isText ? [`${result} += ${value};`] : [...(isName ? [] : [`const ${element} = ${value};`]), `if (${element} !== undefined && ${element} !== null) ${result} += \`\${${element}}\`;`]
    return keepsHoles || separated === null ? added : [separated, ...added]
  }
  return { start: "''", declared: keepsHoles || isEmpty ? [] : [`let ${counter} = 0;`], before: keepsHoles ? separated : null, lines }
}
