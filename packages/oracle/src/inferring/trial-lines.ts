import { runSpec, type RunOptions } from '../running/run-spec.ts'
import { isScript, type Spec } from '../spec.ts'

/** A call of a script that takes so long, in ms, is taken for one that does not end: nothing else ends it there, while drivers of other languages have a limit of their own. */
const longestCall = 5000

interface TrialLimits {
  readonly milliseconds: number
  /** Whether a line shows that the rest is not worth waiting for. */
  readonly isHopeless?: (line: string) => boolean
}

/** The lines of one run; `null` where it, or one call of a script, takes too long. */
export async function trialLines(spec: Spec, options: RunOptions, { milliseconds, isHopeless = () => false }: TrialLimits): Promise<readonly string[] | null> {
  const limit = AbortSignal.timeout(milliseconds)
  const stalled = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const lines: string[] = []
  try {
    for await (const line of runSpec(spec, { ...options, signal: AbortSignal.any([options.signal, limit, stalled.signal]) })) {
      lines.push(line)
      if (isHopeless(line)) return null
      clearTimeout(timer)
      // From the first answer on: how long a driver takes to start says nothing about the function.
      if (isScript(spec)) timer = setTimeout(() => stalled.abort(), longestCall)
    }
  } catch (error) {
    options.signal.throwIfAborted()
    if (limit.aborted || stalled.signal.aborted) return null
    throw error
  } finally {
    clearTimeout(timer)
  }
  return lines
}

/** Whether a valid call threw. */
export const isValidThrow = (line: string): boolean => /^\{"case":"[^"]*","class":"valid","thrown":/.test(line)

/** Whether a driver, or the kernel for it, ended a call that did not end by itself. */
export const isTimeout = (line: string): boolean => line.includes('"thrown":{"name":"timeout","message":null}') || line.endsWith(',"exited":"SIGXCPU"}')
