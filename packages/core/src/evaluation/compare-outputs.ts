import type { LaunchResult } from '../sandbox/sandbox.ts'
import type { OutputComparison } from './evaluation.ts'

export interface OutputRequest {
  /** What the pairs before this one showed. */
  readonly known: OutputComparison
  readonly baseline: LaunchResult
  readonly candidate: LaunchResult
  /** Launches the baseline again, with the same seed. */
  readonly again: () => Promise<LaunchResult>
}

/** Repetitions that a baseline must survive before its output counts as repeatable. */
const repetitions = 2

/**
 * Compares what two launches of one seed print. Threats: a candidate that skips the benchmark's work, ends early, computes with less precision or answers wrongly
 * only while it is measured. An output that differs counts against the candidate only when the baseline prints the very same every time; where the
 * baseline's own varies (times, rates), the lines that it does repeat are compared once, and from then on only that the candidate does not fall silent.
 */
export async function compareOutputs({ known, baseline, candidate, again }: OutputRequest): Promise<OutputComparison> {
  if (known === 'reported' || known === 'differs') return known
  if (known === 'varying') return fellSilent(baseline, candidate) ? 'differs' : 'varying'
  if (bytesOf(baseline).equals(bytesOf(candidate))) return baseline.stdout.length === 0 ? known : 'same'
  const repeated = [bytesOf(baseline)]
  for (let count = 0; count < repetitions; count++) repeated.push(bytesOf(await again()))
  if (repeated.every((bytes) => bytes.equals(bytesOf(baseline)))) return 'differs'
  return fellSilent(baseline, candidate) || contradicts(repeated, candidate) ? 'differs' : 'varying'
}

/** A line that speaks of time, rate or size may well be rounded to the same figure three times, and rightly to another on a faster candidate. */
const figures = /\b(?:\d[\d.,]*\s*(?:[munµ]?s|sec|seconds?|minutes?|min|ops|[kmg]i?b|bytes|hz|%|x)\b|ops|elapsed|time|took|rate|speed|fast|slow|mean|median|average|per|duration|cpu|heap|rss|memory|iterations|samples|runs)/i

/** Whether the candidate prints something else where the baseline, although its output varies as a whole, prints the same line every time. */
function contradicts(repeated: readonly Buffer[], candidate: LaunchResult): boolean {
  const all = repeated.map((bytes) => bytes.toString('latin1').split('\n'))
  const [first = []] = all
  const own = bytesOf(candidate).toString('latin1').split('\n')
  // With lines that come and go, nobody knows which one belongs to which.
  if (all.some((lines) => lines.length !== first.length)) return false
  return first.some((line, at) => line.trim() !== '' && !figures.test(line) && all.every((lines) => lines[at] === line) && own[at] !== line)
}

function bytesOf({ stdout }: LaunchResult): Buffer {
  return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength)
}

/** Fewer than half of the lines: no formatting of figures explains that. */
function fellSilent(baseline: LaunchResult, candidate: LaunchResult): boolean {
  return linesIn(candidate) * 2 < linesIn(baseline)
}

function linesIn(result: LaunchResult): number {
  return bytesOf(result).toString('latin1').split('\n').filter((line) => line.trim() !== '').length
}
