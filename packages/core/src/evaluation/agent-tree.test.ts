import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BenchmarkError } from '../benchmark/benchmark-error.ts'
import { Benchmarks } from '../benchmark/suite-sides.ts'
import { openTestBench, rightAnswer, saying, type TestBench } from '../benchmark/test-bench.ts'
import { configSchema, type Config } from '../target/config.ts'
import { hiddenPaths } from '../target/hidden-paths.ts'
import { createPathScope } from '../target/path-scope.ts'
import type { RevisionReader, TreeSlots } from '../workspace/workspace.ts'
import { agentTree } from './agent-tree.ts'
import { prepareRequest } from './baseline-stand.ts'
import type { EvaluatorOptions } from './evaluation-request.ts'
import { prepareTree } from './prepared-tree.ts'

let bench: TestBench
beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

const files: Readonly<Record<string, string>> = {
  'suite/tasks/t/task.yaml': 'statement: do\nrun: node --test\nreport: node\n', 'suite/tasks/t/repository/add.js': 'x', 'suite/tasks/t/hidden/h.test.js': "require('node:test').test('a', () => { throw 1 })",
  'src/agent.sh': 'cat "$RATCHET_AGENT"/test/unseen/* "$RATCHET_AGENT"/dist/*; cat "$RATCHET_AGENT"/src/plain.txt; echo hi > new.js\n',
  'src/plain.txt': 'PLAIN-TEXT\n', 'test/seen.test.js': '', 'test/unseen/a.test.js': 'HELD-OUT-TEXT\n',
}
const revisions: Pick<RevisionReader, 'commit' | 'entries' | 'blobs'> = {
  commit: async (id) => ({ id, tree: id }) as Awaited<ReturnType<RevisionReader['commit']>>,
  entries: async () => Object.keys(files).map((name) => ({ path: name, mode: '100644', id: name })),
  blobs: async (ids) => ids.map((id) => Buffer.from(files[id] ?? '')),
}

const slots: TreeSlots = {
  materialise: async ({ isWithheld, isProtected }) => {
    const home = await mkdtemp(path.join(bench.home, 'slot-'))
    await chmod(home, 0o755)
    const names = Object.keys(files).filter((name) => !name.startsWith('suite/') && isWithheld?.(name) !== true)
    for (const name of names) {
      await mkdir(path.dirname(path.join(home, name)), { recursive: true })
      await writeFile(path.join(home, name), files[name] ?? '')
    }
    return { path: home, protectedPaths: names.filter(isProtected), [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
  },
  [Symbol.asyncDispose]: async () => undefined,
}

function configOf(build: string | undefined, heldOut: boolean): Config {
  return configSchema.parse({
    target: { edit: ['src/**'] }, ...(build === undefined ? {} : { build }), models: { use: { own: { provider: 'ollama', model: 'x' } } },
    tests: [{ run: 'node --test test/seen.test.js' }, { run: 'node --test test/unseen/a.test.js', heldOut }],
    metrics: { solved: { run: 'sh "$RATCHET_AGENT/src/agent.sh"', measure: 'pass-rate', suite: 'suite' } }, sandbox: { wall: '20s' },
  })
}

const [trusted, candidate] = ['a'.repeat(40), 'b'.repeat(40)]

/** What the journal would tell proposers of one attempt. */
async function toldOf(side: 'baseline' | 'candidate', { build, heldOut = true }: { readonly build?: string; readonly heldOut?: boolean }): Promise<string> {
  const config = configOf(build, heldOut)
  const isHidden = hiddenPaths(config, Object.keys(files))
  const { sandbox, doors, owner } = bench.ports
  const options: EvaluatorOptions = { sandbox, slots, scratch: bench.home, config, scope: createPathScope(config, Object.keys(files)), mounts: [], clock: () => new Date() }
  const signal = AbortSignal.timeout(50_000)
  await using prepared = await prepareTree(options, prepareRequest(options, candidate, trusted), signal)
  const gateway = await bench.gateway(saying(rightAnswer))
  const benchmarks = new Benchmarks({ doors, owner, revisions, hidden: async () => isHidden, gateway: async () => gateway, repositories: { files: () => Promise.reject(new BenchmarkError('repository-missing', 'none')) } })
  const arms = { baseline: { commit: trusted, tree: prepared.tree }, candidate: { commit: candidate, tree: prepared.tree } }
  const occasion = { run: null, about: 'p', phase: 'search', seed: 1 }
  await using sides = benchmarks.sides({ config, sandbox, scratch: bench.home, trusted, occasion, arms, agentTree: (commit, hides, stop) => agentTree(options, { commit, trusted, baseline: trusted, isHidden: hides }, stop) })
  const metric = config.metrics['solved']
  if (metric === undefined) throw new TypeError('no metric')
  return JSON.stringify(await sides.attempt({ name: 'solved', metric, side, task: 't' }, signal))
}

it('shows an agent no held-out test, neither as it is nor as a build copied it, and all the rest', async () => {
  const build = 'mkdir dist && cp -r test dist/ 2>/dev/null; cat test/unseen/* > dist/kept.txt 2>/dev/null; true'
  for (const told of [await toldOf('candidate', {}), await toldOf('candidate', { build }), await toldOf('baseline', { build })]) {
    expect(told).toContain('PLAIN-TEXT')
    expect(told).not.toContain('HELD-OUT-TEXT')
  }
  expect(await toldOf('candidate', { build, heldOut: false })).toContain('HELD-OUT-TEXT')
})

it('says so where the baseline cannot be built without held-out tests, and lets a candidate bear it', async () => {
  const build = 'cat test/unseen/a.test.js'
  await expect(toldOf('baseline', { build })).rejects.toMatchObject({ code: 'setup-failed' })
  expect(await toldOf('candidate', { build })).not.toContain('HELD-OUT-TEXT')
})
