import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeLint, lintScore, skippedLint, unreadLint } from '../../decision/judge-lint.ts'
import { sandboxedTargets, type SandboxedTargets } from '../../reporters/sandboxed-target.ts'
import type { LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import { configSchema, type ConfigInput } from '../../target/config.ts'
import type { LintFacts } from '../evaluation.ts'
import type { LaunchTree } from '../launch-plan.ts'
import { linters } from './linter.ts'
import { runLinters } from './run-linters.ts'

const configOf = (lint: ConfigInput['lint']): ReturnType<typeof configSchema.parse> => configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } }, lint })
const read = (linter: keyof typeof linters, output: string): Record<string, number> | null => {
  const counts = linters[linter].read(output)
  return counts === null ? null : Object.fromEntries(counts)
}

describe('reports of linters', () => {
  it.each([
    ['eslint', '[{"filePath":"/work/a.js","messages":[{"ruleId":"no-eval","severity":2},{"ruleId":"no-eval","severity":1},{"ruleId":null,"fatal":true}]},{"messages":[]}]', { 'no-eval': 2, unreadable: 1 }],
    ['oxlint', '{ "diagnostics": [{"code":"eslint(no-debugger)"},{"code":"eslint(no-debugger)"}], "number_of_files": 1 }', { 'eslint(no-debugger)': 2 }],
    ['biome', 'The --json option is unstable\n{"summary":{},"diagnostics":[{"category":"lint/suspicious/noDebugger"}]}', { 'lint/suspicious/noDebugger': 1 }],
    ['ruff', '[{"code":"F401","filename":"a.py"},{"code":null}]', { F401: 1, unreadable: 1 }],
    ['flake8', './a.py:1:1: F401 imported but unused\n./a b.py:12:80: E501 line too long\n', { F401: 1, E501: 1 }],
    ['clang-tidy', '12 warnings generated.\n/work/a.cpp:3:5: warning: do not use new [cppcoreguidelines-owning-memory]\n    3 | x\n/work/a.cpp:9:1: error: bad [clang-diagnostic-error]\n', { 'cppcoreguidelines-owning-memory': 1, 'clang-diagnostic-error': 1 }],
    ['eslint', '', null], ['eslint', '{"a":1}', null], ['oxlint', '{}', null], ['ruff', 'error: x', null], ['flake8', 'Traceback: x', null], ['eslint', '[]', {}], ['flake8', '', {}],
  ] as const)('%s: %j', (linter, output, counts) => expect(read(linter, output)).toEqual(counts))
})

const facts = (rules: LintFacts['rules'], more: Partial<LintFacts> = {}): LintFacts => ({ linter: 'eslint', command: 'x', hearsSuppressions: false, skipped: null, problem: null, rules, ...more })
const hush = { rule: 'check-switched-off', file: 'a.js', line: 3, message: 'm' }

describe('no worse than before', () => {
  it.each([
    ['fewer of one rule and none more', facts([{ rule: 'a', baseline: 3, candidate: 1 }]), []],
    ['more of one rule, though fewer of another', facts([{ rule: 'a', baseline: 9, candidate: 0 }, { rule: 'b', baseline: 0, candidate: 1 }]), ['lint-worse']],
    ['a candidate that cannot be read', facts([], { problem: 'exit status 2' }), ['lint-failed']],
    ['nothing counted', facts([], { skipped: 'eslint is not there' }), []],
  ])('%s', (_, given, codes) => expect(judgeLint([given], []).map(({ code }) => code)).toEqual(codes))

  it('counts a comment that a linter hears, and no other', () => {
    expect(judgeLint([facts([], { hearsSuppressions: true })], [hush]).map(({ code }) => code)).toEqual(['lint-worse'])
    expect(judgeLint([facts([])], [hush])).toEqual([])
    expect(judgeLint([facts([], { hearsSuppressions: true, skipped: 'x' })], [hush])).toEqual([])
    expect(lintScore([facts([{ rule: 'a', baseline: 3, candidate: 5 }, { rule: 'b', baseline: 4, candidate: 1 }], { hearsSuppressions: true })], [hush])).toEqual({ before: 7, after: 6, worse: 3 })
  })

  it('says what was skipped', () => expect(skippedLint([facts([], { skipped: 'clang-tidy is not there', linter: 'clang-tidy' })])).toMatchObject([{ code: 'lint-skipped', message: expect.stringContaining('clang-tidy') }]))
})

