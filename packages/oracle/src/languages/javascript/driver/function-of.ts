import type { FunctionTable } from '../../../tagged.ts'
import { canonicalText } from './canonical-text.ts'
import * as intrinsic from './intrinsics.ts'

type Callable = (...args: unknown[]) => unknown

/** The pure function that a table describes. What it returns depends on its arguments alone, so calling it more or less often shows nothing. */
export function functionOf(table: FunctionTable, decode: (value: unknown) => unknown): Callable {
  switch (table.kind) {
    case 'pick':
      return picking(table, decode)
    case 'compare':
      return comparing(table)
    case 'first':
      return (first) => first
    case 'throw': {
      const message = table.message
      const TheError = (intrinsic.nativeErrors[0] as readonly [string, ErrorConstructor])[1]
      return () => {
        throw new TheError(message)
      }
    }
    default:
      throw new TypeError(`unknown function: ${String((table satisfies never as FunctionTable).kind)}`)
  }
}

function picking(table: Extract<FunctionTable, { kind: 'pick' }>, decode: (value: unknown) => unknown): Callable {
  const pool = decode(table.pool) as unknown[]
  const { arity, salt } = table
  const picked: Callable = (...args) => {
    let text = `${salt}:[`
    for (let index = 0; index < arity && index < args.length; index++) text += (index === 0 ? '' : ',') + canonicalText(args[index])
    return pool[fnv(`${text}]`) % pool.length]
  }
  intrinsic.defineProperty(picked, 'length', { __proto__: null, value: arity, configurable: true } as PropertyDescriptor)
  return picked
}

function comparing(table: Extract<FunctionTable, { kind: 'compare' }>): Callable {
  const { sign, modulo } = table
  const keyed = (value: number): number => (modulo === null ? value : value % modulo)
  return (a: unknown, b: unknown): number => {
    const numeric = typeof a === 'number' && typeof b === 'number'
    const one = numeric ? keyed(a) : ordered(a)
    const other = numeric ? keyed(b) : ordered(b)
    if (one < other) return -sign
    return one > other ? sign : 0
  }
}

const ordered = (value: unknown): string => (typeof value === 'string' ? value : canonicalText(value))

/** 32-bit FNV-1a over UTF-16 code units, low byte first: simple enough to be the same in every language. */
function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    const unit = intrinsic.charCodeAt(text, index)
    hash = intrinsic.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = intrinsic.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hash >>> 0
}
