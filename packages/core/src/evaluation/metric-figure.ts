import type { LaunchResult } from '../sandbox/sandbox.ts'
import type { MetricConfig } from '../target/config.ts'
import { readCount } from './count-instructions.ts'
import type { CountingMethod } from './counting-method.ts'
import type { MetricFacts } from './evaluation.ts'

/** A figure, or why there is none. */
export type Figure = { readonly value: number } | { readonly problem: string }

export function metricUnit(metric: MetricConfig): MetricFacts['unit'] {
  switch (metric.measure) {
    case 'cpu-time':
    case 'wall-time':
      return 'ms'
    case 'peak-memory':
    case 'file-size':
      return 'bytes'
    case 'reported':
      return 'score'
    case 'instructions':
      return 'instructions'
    case 'pass-rate':
      return 'fraction'
  }
}

/** Who says so: the kernel, an instrument that shares the process with the candidate, or the candidate itself. */
export function metricTrust(metric: MetricConfig): MetricFacts['trust'] {
  switch (metric.measure) {
    case 'cpu-time':
    case 'wall-time':
    case 'peak-memory':
    case 'file-size':
      return 'measured'
    case 'instructions':
      return 'instrumented'
    // Whether a task is solved is said by a command that runs the candidate's code, which can leave with any status.
    case 'pass-rate':
    case 'reported':
      return 'reported'
  }
}

/** Reads one metric off a finished launch. Only `reported` looks at anything that the command wrote. */
export function metricFigure(metric: MetricConfig, result: LaunchResult, counting: CountingMethod = 'valgrind'): Figure {
  if (metric.measure === 'instructions') return readCount(result, counting)
  if (metric.measure === 'pass-rate') return result.ending === 'aborted' ? { problem: 'ended by aborted' } : { value: result.ending === 'exited' && result.exitCode === 0 ? 1 : 0 }
  if (result.ending !== 'exited') return { problem: `ended by ${result.ending}` }
  if (result.exitCode !== 0) return { problem: `exit status ${result.exitCode}` }
  switch (metric.measure) {
    case 'cpu-time':
      return { value: result.usage.cpuMs }
    case 'wall-time':
      return { value: result.usage.wallMs }
    case 'peak-memory':
      return { value: result.usage.peakMemoryBytes }
    case 'file-size':
      return result.collected === null ? { problem: `no file ${metric.file ?? ''}` } : { value: result.collected.length }
    case 'reported':
      return reportedFigure(result.stdout)
  }
}

/** The last non-empty line of stdout: a JSON number, or an object with a numeric `value` or `score`. */
function reportedFigure(stdout: Uint8Array): Figure {
  const line = Buffer.from(stdout).toString('utf8').trimEnd().split('\n').at(-1)?.trim() ?? ''
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { problem: 'the last line of stdout is not JSON' }
  }
  const figure = typeof parsed === 'object' && parsed !== null ? ownNumber(parsed) : parsed
  // -0 is 0: a sign that only a logarithm would see.
  return typeof figure === 'number' && Number.isFinite(figure) ? { value: figure === 0 ? 0 : figure } : { problem: 'the last line of stdout holds no finite number' }
}

function ownNumber(record: object): unknown {
  const entries = new Map<string, unknown>(Object.entries(record))
  return entries.get('value') ?? entries.get('score')
}
