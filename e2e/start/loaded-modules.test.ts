import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const exec = promisify(execFile)
const bin = path.join(import.meta.dirname, '../../packages/cli/bin/ratchet.js')
const counter = path.join(import.meta.dirname, 'count-modules.mjs')
let home: string
let target: string

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-modules-'))
  target = path.join(home, 'target')
  await mkdir(path.join(target, 'src'), { recursive: true })
  await writeFile(path.join(target, 'src/one.js'), 'exports.one = () => 1\n')
  await writeFile(path.join(target, 'one.test.js'), `require('node:test')('one', () => {})\n`)
  await writeFile(path.join(target, 'ratchet.yaml'), 'target: { edit: [src/**], protect: ["*.test.js"] }\ntests: [{ run: node --test one.test.js, report: node, timeout: 20s }]\nsearch: { goal: repair }\n')
  for (const args of [['init', '--quiet'], ['add', '--all'], ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--quiet', '-m', 'first']]) await exec('git', args, { cwd: target })
})
afterAll(() => rm(home, { recursive: true, force: true }))

/** What a command loads, and how it ends. */
async function loadedBy(...args: readonly string[]): Promise<{ readonly modules: readonly string[]; readonly stderr: string }> {
  const file = path.join(home, `modules-${args[0]}`)
  const env = { ...process.env, RATCHET_TEST_MODULES: file, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') }
  const { stderr } = await exec(process.execPath, ['--import', counter, bin, ...args], { cwd: target, env }).catch((error: { readonly stderr: string }) => error)
  return { modules: (await readFile(file, 'utf8')).trim().split('\n'), stderr }
}

const holds = (modules: readonly string[], pattern: RegExp): readonly string[] => modules.filter((url) => pattern.test(url))
/** The barrel names everything there is; whoever takes one thing from it loads it all. */
const barrel = /packages\/core\/src\/index\.ts$/

// Loading was most of what a command took to start. The bounds leave some room; whoever passes one has begun to load what the command does not need.
it('the version needs hardly anything', async () => {
  const { modules } = await loadedBy('--version')
  expect(holds(modules, barrel)).toEqual([])
  expect(modules.length).toBeLessThan(40)
})

it('what only looks loads nothing that judges', async () => {
  const { modules } = await loadedBy('status')
  expect(holds(modules, /core\/src\/(?:index\.ts|screening\/screener|evaluation\/evaluator)|adapters\/(?:ast-grep-rules|genetic-proposer|model-providers)|@ast-grep|@ai-sdk|@secretlint|kysely/)).toEqual([])
  expect(holds(modules, /packages\//).length).toBeLessThan(250)
})

it('a run without a model loads none of what asks models', async () => {
  const { modules, stderr } = await loadedBy('run', '--evaluations', '1')
  // It came as far as the baseline's tests, and what searches is loaded by then.
  expect(stderr).toContain('nothing to repair')
  expect(holds(modules, /adapters\/genetic-proposer\/genetic-proposer/)).toHaveLength(1)
  expect(holds(modules, /core\/src\/index\.ts|@ai-sdk|@modelcontextprotocol|adapters\/(?:model-providers|llm-proposer|agent-proposer|web-search|document-search)/)).toEqual([])
})
