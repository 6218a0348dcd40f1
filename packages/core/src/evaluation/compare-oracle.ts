import type { LaunchResult } from '../sandbox/sandbox.ts'
import type { OracleComparison, OracleMismatch } from './evaluation.ts'

/** One seed, run on both sides. */
export interface OracleRound {
  readonly seed: number
  readonly baseline: Pick<LaunchResult, 'ending' | 'exitCode' | 'stdout'>
  readonly candidate: Pick<LaunchResult, 'ending' | 'exitCode' | 'stdout'>
}

const examplesKept = 5
const exampleLength = 300

/**
 * Compares both sides line by line, as bytes. The parent compares: nothing that runs beside the candidate could override equality. A line
 * that only one side has is a mismatch. A baseline that fails, prints nothing, prints no JSON or too few cases proves nothing.
 */
export function compareOracle(rounds: readonly OracleRound[], wanted: number): OracleComparison {
  let cases = 0
  let mismatches = 0
  let baselineProblem: string | null = null
  let candidateProblem: string | null = null
  const examples: OracleMismatch[] = []
  for (const { seed, baseline, candidate } of rounds) {
    const expected = linesOf(baseline.stdout)
    const found = linesOf(candidate.stdout)
    baselineProblem ??= problemOf(baseline) ?? baselineContentProblem(expected)
    candidateProblem ??= problemOf(candidate)
    cases += expected.length
    for (let index = 0; index < Math.max(expected.length, found.length); index++) {
      if (expected[index] === found[index]) continue
      mismatches++
      if (examples.length < examplesKept) examples.push({ seed, case: index, baseline: shortened(expected[index]), candidate: shortened(found[index]) })
    }
  }
  if (cases < wanted) baselineProblem ??= `it printed ${cases} of ${wanted} cases in ${rounds.length} launches`
  return { cases, mismatches, examples, seeds: rounds.map((round) => round.seed), baselineProblem, candidateProblem }
}

function problemOf(result: OracleRound['baseline']): string | null {
  if (result.ending !== 'exited') return `ended by ${result.ending}`
  return result.exitCode === 0 ? null : `exit status ${result.exitCode}`
}

function baselineContentProblem(lines: readonly string[]): string | null {
  if (lines.length === 0) return 'it printed nothing'
  for (const [index, line] of lines.entries()) {
    try {
      JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return `line ${index + 1} is not JSON`
    }
  }
  return null
}

/** Latin-1 maps bytes to characters one to one: invalid UTF-8 stays distinguishable, and comparison stays exact. */
function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1')
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function shortened(line: string | undefined): string | null {
  if (line === undefined) return null
  const text = Buffer.from(line.slice(0, exampleLength), 'latin1').toString('utf8')
  return line.length > exampleLength ? `${text}...` : text
}
