import { describe, expect, it } from 'vitest'
import type { JournalEvent, NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Opportunity } from '../proposal/proposal.ts'
import { knownOpportunities } from './known-opportunities.ts'

const hot = (functionName: string): readonly Opportunity[] => [{ kind: 'hot-function', path: 'a.js', functionName, line: 1, weight: 1 }]
const started = (run: string, baseline: string, configDigest: string): NewEvent => ({
  kind: 'run-started',
  body: { run, seed: 1, baseline, configDigest, strategy: 'greedy', proposer: 'genetic', evaluations: 1, wallMs: null, tier: 'namespace' },
})
const observed = (run: string, opportunities: readonly Opportunity[]): NewEvent => ({ kind: 'opportunities-observed', body: { run, opportunities } })

async function answer(events: readonly NewEvent[]): Promise<string | undefined> {
  const index: Pick<JournalIndex, 'ofKinds'> = {
    async *ofKinds(kinds) {
      const link = { schemaVersion: 1, at: '2026-01-01T00:00:00.000Z', previous: '', hash: '' }
      for (const [sequence, event] of events.entries()) if (kinds.includes(event.kind)) yield { ...event, ...link, sequence } as JournalEvent
    },
  }
  const source = knownOpportunities(index as JournalIndex, { baseline: 'b', configDigest: 'c' }, { observe: async () => hot('fresh') })
  const [first] = await source.observe(new AbortController().signal)
  return first?.kind === 'hot-function' ? first.functionName : undefined
}

describe('known opportunities', () => {
  it('are those of an earlier run on the same baseline under the same configuration', async () => {
    expect(await answer([started('r', 'b', 'c'), observed('r', hot('known'))])).toBe('known')
  })

  it.each([
    ['nobody looked before', []],
    ['of another baseline', [started('r', 'other', 'c'), observed('r', hot('known'))]],
    ['of another configuration', [started('r', 'b', 'other'), observed('r', hot('known'))]],
    ['of a run that saw nothing', [started('r', 'b', 'c'), observed('r', [])]],
    ['of a run that was interrupted before it looked', [started('r', 'b', 'c')]],
  ])('are observed afresh: %s', async (_, events) => {
    expect(await answer(events)).toBe('fresh')
  })
})
