import { afterAll, beforeAll, expect, it } from 'vitest'
import { ModelError } from '../model/model-error.ts'
import { unlimited } from '../model/spending-budget.ts'
import { configSchema } from '../target/config.ts'
import { Benchmarks, type BenchmarkPorts } from './suite-sides.ts'
import { askingAgent, openTestBench, rightAnswer, saying, type TestBench } from './test-bench.ts'

let bench: TestBench
beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

const files: Readonly<Record<string, string>> = {
  'suite/tasks/t/task.yaml': 'statement: Make add(a, b) in add.js add.\nrun: node --test\nreport: node\n',
  'suite/tasks/t/repository/add.js': 'exports.add = () => 0\n',
  'suite/tasks/t/hidden/h.test.js': "require('node:test').test('adds', () => require('node:assert').equal(require('./add.js').add(1, 2), 3))\n",
}

it('what no model answered the baseline is asked again, and what was judged is not', async () => {
  let asked = 0
  const gateway = await bench.gateway(async (request) => {
    if (++asked === 1) throw new ModelError('server-failed', 'not now')
    return saying(rightAnswer)(request)
  }, unlimited)
  const revisions: BenchmarkPorts['revisions'] = {
    commit: async (name) => ({ id: name, tree: name, parents: [], message: '' }) as unknown as Awaited<ReturnType<BenchmarkPorts['revisions']['commit']>>,
    entries: async () => Object.keys(files).map((path) => ({ path, mode: '100644', id: path })),
    blobs: async (ids) => ids.map((id) => Buffer.from(files[id] ?? '')),
  }
  const { doors, owner, sandbox } = bench.ports
  const benchmarks = new Benchmarks({ doors, owner, revisions, hidden: async () => () => false, gateway: async () => gateway, repositories: { files: () => Promise.reject(new TypeError('no repository is asked for')) } })
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], models: { use: { own: { provider: 'ollama', model: 'some-model' } } }, metrics: { solved: { run: askingAgent, measure: 'pass-rate', suite: 'suite' } }, sandbox: { wall: '20s' } })
  const [metric] = Object.values(config.metrics)
  if (metric === undefined) throw new TypeError('no metric')
  const side = { commit: 'a'.repeat(40), tree: { path: bench.home, mounts: [], readOnly: [], loopback: false } }
  await using sides = benchmarks.sides({ config, sandbox, scratch: bench.home, trusted: side.commit, occasion: { run: 'r1', about: null, phase: 'search', seed: 1 }, arms: { baseline: side, candidate: side }, agentTree: async () => ({ tree: side.tree, [Symbol.asyncDispose]: async () => undefined }) })
  const attempt = async (): Promise<unknown> => (await sides.attempt({ name: 'solved', metric, side: 'baseline', task: 't' }, AbortSignal.timeout(40_000))).outcome
  expect(await attempt()).toMatchObject({ kind: 'trouble', trouble: { kind: 'passing' } })
  const judged = await attempt()
  expect(judged).toMatchObject({ kind: 'judged', run: { solved: true } })
  expect(await attempt()).toBe(judged)
  expect(asked).toBe(2)
})
