import * as intrinsic from './intrinsics.ts'

/** Told what came of a call in the end, and whether it took a turn of the event loop. */
export type Settled = (kind: 'result' | 'thrown', value: unknown, isAsync: boolean) => void

/** Waits for a promise (or anything with a `then`) without `await`, which the candidate could have taken over. */
export function settle(result: unknown, done: Settled): void {
  if (typeof result !== 'object' || result === null) return done('result', result, false)
  if (intrinsic.isPromise(result)) {
    intrinsic.promiseThen(result, (value) => settleOnce(value, done), (reason) => done('thrown', reason, true))
    return
  }
  const source = asyncIterator(result)
  if (source !== null) return drainAsync(result, source, done)
  let then: unknown
  try {
    then = intrinsic.getProperty(result, 'then')
  } catch {
    // A `then` that cannot be read makes it a value like any other; the reading is seen again when it is written.
    return done('result', result, false)
  }
  if (typeof then !== 'function') return done('result', result, false)
  let settled = false
  const once = (kind: 'result' | 'thrown') => (value: unknown): void => {
    if (settled) return
    settled = true
    done(kind, value, true)
  }
  try {
    intrinsic.applyFunction(then, result, [once('result'), once('thrown')])
  } catch (error) {
    once('thrown')(error)
  }
}

function settleOnce(value: unknown, done: Settled): void {
  if (typeof value === 'object' && value !== null) {
    const source = asyncIterator(value)
    if (source !== null) return drainAsync(value, source, done)
  }
  done('result', value, true)
}

function asyncIterator(value: object): ((...args: unknown[]) => unknown) | null {
  if (intrinsic.prototypeOf(value) === intrinsic.prototypes.object || intrinsic.isArray(value)) return null
  try {
    const maker = intrinsic.getProperty(value, intrinsic.asyncIteratorSymbol)
    const next = intrinsic.getProperty(value, 'next')
    return typeof maker === 'function' && typeof next === 'function' ? (next as () => unknown) : null
  } catch {
    // It cannot be iterated, then.
    return null
  }
}

const asyncItems = 1000

/** Takes the items of an asynchronous iterator one after the other; they are reported as a list. */
function drainAsync(source: object, next: (...args: unknown[]) => unknown, done: Settled): void {
  const items: unknown[] = []
  const step = (): void => {
    let promise: unknown
    try {
      promise = intrinsic.applyFunction(next, source, [])
    } catch (error) {
      return done('thrown', error, true)
    }
    if (!intrinsic.isPromise(promise)) return done('result', items, true)
    intrinsic.promiseThen(
      promise,
      (answer) => {
        const { done: isDone, value } = answer as { readonly done?: unknown; readonly value?: unknown }
        if (isDone === true || items.length >= asyncItems) return done('result', items, true)
        intrinsic.defineProperty(items, items.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor)
        return step()
      },
      (reason) => done('thrown', reason, true),
    )
  }
  step()
}
