import { expect, it } from 'vitest'
import type { JournalEvent } from '../journal/event.ts'
import type { CommitInfo } from '../workspace/workspace.ts'
import { prunableRefs } from './prunable-refs.ts'

async function* nothing(): AsyncIterable<JournalEvent> {
  yield* []
}

it('gives up wrong tests that were made on a baseline which nothing kept was judged on, and nobody else\'s refs', async () => {
  const [old, current] = ['0a'.repeat(20), '0c'.repeat(20)]
  const parents: Readonly<Record<string, readonly string[]>> = { 'wrong-old': [old], 'wrong-current': [current], mine: ['0f'.repeat(20)], merge: [old, current], root: [] }
  const revisions = { commit: async (id: string) => ({ id, tree: 't', parents: parents[id] ?? [] }) as unknown as CommitInfo }
  const place = (baseline: string, index: number): string => `refs/ratchet/tripwires/${baseline.slice(0, 16)}/${index}`
  const refs = [
    { ref: place(old, 0), commit: 'wrong-old' }, { ref: place(current, 0), commit: 'wrong-current' },
    // Somebody has put these there, or the name says another baseline than the commit stands on.
    { ref: place(old, 1), commit: 'mine' }, { ref: place(old, 2), commit: 'merge' }, { ref: place(old, 3), commit: 'root' }, { ref: `${place(old, 4)}/more`, commit: 'wrong-old' }, { ref: `refs/ratchet/tripwires/${current.slice(0, 16)}/1`, commit: 'wrong-old' },
  ]
  const fold = { isProtected: () => false, baselines: () => new Set([current]), commits: () => new Set<string>() }
  const found = await prunableRefs({ index: { ofRun: nothing, ofProposal: nothing }, revisions }, { refs, scope: { runs: [], proposals: [] }, fold })
  expect(found.map(({ ref }) => ref)).toEqual([place(old, 0)])
})
