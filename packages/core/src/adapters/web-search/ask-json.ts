import { ModelError, type ModelErrorCode } from '../../model/model-error.ts'
import { ResearchError, type ResearchErrorCode } from '../../research/research-error.ts'
import { createGuardedFetch } from '../model-providers/guarded-fetch.ts'

export interface JsonRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body?: string
  /** Null where none is wanted. */
  readonly key: string | null
  readonly localOnly: boolean
}

/** A search is not worth waiting for longer. */
export const longestSearchMs = 20_000
/** A page of results is far smaller. */
const mostBytes = 2 * 1024 * 1024

/**
 * One request to a search engine, as guarded as those to models: no redirect is followed, no proxy used, the address that is connected to is looked at. The key goes into a header.
 *
 * @throws ResearchError
 */
export async function askJson({ url, method, body, key, localOnly }: JsonRequest, signal: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(longestSearchMs)
  try {
    const answer = await createGuardedFetch({ localOnly })(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      signal: AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body }),
    })
    const code = codeOf(answer.status)
    if (code !== null) {
      await answer.body?.cancel()
      throw new ResearchError(code, `${url.host} answered with status ${answer.status}`)
    }
    return JSON.parse(await textOf(answer, url)) as unknown
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ResearchError) throw error
    if (timeout.aborted) throw new ResearchError('timed-out', `${url.host} took longer than ${longestSearchMs / 1000} s`, { cause: error })
    if (error instanceof SyntaxError) throw new ResearchError('bad-reply', `what ${url.host} answered is no JSON`, { cause: error })
    if (error instanceof ModelError) throw new ResearchError(codes.get(error.code) ?? 'unreachable', error.message, { cause: error, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) })
    // A stream that breaks half-way is an error of undici's, of no class of ours.
    if (error instanceof TypeError || (error as NodeJS.ErrnoException).code !== undefined) throw new ResearchError('unreachable', `${url.host} broke the connection off`, { cause: error })
    throw error
  }
}

async function textOf(answer: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new ResearchError('reply-too-large', `${url.host} answered with more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function codeOf(status: number): ResearchErrorCode | null {
  if (status >= 200 && status < 300) return null
  if (status === 401 || status === 403) return 'unauthorised'
  if (status === 429 || status === 432 || status === 433) return 'rate-limited'
  return status >= 500 ? 'server-failed' : 'request-refused'
}

const codes: ReadonlyMap<ModelErrorCode, ResearchErrorCode> = new Map([['host-refused', 'host-refused'], ['reply-too-large', 'reply-too-large'], ['unreachable', 'unreachable'], ['cut-off', 'unreachable']])
