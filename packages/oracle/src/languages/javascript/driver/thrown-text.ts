import { canonicalText, errorParts } from './canonical-text.ts'
import * as intrinsic from './intrinsics.ts'
import type { OutcomeOptions } from './outcome.ts'
import { shortened } from './shortened.ts'

/** What was thrown, as far as it is behaviour. */
export function thrownText(error: unknown, options: Pick<OutcomeOptions, 'errors'>): string {
  if (options.errors === 'any') return '"thrown":{}'
  if (typeof error !== 'object' || error === null || !intrinsic.isNativeError(error)) return `"thrown":{"value":${shortened(canonicalText(error))}}`
  const { name, message } = errorParts(error)
  const head = `"thrown":{"name":${canonicalText(name)}`
  if (options.errors === 'name') return `${head}}`
  const isEngine = options.errors !== 'exact' && typeof message === 'string' && isEngineMessage(message)
  return `${head},"message":${isEngine ? '{"$":"engine"}' : canonicalText(message)}${ownFields(error)}}`
}

/** Fields such as `code` that callers branch on. */
function ownFields(error: Error): string {
  const keys = intrinsic.ownKeys(error)
  let list = ''
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey
    if (typeof key !== 'string' || key === 'stack' || key === 'message' || key === 'name') continue
    let text: string
    try {
      text = canonicalText(intrinsic.getProperty(error, key))
    } catch {
      // A getter of the error that throws: said, not passed on.
      text = '{"$":"get","thrown":null}'
    }
    list += `${list === '' ? '' : ','}${intrinsic.quote(key)}:${text}`
  }
  return list === '' ? '' : `,"own":{${list}}`
}

/**
 * Texts the engine itself writes. They name variables and operations of the source ("Cannot read properties of undefined"), so a faithful
 * rewrite words them differently; that it throws, and what kind of error, still counts.
 */
const enginePatterns: readonly RegExp[] = [
  /^Cannot (read|set) propert(y|ies) of /,
  / is not (a function|iterable|a constructor|defined|an object)\b/,
  /^Cannot (convert|destructure|mix|assign to read only|add property|redefine|delete property|create property)/,
  /^(Invalid array length|Invalid string length|Maximum call stack size exceeded|Reduce of empty array)/,
  /^Spread syntax requires /,
  /called on (null or undefined|incompatible receiver|non-object)/,
  /^(Iterator value|Found non-callable|Class constructor|Assignment to constant)/,
  /^Invalid (count value|time value)|^The number .* cannot be converted to a BigInt/,
  /^First argument to .* must not be a regular expression|^Right-hand side of |^Cannot use 'in' operator/,
]

function isEngineMessage(message: string): boolean {
  for (let index = 0; index < enginePatterns.length; index++) if (intrinsic.testPattern(enginePatterns[index] as RegExp, message)) return true
  return false
}
