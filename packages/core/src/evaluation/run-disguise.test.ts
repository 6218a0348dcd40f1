import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import { configSchema } from '../target/config.ts'
import { runDisguised } from './run-disguise.ts'

let home: string
beforeEach(async () => void (home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-disguise-'))))
afterEach(() => rm(home, { recursive: true, force: true }))

const launched = (stdout: string): LaunchResult => ({ ending: 'exited', exitCode: 0, stdout: Buffer.from(stdout), stderr: Buffer.of(), collected: null, usage: { cpuMs: 1, wallMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } })

/** `npm run bound` answers otherwise in another directory, on both sides alike. */
const sandbox: Sandbox = {
  tier: 'namespace',
  launch: async ({ command, directory = '/work' }) => launched(`${JSON.stringify(command === 'npm run bound' ? directory : 1)}\n`),
  probe: () => Promise.reject(new Error('not asked for')),
  [Symbol.asyncDispose]: async () => undefined,
}

async function disguised(...commands: readonly string[]): ReturnType<typeof runDisguised> {
  const config = configSchema.parse({ target: { edit: ['**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } }, oracle: commands.map((run) => ({ run, cases: 1 })) })
  const tree = { path: home, mounts: [], readOnly: [] }
  return runDisguised(sandbox, { config, arms: { baseline: tree, candidate: tree }, random: seededRandom('disguise') }, new AbortController().signal)
}

describe('oracles in disguise', () => {
  it('are compared where the baseline gives its answers', async () => expect(await disguised('npm run free')).toMatchObject({ kinds: ['in another directory'], undisguised: [], oracle: { cases: 1, mismatches: 0 } }))

  it('are none where it gives others', async () => expect(await disguised('npm run bound')).toBeNull())

  it('name those that no disguise fits: one that fits does not vouch for them', async () => expect(await disguised('npm run free', 'npm run bound')).toMatchObject({ oracle: { cases: 1 }, undisguised: ['npm run bound'] }))
})
