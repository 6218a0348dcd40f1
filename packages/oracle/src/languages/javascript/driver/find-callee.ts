import type { Callee } from './outcome.ts'
import * as intrinsic from './intrinsics.ts'

type Holder = Readonly<Record<string, unknown>>

/**
 * Finds what the spec names in a loaded module: an export, the default export, a function that a CommonJS module hangs on its
 * exports, or `Class.method`, static or of an instance. `null` where there is no such function.
 */
export function findCallee(namespace: Holder, name: string): Callee | null {
  const standard = namespace['default']
  const path = splitAtDots(name)
  if (path.length === 1) {
    const plain = name === 'default' ? unwrapped(standard) : (namespace[name] ?? ofStandard(standard, name))
    return typeof plain === 'function' ? plainCallee(plain) : null
  }
  const owner = namespace[path[0] ?? ''] ?? ofStandard(standard, path[0] ?? '')
  const method = path[1] ?? ''
  if ((typeof owner !== 'function' && typeof owner !== 'object') || owner === null) return null
  const own = (owner as Holder)[method]
  if (typeof own === 'function') return { makeReceiver: null, call: (args) => intrinsic.applyFunction(own, owner, args) }
  const prototype = (owner as { readonly prototype?: Holder }).prototype
  if (typeof owner !== 'function' || typeof prototype?.[method] !== 'function') return null
  return {
    makeReceiver: (args) => intrinsic.construct(owner, args),
    call: (args, receiver) => intrinsic.applyFunction((receiver as Holder)[method] as () => unknown, receiver, args),
  }
}

function plainCallee(found: unknown): Callee {
  return { makeReceiver: null, call: (args) => intrinsic.applyFunction(found as () => unknown, undefined, args) }
}

/** A transpiled module hides its default export one level deeper. */
function unwrapped(standard: unknown): unknown {
  if (typeof standard === 'object' && standard !== null && typeof (standard as Holder)['default'] === 'function') return (standard as Holder)['default']
  return standard
}

function ofStandard(standard: unknown, name: string): unknown {
  if ((typeof standard !== 'object' && typeof standard !== 'function') || standard === null) return undefined
  if (typeof standard === 'function' && intrinsic.ownDescriptor(standard, 'name')?.value === name) return standard
  return (standard as unknown as Holder)[name]
}

function splitAtDots(name: string): string[] {
  const dot = intrinsic.indexOfText(name, '.')
  return dot === -1 ? [name] : [intrinsic.sliceText(name, 0, dot), intrinsic.sliceText(name, dot + 1)]
}
