import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareOracle, type OracleOutput, type OracleRound } from './compare-oracle.ts'

const output = (stdout: string | Uint8Array, change: Partial<OracleOutput> = {}): OracleOutput => ({ ending: 'exited', exitCode: 0, stdout: Buffer.from(stdout), ...change })
const round = (baseline: OracleOutput, candidate: OracleOutput, seed = 7): OracleRound => ({ seed, baseline, candidate })
const compared = (baseline: string, candidate: string, wanted = 1): ReturnType<typeof compareOracle> => compareOracle([round(output(baseline), output(candidate))], wanted)

describe('compareOracle', () => {
  it('counts equal lines as cases, with or without a last line feed', () => {
    expect(compared('1\n{"a":2}\n', '1\n{"a":2}', 2)).toEqual({ cases: 2, mismatches: 0, invalidMismatches: 0, examples: [], seeds: [7], baselineProblem: null, candidateProblem: null })
  })

  it('names the case that differs', () => {
    expect(compared('1\n2\n3\n', '1\n9\n3\n')).toMatchObject({ cases: 3, mismatches: 1, examples: [{ seed: 7, case: 1, baseline: '2', candidate: '9' }] })
  })

  it('counts lines that only one side has', () => {
    expect(compared('1\n', '1\n2\n')).toMatchObject({ mismatches: 1, examples: [{ case: 1, baseline: null, candidate: '2' }] })
    expect(compared('1\n2\n', '1\n')).toMatchObject({ mismatches: 1, examples: [{ case: 1, baseline: '2', candidate: null }] })
    expect(compared('1\n', '')).toMatchObject({ mismatches: 1 })
    expect(compared('1\n', '1\n\n')).toMatchObject({ mismatches: 1 })
  })

  describe('with an oracle that names the classes of its inputs', () => {
    const line = (name: string, rest: object): string => `${JSON.stringify({ case: `${name}-1`, class: name, ...rest })}\n`
    const [right, wrong] = [{ result: 1 }, { result: 2 }]

    it('tells what differs on invalid input only from the rest', () => {
      expect(compared(line('invalid', right) + line('valid', right), line('invalid', wrong) + line('valid', right))).toMatchObject({ mismatches: 0, invalidMismatches: 1 })
      expect(compared(line('invalid', right) + line('valid', right), line('invalid', wrong) + line('valid', wrong))).toMatchObject({ mismatches: 1, invalidMismatches: 1 })
    })

    it('goes by what the baseline calls invalid: a candidate cannot reclassify, nor leave lines out', () => {
      expect(compared(line('valid', right), line('invalid', wrong))).toMatchObject({ mismatches: 1, invalidMismatches: 0 })
      expect(compared(line('valid', right) + line('invalid', right), line('valid', right))).toMatchObject({ mismatches: 1, invalidMismatches: 0 })
      expect(compared('{"class":"invalid"}\n', '1\n')).toMatchObject({ mismatches: 1, invalidMismatches: 0 })
    })

    it('counts what was asked and refused, and whether anything varies', () => {
      const text = line('valid', right) + line('large', { thrown: { name: 'TypeError' } }) + line('invalid', { thrown: { name: 'TypeError' } }) + line('boundary', wrong)
      expect(compared(text, text).answers).toEqual([{ asked: 2, thrown: 1, varies: true }])
      expect(compared(line('valid', right) + line('valid', right), line('valid', right) + line('valid', right)).answers).toEqual([{ asked: 2, thrown: 0, varies: false }])
      expect(compared('1\n', '1\n')).not.toHaveProperty('answers')
    })
  })

  it('compares bytes: carriage returns, forms of one letter and invalid text differ', () => {
    expect(compared('1\n', '1\r\n').mismatches).toBe(1)
    expect(compared('"\u00e9"\n', '"e\u0301"\n').mismatches).toBe(1)
    const broken = [0xff, 0xfe].map((byte) => output(Buffer.from([byte, 0x0a])))
    expect(compareOracle([round(output('1\n'), broken[0] as OracleOutput), round(broken[0] as OracleOutput, broken[1] as OracleOutput)], 1)).toMatchObject({ mismatches: 2 })
  })

  it.each<[string, OracleOutput]>([
    ['nothing', output('')],
    ['an error text', output('Error: no such file\n')],
    ['what is not UTF-8', output(Buffer.from([0x22, 0xff, 0x22, 0x0a]))],
    ['an empty line', output('1\n\n')],
    ['a failure', output('1\n', { exitCode: 1 })],
    ['a timeout', output('1\n', { ending: 'wall-limit', exitCode: null })],
  ])('proves nothing when the baseline gives %s, even if the candidate does the same', (_name, both) => {
    expect(compareOracle([round(both, both)], 1).baselineProblem).not.toBeNull()
  })

  it('holds a failure of the candidate against it, whatever it printed', () => {
    expect(compareOracle([round(output('1\n'), output('1\n', { exitCode: 3 }))], 1)).toMatchObject({ candidateProblem: 'exit status 3', baselineProblem: null })
  })

  it('wants enough cases, over all seeds', () => {
    expect(compared('1\n2\n', '1\n2\n', 3).baselineProblem).toContain('2 of 3')
    const rounds = [1, 2].map((seed) => round(output('1\n2\n'), output('1\n2\n'), seed))
    expect(compareOracle(rounds, 3)).toMatchObject({ cases: 4, seeds: [1, 2], baselineProblem: null })
    expect(compareOracle([], 1).baselineProblem).not.toBeNull()
  })

  it('does not blame the baseline for too few cases when a difference ended the comparison early', () => {
    expect(compared('1\n', '2\n', 500)).toMatchObject({ mismatches: 1, baselineProblem: null })
  })

  it('shows five short, harmless examples', () => {
    const { examples, mismatches } = compared('1\n'.repeat(9), `\u001b[2J${'x'.repeat(1000)}\n`.repeat(9))
    expect([examples.length, mismatches]).toEqual([5, 9])
    expect(examples[0]?.candidate).toMatch(/^x{297}\.\.\.$/)
  })

  it('takes millions of empty lines in stride', () => {
    const started = performance.now()
    expect(compared('1\n', '\n'.repeat(4_000_000)).mismatches).toBe(4_000_000)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('agrees with a comparison of split texts', () => {
    const text = fc.array(fc.constantFrom('1', '2', '"a"'), { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [a, b] = [before.split('\n'), after.split('\n')]
        const expected = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => a[index] === b[index]).filter((same) => !same).length
        expect(compared(before, after).mismatches).toBe(expected)
      }),
    )
  })
})
