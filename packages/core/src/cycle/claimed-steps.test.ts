import { describe, expect, it } from 'vitest'
import { claimedSteps } from './claimed-steps.ts'

const path = 'a.py'
const baseline = [{ path, text: 'def f(a):\n    n = sum(a)\n    return n < 10\n' }]
const wrote = (rationale: string, ...replacements: readonly string[]): { rationale: string; edits: { path: string; replacement: string }[] } => ({ rationale, edits: replacements.map((replacement) => ({ path, replacement })) })

/** What those steps say of themselves. */
const claimed = (...request: Parameters<typeof claimedSteps<ReturnType<typeof wrote>>>): readonly string[] => claimedSteps(...request).map(({ rationale }) => rationale)

describe('the steps that a smaller patch claims', () => {
  const steps = [wrote('adds up once', 'a_sum = total(a)'), wrote('asks less', '1', '    return n < 1\n'), wrote('sorts', 'a.sort()\n    n = sum(a)\n')]

  it('are those that wrote whole lines of it', () => expect(claimed(baseline, [{ path, replacement: '    return n < 1\n' }], steps)).toEqual(['asks less']))

  it('are those that wrote a part of one of its lines', () => expect(claimed(baseline, [{ path, replacement: '    n = (a_sum = total(a)) + 2\n' }], steps)).toEqual(['adds up once']))

  it('are not those that wrote only what the baseline has too', () => expect(claimed(baseline, [{ path, replacement: '    n = sum(a)\r\n' }], steps)).toEqual([]))

  it('are not those that wrote the same into another file', () => expect(claimed(baseline, [{ path: 'b.py', replacement: 'a.sort()\n' }], steps)).toEqual([]))

  it('keep their order', () => expect(claimed(baseline, [{ path, replacement: 'a.sort()\nreturn n < 1\na_sum = total(a)\n' }], steps)).toEqual(['adds up once', 'asks less', 'sorts']))
})
