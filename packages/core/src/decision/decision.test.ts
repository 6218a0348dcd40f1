import { describe, expect, it } from 'vitest'
import { isAskedAbout, type ReasonCode, type Verdict } from './decision.ts'

const asked = (verdict: Verdict, ...codes: readonly ReasonCode[]): boolean => isAskedAbout({ verdict, reasons: codes.map((code) => ({ code, message: '' })) })

describe('a gain that a person is asked about', () => {
  it('is one that is shown, whatever of the change is asked about', () => {
    for (const code of ['suspicious-content', 'protected-path', 'edit-outside-scope', 'patch-too-large', 'constitution'] as const) expect(asked('approval-required', 'proven-gain', code, 'lint-skipped')).toBe(true)
  })

  it('is none where nothing is shown, or nothing is asked', () => {
    expect(asked('approval-required', 'suspicious-content')).toBe(false)
    expect(asked('approval-required', 'proven-gain')).toBe(false)
    expect(asked('approval-required', 'repaired', 'suspicious-content')).toBe(false)
    for (const verdict of ['accepted', 'inconclusive', 'rejected'] as const) expect(asked(verdict, 'proven-gain', 'suspicious-content')).toBe(false)
  })

  it('is none where the evidence is doubted as well', () => {
    for (const code of ['weak-evidence', 'implausible-gain', 'reported-figure', 'counts-only', 'resource-cost', 'invalid-input-differs'] as const) expect(asked('approval-required', 'proven-gain', 'suspicious-content', code)).toBe(false)
  })
})