describe('runs of linters', () => {
  const answered = async (results: readonly Partial<LaunchResult>[], lint: ConfigInput['lint'] = [{ use: 'eslint' }]): Promise<LintFacts | undefined> => {
    let number = 0
    const nothing = { ending: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: 10, cpuMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } } as const
    const sandbox = { launch: () => Promise.resolve({ ...nothing, ...results[number++] }) } as unknown as Sandbox
    const tree = { path: '/tree', mounts: [], readOnly: [] }
    return (await runLinters(sandbox, { config: configOf(lint), arms: { baseline: tree, candidate: tree } }, AbortSignal.timeout(5_000)))[0]
  }
  const report = (text: string, exitCode = 0): Partial<LaunchResult> => ({ stdout: Buffer.from(text), exitCode })

  it.each(['wall-limit', 'memory-limit', 'output-limit'] as const)('a baseline that is ended by %s says nothing of the change', async (ending) => {
    const facts = await answered([{ ending: ending as LaunchResult['ending'], exitCode: null }, report('[]')])
    expect(facts).toMatchObject({ skipped: null, problem: `ended by ${ending}`, unread: 'baseline' })
    expect([judgeLint([facts as LintFacts], []), skippedLint([facts as LintFacts])]).toEqual([[], []])
    expect(unreadLint([facts as LintFacts])).toMatchObject([{ code: 'lint-failed', message: expect.stringContaining(ending) }])
  })

  it.each([
    ['both', [report('[{"messages":[{"ruleId":"a"}]}]', 1), report('[]')], { skipped: null, problem: null, rules: [{ rule: 'a', baseline: 1, candidate: 0 }] }],
    ['no linter', [{ exitCode: 127, stderr: Buffer.from('sh: eslint: not found') }], { skipped: 'eslint is not there', rules: [] }],
    ['a baseline that cannot be read', [report('', 2)], { skipped: expect.stringContaining('baseline'), rules: [] }],
    ['a candidate that cannot be read', [report('[]'), report('oops', 2)], { skipped: null, problem: expect.stringContaining('2') }],
    ['a candidate that writes nothing', [report('[]'), report('')], { problem: expect.stringContaining('no report') }],
    ['a candidate that takes for ever', [report('[]'), { ending: 'wall-limit' as const, exitCode: null }], { problem: 'ended by wall-limit' }],
  ])('%s', async (_, results, expected) => expect(await answered(results)).toMatchObject(expected))

  it('hears suppressions where the command is the target\'s own', async () => {
    expect(await answered([report('[]'), report('[]')])).toMatchObject({ hearsSuppressions: false })
    expect(await answered([report('[]'), report('[]')], [{ use: 'eslint', run: 'npx eslint -f json src' }])).toMatchObject({ hearsSuppressions: true, command: 'npx eslint -f json src' })
  })
})

describe('oxlint in a real sandbox', () => {
  let targets: SandboxedTargets
  beforeAll(async () => {
    targets = await sandboxedTargets()
  }, 60_000)
  afterAll(async () => targets[Symbol.asyncDispose]())

  it('counts on both sides, and says so where a linter is not there', async () => {
    const modules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url))
    const place = async (source: string): Promise<LaunchTree> => ({ path: await targets.folder({ 'src/a.js': source }), mounts: [{ source: modules, target: 'node_modules' }], readOnly: [] })
    const arms = { baseline: await place('export const a = 1\n'), candidate: await place('export const a = 1\ndebugger\n') }
    const [oxlint, tidy] = await runLinters(targets.sandbox, { config: configOf([{ use: 'oxlint', run: 'node node_modules/oxlint/bin/oxlint --format json src' }, { use: 'clang-tidy', run: 'no-such-clang-tidy a.cpp' }]), arms }, AbortSignal.timeout(60_000))
    expect(oxlint).toMatchObject({ skipped: null, problem: null, rules: [{ rule: 'eslint(no-debugger)', baseline: 0, candidate: 1 }] })
    expect(judgeLint([oxlint as LintFacts], [])).toMatchObject([{ code: 'lint-worse' }])
    expect(tidy).toMatchObject({ skipped: 'clang-tidy is not there' })
  }, 60_000)
})
