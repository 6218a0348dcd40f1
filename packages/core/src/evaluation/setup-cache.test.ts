import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { configSchema } from '../target/config.ts'
import type { RevisionReader, TreeSlots } from '../workspace/workspace.ts'
import { prepareSetup } from './setup-cache.ts'

let root: string
let setups: number
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'ratchet-setup-'))
  await mkdir(path.join(root, 'slot'))
  setups = 0
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** Stands for a setup that adds one file, which tells which setup made it. */
const sandbox: Sandbox = {
  tier: 'namespace',
  launch: async ({ tree }) => {
    await writeFile(path.join(tree, 'made'), String(++setups))
    return { ending: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } }
  },
  probe: () => Promise.reject(new Error('not asked for')),
  [Symbol.asyncDispose]: async () => undefined,
}
const slots: TreeSlots = {
  materialise: async () => ({ path: path.join(root, 'slot'), protectedPaths: [], [Symbol.asyncDispose]: async () => undefined }),
  [Symbol.asyncDispose]: async () => undefined,
}

/** Which setup, by number, serves a baseline with these files (name and id). */
async function setupFor(run: string, files: Readonly<Record<string, string>>): Promise<number> {
  const entries = Object.entries(files).map(([file, id]) => ({ path: file, mode: '100644', id }))
  const revisions = { entries: async () => entries } as unknown as RevisionReader
  const config = configSchema.parse({ target: { edit: ['src/**'] }, setup: run, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
  const request = { config, baseline: JSON.stringify(files), directory: path.join(root, 'cache'), environment: {} }
  const [mount] = await prepareSetup({ sandbox, slots, revisions }, request, new AbortController().signal)
  expect(mount?.target).toBe('made')
  return Number(await readFile(mount?.source ?? '', 'utf8'))
}

describe('setup', () => {
  it('runs once as long as the manifests stay the same, whatever else changes', async () => {
    expect(await setupFor('npm ci', { 'package.json': '1', 'src/a': '1' })).toBe(1)
    expect(await setupFor('npm ci', { 'package.json': '1', 'src/a': '2' })).toBe(1)
    expect(await setupFor('npm ci', { 'package.json': '2', 'src/a': '2' })).toBe(2)
    expect(await setupFor('npm ci --offline', { 'package.json': '2', 'src/a': '2' })).toBe(3)
  })

  it.each([
    'sh check/setup.sh',
    './check/setup.sh',
    'npm ci && "check/setup.sh" --fast',
    'cd check && sh ./setup.sh',
    'sh "$PWD/check/setup.sh"',
    `sh -c 'sh check/setup.sh; true'`,
    'env FILE=check/setup.sh tool',
    'tool --file=check/setup.sh',
    'tool -rcheck/setup.sh',
    '. /work/check/setup.sh',
  ])('runs again when a file that `%s` names changes', async (run) => {
    expect(await setupFor(run, { 'package.json': '1', 'check/setup.sh': '1', 'check/other.sh': '1' })).toBe(1)
    expect(await setupFor(run, { 'package.json': '1', 'check/setup.sh': '1', 'check/other.sh': '2' })).toBe(1)
    expect(await setupFor(run, { 'package.json': '1', 'check/setup.sh': '2', 'check/other.sh': '2' })).toBe(2)
  })

  it('runs for every baseline where there is no manifest, even when the command names a file', async () => {
    expect(await setupFor('sh setup.sh', { 'setup.sh': '1', 'src/a': '1' })).toBe(1)
    expect(await setupFor('sh setup.sh', { 'setup.sh': '1', 'src/a': '2' })).toBe(2)
    expect(await setupFor('sh setup.sh', { 'setup.sh': '1', 'src/a': '1' })).toBe(1)
  })
})
