import type { LaunchResult } from '../sandbox/sandbox.ts'
import type { OracleComparison, OracleMismatch } from './evaluation.ts'
import { isAboutInvalidInput, type LineTally, noLines, parsedLine, tallied } from './oracle-line.ts'
import { printableText } from './printable-text.ts'

/** One seed, run on both sides. */
export interface OracleRound {
  readonly seed: number
  readonly baseline: OracleOutput
  readonly candidate: OracleOutput
}

export type OracleOutput = Pick<LaunchResult, 'ending' | 'exitCode' | 'stdout'>

interface RoundResult {
  readonly cases: number
  readonly mismatches: number
  readonly invalidMismatches: number
  readonly examples: readonly OracleMismatch[]
  readonly baselineProblem: string | null
  /** Of this round and those before it. */
  readonly tally: LineTally
}

const examplesKept = 5
const exampleLength = 300
const lineFeed = 0x0a

/**
 * Compares both sides line by line, as bytes. The parent compares: nothing that runs beside the candidate could override equality. One
 * line is one case, a last line without line feed too; a line that only one side has is a mismatch. Linear in the outputs, and no
 * memory per line: a candidate may print millions of empty ones.
 *
 * A baseline that fails, prints nothing, or prints what is no JSON (an error text would agree with itself) proves nothing. A round in
 * which a side failed is not compared: the failure is the finding. Too few cases are a problem of the baseline only while
 * nothing speaks against the candidate, because comparing stops at the first difference.
 */
export function compareOracle(rounds: readonly OracleRound[], wanted: number): OracleComparison {
  let cases = 0
  let mismatches = 0
  let invalidMismatches = 0
  let tally = noLines
  let baselineProblem: string | null = null
  let candidateProblem: string | null = null
  const examples: OracleMismatch[] = []
  for (const round of rounds) {
    const failures = [problemOf(round.baseline), problemOf(round.candidate)] as const
    baselineProblem ??= failures[0]
    candidateProblem ??= failures[1]
    if (failures[0] !== null || failures[1] !== null) continue
    const result = compareRound(round, tally)
    cases += result.cases
    mismatches += result.mismatches
    invalidMismatches += result.invalidMismatches
    tally = result.tally
    baselineProblem ??= result.baselineProblem
    examples.push(...result.examples.slice(0, examplesKept - examples.length))
  }
  const isUndecided = mismatches === 0 && candidateProblem === null
  if (isUndecided && cases < Math.max(1, wanted)) baselineProblem ??= `it printed ${cases} of ${wanted} cases in ${rounds.length} launches`
  const { answerable, thrown, varies } = tally
  return {
    cases, mismatches, invalidMismatches, examples, seeds: rounds.map((round) => round.seed), baselineProblem, candidateProblem,
    ...(answerable === 0 ? {} : { answers: [{ asked: answerable, thrown, varies }] }),
  }
}

function problemOf({ ending, exitCode }: OracleOutput): string | null {
  if (ending !== 'exited') return `ended by ${ending}`
  return exitCode === 0 ? null : `exit status ${exitCode}`
}

function compareRound({ seed, baseline, candidate }: OracleRound, before: LineTally): RoundResult {
  const expected = new Lines(baseline.stdout)
  const found = new Lines(candidate.stdout)
  const examples: OracleMismatch[] = []
  let cases = 0
  let mismatches = 0
  let invalidMismatches = 0
  let tally = before
  let baselineProblem: string | null = expected.isAtEnd ? 'it printed nothing' : null
  for (let index = 0; !expected.isAtEnd || !found.isAtEnd; index++) {
    const [right, given] = [expected.next(), found.next()]
    if (right !== null) cases++
    const line = right === null ? null : parsedLine(right)
    if (right !== null && baselineProblem === null && line === null) baselineProblem = `line ${index + 1} is not JSON: ${shortened(right)}`
    if (line !== null) tally = tallied(tally, line.value)
    if (right !== null && given !== null && right.equals(given)) continue
    if (given !== null && line !== null && isAboutInvalidInput(line.value)) invalidMismatches++
    else mismatches++
    if (examples.length < examplesKept) examples.push({ seed, case: index, baseline: shortened(right), candidate: shortened(given) })
  }
  return { cases, mismatches, invalidMismatches, examples, baselineProblem, tally }
}

/** Walks over the lines of an output without copying them. A carriage return is a byte like any other. */
class Lines {
  readonly #bytes: Buffer
  #start = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#start >= this.#bytes.length
  }

  next(): Buffer | null {
    if (this.isAtEnd) return null
    const feed = this.#bytes.indexOf(lineFeed, this.#start)
    const end = feed === -1 ? this.#bytes.length : feed
    const line = this.#bytes.subarray(this.#start, end)
    this.#start = end + 1
    return line
  }
}

/** For a person: the start of the line, harmless in a terminal. */
function shortened(line: Buffer): string
function shortened(line: Buffer | null): string | null
function shortened(line: Buffer | null): string | null {
  if (line === null) return null
  const text = printableText(line.subarray(0, exampleLength * 4).toString('utf8'))
  return text.length <= exampleLength ? text : `${text.slice(0, exampleLength - 3).toWellFormed()}...`
}
