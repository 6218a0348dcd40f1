import { runSpec, type RunOptions } from '../running/run-spec.ts'
import type { Spec } from '../spec.ts'

interface TrialLimits {
  readonly milliseconds: number
  /** Whether a line shows that the rest is not worth waiting for. */
  readonly isHopeless?: (line: string) => boolean
}

/** The lines of one run; `null` where it takes too long. */
export async function trialLines(spec: Spec, options: RunOptions, { milliseconds, isHopeless = () => false }: TrialLimits): Promise<readonly string[] | null> {
  const limit = AbortSignal.timeout(milliseconds)
  const lines: string[] = []
  try {
    for await (const line of runSpec(spec, { ...options, signal: AbortSignal.any([options.signal, limit]) })) {
      lines.push(line)
      if (isHopeless(line)) return null
    }
  } catch (error) {
    options.signal.throwIfAborted()
    if (limit.aborted) return null
    throw error
  }
  return lines
}

/** Whether a valid call threw. */
export const isValidThrow = (line: string): boolean => /^\{"case":"[^"]*","class":"valid","thrown":/.test(line)

/** Whether a driver, or the kernel for it, ended a call that did not end by itself. */
export const isTimeout = (line: string): boolean => line.includes('"thrown":{"name":"timeout","message":null}') || line.endsWith(',"exited":"SIGXCPU"}')
