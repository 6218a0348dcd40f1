import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { ModelError, type ModelErrorCode } from '../../model/model-error.ts'

/** What a provider's library throws, as one of our failures. Its own message may hold the request: only status and kind are taken over. */
export function modelErrorOf(error: unknown): ModelError {
  const known = causes(error).find((one) => one instanceof ModelError)
  if (known !== undefined) return known
  if (isBrokenOff(error)) return new ModelError('cut-off', 'the connection broke off in the middle of the reply')
  if (APICallError.isInstance(error)) return ofStatus(error)
  // A chunk that is no JSON, or not of the form that the provider promises.
  return new ModelError('bad-reply', `the reply cannot be read (${error instanceof Error ? error.name : typeof error})`)
}

/** A connection that was lost, or a stream that ended without saying that it does. */
function isBrokenOff(error: unknown): boolean {
  if (InvalidResponseDataError.isInstance(error) && error.data === undefined) return true
  if (APICallError.isInstance(error) && (error.statusCode ?? 200) >= 400) return false
  return causes(error).some((one) => one instanceof Error && /^E[A-Z]+$|^ERR_STREAM/.test((one as NodeJS.ErrnoException).code ?? ''))
}

function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = []
  for (let at: unknown = error; at !== undefined && at !== null && found.length < 8; at = at instanceof Error ? at.cause : undefined) found.push(at)
  return found
}

function ofStatus({ statusCode, responseHeaders }: APICallError): ModelError {
  const code = codeOf(statusCode)
  const retryAfterMs = retryAfter(responseHeaders ?? {})
  const told = statusCode === undefined ? 'without a status' : `with status ${statusCode}`
  return new ModelError(code, `the provider answered ${told}`, { retryAfterMs, ...(remedies[code] === undefined ? {} : { remedy: remedies[code] }) })
}

const remedies: Partial<Record<ModelErrorCode, string>> = {
  unauthorised: 'See that the environment variable named by `key` holds a key that may use this model.',
  'request-refused': 'See that the model and the address exist; `ratchet models check` asks each.',
}

function codeOf(status: number | undefined): ModelErrorCode {
  if (status === undefined) return 'cut-off'
  if (status === 429) return 'rate-limited'
  if (status === 503 || status === 529) return 'overloaded'
  if (status === 401 || status === 403) return 'unauthorised'
  if (status === 408 || status >= 500) return 'server-failed'
  // A status of success with a body that is none.
  return status >= 400 ? 'request-refused' : 'bad-reply'
}

/** Seconds or a date (RFC 9110, section 10.2.3), or milliseconds in the header that OpenAI and Azure use. */
function retryAfter(headers: Readonly<Record<string, string>>): number | null {
  const ms = headers['retry-after-ms']
  if (ms !== undefined && /^\d{1,9}$/.test(ms)) return Number(ms)
  const value = headers['retry-after']
  if (value === undefined) return null
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}
