import { describe, expect, it } from 'vitest'
import { metricRules } from '../cycle/metric-rules.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { Launch, LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import { configSchema, type ConfigInput } from '../target/config.ts'
import type { MetricFacts } from './evaluation.ts'
import { CountingChoice, type CountingMethod } from './counting-method.ts'
import { measureMetrics } from './measure-metrics.ts'

function chosen(method: CountingMethod): CountingChoice {
  const choice = new CountingChoice()
  choice.of = () => Promise.resolve(method)
  return choice
}

interface Side {
  readonly cpuMs?: number
  readonly instructions?: number
  readonly solves?: (task: string) => boolean
  readonly printsWhileCounted?: string
}

const trees = { baseline: { path: '/baseline', mounts: [], readOnly: [] }, candidate: { path: '/candidate', mounts: [], readOnly: [] }, copy: { path: '/copy', mounts: [], readOnly: [] } }

async function measure(input: Pick<ConfigInput, 'metrics' | 'accept'>, sides: { readonly baseline: Side; readonly candidate: Side }, { withCopy = false, counting }: { readonly withCopy?: boolean; readonly counting?: CountingMethod } = {}): Promise<{ readonly metrics: readonly MetricFacts[]; readonly launches: readonly Launch[] }> {
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], ...input })
  const launches: Launch[] = []
  const noise = seededRandom('noise', 1)
  const sandbox: Sandbox = {
    tier: 'namespace',
    launch: async (launch): Promise<LaunchResult> => {
      launches.push(launch)
      const side = launch.tree === '/candidate' ? sides.candidate : sides.baseline
      const task = launch.environment['RATCHET_TASK']
      const isCounted = launch.command.includes('cachegrind')
      const hardware = launch.instructions === true ? { instructions: side.instructions ?? null } : {}
      const log = `==1== Command: x\n==1== I   refs:      ${side.instructions ?? 0}\n`
      return {
        ending: 'exited', exitCode: task === undefined || side.solves?.(task) === true ? 0 : 1, stdout: Buffer.from(isCounted ? (side.printsWhileCounted ?? '') : ''), stderr: new Uint8Array(), collected: null, channel: isCounted ? Buffer.from(log) : null,
        usage: { wallMs: 1, cpuMs: (side.cpuMs ?? 100) * (1 + 0.001 * noise.next()), peakMemoryBytes: 1, accounting: 'cgroup-v2', ...hardware },
      }
    },
    probe: async () => ({ tier: 'namespace', available: true, accounting: 'cgroup-v2', treeMode: 'overlay', checks: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const request = { config, rules: metricRules(config, 0.01, 'patient'), arms: trees, copy: withCopy ? { tree: trees.copy, every: 3 } : null, random: seededRandom('measure', 1), onPair: () => undefined, ...(counting === undefined ? {} : { counting: chosen(counting) }) }
  return { metrics: await measureMetrics(sandbox, request, AbortSignal.timeout(20_000)), launches }
}

const time = { run: 'bench', measure: 'cpu-time' } as const
const counted = (launches: readonly Launch[]): number => launches.filter(({ command }) => command.includes('cachegrind')).length

describe('counts beside a time', () => {
  it('that vote are taken when there is a gain to confirm, and only then', async () => {
    const metrics = { speed: { ...time, counts: 'vote' as const } }
    const gain = await measure({ metrics }, { baseline: { cpuMs: 200, instructions: 200 }, candidate: { cpuMs: 100, instructions: 100 } })
    expect([gain.metrics[0]?.counts?.rounds.length, counted(gain.launches)]).toEqual([3, 12])
    const none = await measure({ metrics }, { baseline: { instructions: 200 }, candidate: { instructions: 100 } })
    expect([none.metrics[0]?.counts, counted(none.launches)]).toEqual([undefined, 0])
  })

  it('that lead come first, and stop where they show nothing', async () => {
    const metrics = { speed: { ...time, counts: 'lead' as const, margin: '5%' } }
    const led = await measure({ metrics }, { baseline: { cpuMs: 103, instructions: 103 }, candidate: { cpuMs: 100, instructions: 100 } })
    expect([counted(led.launches.slice(0, 12)), led.metrics[0]?.pairs.length]).toEqual([12, 9])
    const flat = await measure({ metrics }, { baseline: { instructions: 100 }, candidate: { instructions: 100 } })
    expect(counted(flat.launches)).toBe(4)
  })

  it('notice a candidate that prints something else while it is counted', async () => {
    const { metrics: [facts] } = await measure({ metrics: { speed: { ...time, counts: 'lead' } } }, { baseline: { instructions: 200, printsWhileCounted: 'right' }, candidate: { instructions: 100, printsWhileCounted: 'wrong' } })
    expect(facts?.counts?.problem).toMatchObject({ side: 'candidate' })
  })
})

describe('null pairs', () => {
  it('come in between, of the baseline and its copy, and never of the candidate', async () => {
    const { metrics: [facts], launches } = await measure({ metrics: { speed: time } }, { baseline: { cpuMs: 200 }, candidate: { cpuMs: 100 } }, { withCopy: true })
    expect([facts?.pairs.length, facts?.nullPairs?.length]).toEqual([9, 3])
    expect(launches.filter(({ tree }) => tree === '/copy').length).toBe(3)
    for (const pair of facts?.nullPairs ?? []) expect(Math.abs((pair.baseline ?? 0) - (pair.candidate ?? 0))).toBeLessThan(1)
  })
})

describe('a pass rate', () => {
  it('asks each task once, in random order, and stops early', async () => {
    const { metrics: [facts] } = await measure({ metrics: { solved: { run: 'agent', measure: 'pass-rate', tasks: 80 } } }, { baseline: { solves: () => false }, candidate: { solves: () => true } })
    const tasks = facts?.pairs.map(({ task }) => task) ?? []
    expect([tasks.length, new Set(tasks).size, facts?.tasks, facts?.trust]).toEqual([9, 9, 80, 'reported'])
    expect(tasks).not.toEqual(tasks.toSorted((a, b) => Number(a) - Number(b)))
  })

  it('ends with the last task', async () => {
    const { metrics: [facts] } = await measure({ metrics: { solved: { run: 'agent', measure: 'pass-rate', tasks: 40 } } }, { baseline: { solves: (task) => Number(task) % 2 === 0 }, candidate: { solves: (task) => Number(task) % 2 === 1 } })
    expect(facts?.pairs.length).toBeLessThanOrEqual(40)
  })
})

describe('the processor as the counter', () => {
  const sides = { baseline: { instructions: 1_000_000 }, candidate: { instructions: 700_000, cpuMs: 70 } }

  it('is named in the facts, and nothing runs under an instrument', async () => {
    const { metrics: [facts], launches } = await measure({ metrics: { speed: { ...time, counts: 'lead' } } }, sides, { counting: 'hardware' })
    expect(facts?.counts).toMatchObject({ method: 'hardware', problem: null })
    expect(facts?.counts?.rounds[0]).toMatchObject({ baseline: [1_000_000, 1_000_000], candidate: [700_000, 700_000] })
    expect(launches.some(({ command }) => command.includes('cachegrind'))).toBe(false)
    expect(launches.filter(({ instructions }) => instructions === true).length).toBeGreaterThan(0)
  })

  it('measures a metric of instructions', async () => {
    const { metrics: [facts] } = await measure({ metrics: { work: { run: 'bench', measure: 'instructions' } } }, sides, { counting: 'hardware' })
    expect([facts?.counting, facts?.trust, facts?.pairs[0]?.baseline, facts?.pairs[0]?.candidate]).toEqual(['hardware', 'instrumented', 1_000_000, 700_000])
  })

  it('gives no figure where it gave no count', async () => {
    const { metrics: [facts] } = await measure({ metrics: { work: { run: 'bench', measure: 'instructions' } } }, { baseline: { instructions: 1 }, candidate: {} }, { counting: 'hardware' })
    expect(facts?.problem).toEqual({ side: 'candidate', detail: 'the processor gave no count' })
  })

  it('is not spoken of where valgrind counts', async () => {
    const { metrics: [facts] } = await measure({ metrics: { speed: { ...time, counts: 'lead' } } }, sides, { counting: 'valgrind' })
    expect(facts?.counts?.method).toBeUndefined()
    expect(facts?.counts?.rounds.length).toBeGreaterThan(0)
  })
})

describe('objectives together', () => {
  const metrics = { a: time, b: { run: 'other', measure: 'cpu-time' as const, margin: '5%' } }

  it.each(['any', 'weighted'] as const)('%s are measured in rounds', async (objectives) => {
    const { metrics: facts } = await measure({ metrics, accept: { objectives } }, { baseline: { cpuMs: 200 }, candidate: { cpuMs: 100 } })
    expect(new Set(facts.map(({ pairs }) => pairs.length)).size).toBe(1)
  })

  it('refuse counts and pass rates, which they could not weigh', () => {
    for (const speed of [{ ...time, counts: 'vote' as const }, { run: 'a', measure: 'pass-rate' as const, tasks: 3 }]) {
      expect(configSchema.safeParse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed }, accept: { objectives: 'any' } }).success).toBe(false)
    }
  })
})
