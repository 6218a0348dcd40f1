import { describe, expect, it } from 'vitest'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { createMemorySnapshots } from '../testing/memory-snapshots.ts'
import type { CommitInfo, RevisionReader } from '../workspace/workspace.ts'
import { CycleError } from './cycle-error.ts'
import { resumeRun, startRun, type PresentRules } from './start-run.ts'

const baseline = 'b'.repeat(40)
const commits: Pick<RevisionReader, 'commit'> = { commit: async () => ({ id: baseline, tree: 'a'.repeat(40), parents: [] }) as unknown as CommitInfo }
const revisions = commits as RevisionReader
const rules: PresentRules = { configDigest: 'c', evaluatorVersion: 'e', configSource: 'baseline' }

async function resumedUnder(present: PresentRules): Promise<'goes on' | CycleError> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  const { run } = await startRun({ journal, revisions }, { seed: 1, configDigest: 'c', evaluatorVersion: 'e', baseline, strategy: 'greedy', proposer: 'genetic', evaluations: 3, wallMs: null, tier: 'namespace' })
  try {
    const state = await resumeRun({ revisions, journal, index: journal, snapshots: createMemorySnapshots() }, run, present)
    expect(state.run).toBe(run)
    return 'goes on'
  } catch (error) {
    if (error instanceof CycleError) return error
    throw error
  }
}

describe('an interrupted run', () => {
  it('goes on under the rules that it was started with, wherever they are written', async () => {
    expect([await resumedUnder(rules), await resumedUnder({ ...rules, configSource: 'outside' }), await resumedUnder({ ...rules, evaluatorVersion: null })]).toEqual(['goes on', 'goes on', 'goes on'])
  })

  it.each([
    ['the committed configuration means something else today', { configDigest: 'd' }, /this version of Ratchet reads the configuration .* has not changed$/, /^Let the version of Ratchet that started the run finish it/],
    ['a configuration outside of the baseline is another one', { configDigest: 'd', configSource: 'outside' }, /its file was changed, or this version of Ratchet reads it differently/, /^Restore the configuration if it was changed/],
    ['the judges are others', { evaluatorVersion: 'f' }, /this version of Ratchet measures or compares differently/, /^Let the version of Ratchet/],
  ] as const)('is refused where %s, and the message says what happened', async (_, changed, message, remedy) => {
    const refused = await resumedUnder({ ...rules, ...changed })
    expect(refused).toMatchObject({ code: 'run-mismatch', message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) })
  })
})
