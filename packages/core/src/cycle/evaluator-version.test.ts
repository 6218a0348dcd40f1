import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { configSchema, type Config } from '../target/config.ts'
import { evaluatorVersion, isOutdated, outdatedOffers, type VersionedJudges } from './evaluator-version.ts'
import type { ProposalRecord } from './proposal-record.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'sh t.sh' }], metrics: { time: { run: 'sh b.sh', measure: 'cpu-time' } } })
const isProtected = (path: string): boolean => path.startsWith('test/')
const entry = (path: string, id: string): { readonly path: string; readonly mode: '100644'; readonly id: string } => ({ path, mode: '100644', id })

async function version(files: readonly ReturnType<typeof entry>[] = [entry('test/a', '1'), entry('src/a', '2')], changes: Partial<Config> = {}, more: Pick<VersionedJudges, 'ruleJudge'> = {}): Promise<string> {
  return evaluatorVersion({ entries: async () => files }, { config: { ...config, ...changes }, isProtected, trusted: 'b', ...more })
}

describe('evaluatorVersion', () => {
  it('is the same for the same judges, whatever is edited and however it is searched', async () => {
    expect(await version([entry('src/a', '9'), entry('test/a', '1')])).toBe(await version())
    expect(await version(undefined, { search: { ...config.search, evaluations: 5 } })).toBe(await version())
  })

  it('changes with a protected file, its name, a limit, a metric or the tier', async () => {
    const others = await Promise.all([
      version([entry('test/a', '3'), entry('src/a', '2')]),
      version([entry('test/b', '1'), entry('src/a', '2')]),
      version(undefined, { sandbox: { ...config.sandbox, memory: 1 } }),
      version(undefined, { sandbox: { ...config.sandbox, tier: 'gvisor' } }),
      version(undefined, { metrics: {} }),
      version(undefined, {}, { ruleJudge: { provider: 'ollama', model: 'a', url: 'http://127.0.0.1/v1' } }),
      version(undefined, {}, { ruleJudge: { provider: 'ollama', model: 'b', url: 'http://127.0.0.1/v1' } }),
    ])
    expect(new Set([await version(), ...others]).size).toBe(others.length + 1)
  })
})

function offer(id: string, evaluatorVersion: string | undefined, applied = false): ProposalRecord {
  const evaluation = (evaluatorVersion === undefined ? {} : { evaluatorVersion }) as Evaluation
  const decision = { run: null, proposal: id, purpose: 'single' as const, trial: 1, alpha: 0.01, decision: { verdict: 'accepted' as const, reasons: [], metrics: {} }, sequence: 1, hash: 'h', at: '', evaluation }
  const application = { application: 'a', proposal: id, ref: 'r', expected: null, commit: 'c', status: 'applied' as const, revert: null }
  return { id, made: { baseline: 'b' } as ProposalRecord['made'], screening: null, decisions: [decision], consents: [], authors: [], requests: [], applications: applied ? [application] : [], attestations: [] }
}

describe('offers of an earlier epoch', () => {
  it('are those of other judges; older journals do not say, and nothing can be said without a configuration', () => {
    expect(isOutdated(offer('p', 'x'), 'y')).toBe(true)
    expect(isOutdated(offer('p', 'y'), 'y')).toBe(false)
    expect(isOutdated(offer('p', undefined), 'y')).toBe(false)
    expect(isOutdated(offer('p', 'x'), null)).toBe(false)
  })

  it('are listed unless they are applied, with one look at each baseline', async () => {
    let looks = 0
    const versionOf = async (): Promise<string> => (looks++, 'y')
    const records = [offer('old', 'x'), offer('new', 'y'), offer('done', 'x', true), offer('unknown', undefined)]
    expect([...(await outdatedOffers(records, { requireConfirmation: true, versionOf }))]).toEqual(['old'])
    expect(looks).toBe(1)
  })
})
