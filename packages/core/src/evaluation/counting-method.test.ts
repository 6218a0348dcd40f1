import { describe, expect, it } from 'vitest'
import type { Launch, LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import { chooseCountingMethod, CountingChoice } from './counting-method.ts'

const tree = { path: '/tree', mounts: [], readOnly: [] }
const turnsOf = ({ command }: Launch): number => Number(/-lt (\d+)/.exec(command)?.[1])

function sandboxThat(counts: (launch: Launch, at: number) => number | null | undefined, ending: LaunchResult['ending'] = 'exited'): Sandbox & { launches: number } {
  const sandbox = {
    launches: 0,
    tier: 'namespace' as const,
    launch: async (launch: Launch): Promise<LaunchResult> => {
      const instructions = counts(launch, sandbox.launches++)
      return { ending, exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'cgroup-v2', ...(instructions === undefined ? {} : { instructions }) } }
    },
    probe: async () => ({ tier: 'namespace' as const, available: true, accounting: 'cgroup-v2' as const, treeMode: 'overlay' as const, checks: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
  return sandbox
}

const signal = AbortSignal.timeout(10_000)

describe('what counts instructions', () => {
  it.each([
    ['grows with the work and repeats', (launch: Launch, at: number) => 9_000_000 + 500 * turnsOf(launch) + 100 * at, 'hardware'],
    ['does not repeat', (launch: Launch, at: number) => (9_000_000 + 500 * turnsOf(launch)) * (at % 2 === 0 ? 1 : 1.002), 'valgrind'],
    ['says the same of everything', () => 30_000_000, 'valgrind'],
    ['shrinks with the work', (launch: Launch) => 90_000_000 - turnsOf(launch), 'valgrind'],
    ['says nothing', () => null, 'valgrind'],
    ['says nothing from the fifth time on', (launch: Launch, at: number) => (at < 4 ? 9_000_000 + 500 * turnsOf(launch) : null), 'valgrind'],
    ['is not known to the tier', () => undefined, 'valgrind'],
    ['counts nothing', () => 0, 'valgrind'],
  ] as const)('a counter that %s', async (_, counts, method) => expect(await chooseCountingMethod(sandboxThat(counts), tree, signal)).toBe(method))

  it('is not believed about a launch that did not end well', async () => expect(await chooseCountingMethod(sandboxThat((launch) => 500 * turnsOf(launch), 'cpu-limit'), tree, signal)).toBe('valgrind'))

  it('is found out once, and again only after a failure', async () => {
    const choice = new CountingChoice()
    const broken = { ...sandboxThat(() => 1), launch: () => Promise.reject(new Error('no sandbox')) }
    await expect(choice.of(broken, tree, signal)).rejects.toThrow('no sandbox')
    const sandbox = sandboxThat(() => null)
    expect([await choice.of(sandbox, tree, signal), await choice.of(sandbox, tree, signal), sandbox.launches]).toEqual(['valgrind', 'valgrind', 1])
  })
})
