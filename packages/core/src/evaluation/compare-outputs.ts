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
 * baseline's own varies (times, rates), all that can be asked is that the candidate does not fall silent.
 */
export async function compareOutputs({ known, baseline, candidate, again }: OutputRequest): Promise<OutputComparison> {
  if (known === 'reported' || known === 'differs') return known
  if (known === 'varying') return fellSilent(baseline, candidate) ? 'differs' : 'varying'
  if (bytesOf(baseline).equals(bytesOf(candidate))) return baseline.stdout.length === 0 ? known : 'same'
  for (let count = 0; count < repetitions; count++) {
    if (!bytesOf(await again()).equals(bytesOf(baseline))) return fellSilent(baseline, candidate) ? 'differs' : 'varying'
  }
  return 'differs'
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
