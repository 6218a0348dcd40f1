import { describe, expect, it } from 'vitest'
import type { LaunchResult } from '../sandbox/sandbox.ts'
import { compareOutputs } from './compare-outputs.ts'
import type { OutputComparison } from './evaluation.ts'

function printed(text: string): LaunchResult {
  return { ending: 'exited', exitCode: 0, stdout: Buffer.from(text), stderr: new Uint8Array(), collected: null, usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } }
}

/** `baseline` are the texts of one launch after the other; the last one repeats. */
async function compared(baseline: readonly string[], candidate: string, known: OutputComparison = 'silent'): Promise<readonly [OutputComparison, number]> {
  let launches = 1
  const again = async (): Promise<LaunchResult> => printed(baseline[Math.min(launches++, baseline.length - 1)] ?? '')
  return [await compareOutputs({ known, baseline: printed(baseline[0] ?? ''), candidate: printed(candidate), again }), launches]
}

describe('comparing what two launches of one seed print', () => {
  it('costs nothing where both print the same', async () => {
    expect(await compared(['sum 42\n'], 'sum 42\n')).toEqual(['same', 1])
    expect(await compared([''], '')).toEqual(['silent', 1])
  })

  it.each([
    ['skipped work', 'sum 42\ndone\n', 'sum 0\ndone\n'],
    ['less precision', '0.1234567890123\n', '0.1234567\n'],
    ['an early end', 'sum 42\n', ''],
    ['more than there was', 'sum 42\n', 'sum 42\nfaster!\n'],
  ])('counts %s against the candidate once the baseline has repeated itself', async (_, baseline, candidate) => {
    expect(await compared([baseline], candidate)).toEqual(['differs', 3])
  })

  it('asks for no more than extent where the baseline differs from itself', async () => {
    expect(await compared(['12.1 ms\n', '11.8 ms\n'], '6.2 ms\n')).toEqual(['varying', 3])
    expect(await compared(['12.1 ms\n', '12.1 ms\n', '11.8 ms\n'], '6.2 ms\n')).toEqual(['varying', 3])
  })

  it('compares the lines that a varying baseline does repeat, unless they speak of time and the like', async () => {
    const baseline = ['checksum 42\nelapsed 12.1\n', 'checksum 42\nelapsed 11.8\n', 'checksum 42\nelapsed 12.7\n']
    expect(await compared(baseline, 'checksum 42\nelapsed 3.3\n')).toEqual(['varying', 3])
    expect(await compared(baseline, 'checksum 0\nelapsed 3.3\n')).toEqual(['differs', 3])
    expect(await compared(baseline, 'elapsed 3.3\n')).toEqual(['differs', 3])
    // Rounded to the same figure three times, and rightly to another for a faster candidate.
    const rounded = ['took 1 s\nrun 1\n', 'took 1 s\nrun 2\n', 'took 1 s\nrun 3\n']
    expect(await compared(rounded, 'took 0 s\nrun 4\n')).toEqual(['varying', 3])
  })

  it('does not let a candidate fall silent beside a baseline that varies', async () => {
    expect((await compared(['a 1\nb 2\nc 3\n', 'a 2\nb 2\nc 3\n'], 'a 1\n'))[0]).toBe('differs')
    expect(await compared(['a 1\nb 2\nc 3\n'], '', 'varying')).toEqual(['differs', 1])
    expect(await compared(['a 1\nb 2\nc 3\n'], 'a 9\nb 9\n', 'varying')).toEqual(['varying', 1])
  })

  it('stays with what it knows of figures and of differences', async () => {
    expect(await compared(['1'], '2', 'reported')).toEqual(['reported', 1])
    expect(await compared(['1'], '1', 'differs')).toEqual(['differs', 1])
  })

  it('notices a later pair that differs after earlier ones were the same', async () => {
    expect((await compared(['x\n'], 'y\n', 'same'))[0]).toBe('differs')
  })
})
