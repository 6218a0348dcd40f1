import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAstGrepRules } from '../../packages/core/src/adapters/ast-grep-rules/ast-grep-rules.ts'
import { openGitWorkspace, type GitWorkspace } from '../../packages/core/src/adapters/git-workspace/git-workspace.ts'
import { createScreener } from '../../packages/core/src/screening/screener.ts'
import { configSchema } from '../../packages/core/src/target/config.ts'
import { createPathScope } from '../../packages/core/src/target/path-scope.ts'
import { pathCases } from './path-cases.ts'
import type { PolicyCase } from './policy-case.ts'

const config = configSchema.parse({ target: { edit: ['**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } }, constitution: 'rules/constitution.yaml' })
const home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-paths-'))
let workspace: GitWorkspace | null = null
let count = 0

/** Git as an attacker uses it: with every protection of names switched off. */
function git(args: readonly string[], input = '', index = 'none'): string {
  const open = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false', '-c', 'user.name=T', '-c', 'user.email=t@t']
  return execFileSync('git', [...open, ...args], { cwd: home, input, env: { ...process.env, GIT_INDEX_FILE: path.join(home, '.git', index), GIT_CONFIG_GLOBAL: '/dev/null' }, stdio: ['pipe', 'pipe', 'pipe'] }).toString('utf8').trim()
}

const blobs = new Map<string, string>()
const commits = new Map<string, string>()

function blobOf(text: string): string {
  const known = blobs.get(text) ?? git(['hash-object', '-w', '--stdin'], text)
  blobs.set(text, known)
  return known
}

/** A commit of exactly these files, without a working tree; made once, as many cases begin with the same. */
function commitOf(files: PolicyCase['before']): string {
  const known = commits.get(JSON.stringify(files)) ?? makeCommit(files)
  commits.set(JSON.stringify(files), known)
  return known
}

function makeCommit(files: PolicyCase['before']): string {
  const index = `index-${count++}`
  const entries = Object.entries(files).flatMap(([name, file]) => {
    if (file === null) return []
    const [mode, text] = typeof file === 'string' ? ['100644', file] : [file.mode, file.text]
    return [`${mode} ${mode === '160000' ? text : blobOf(text)}\t${name}\0`]
  })
  git(['update-index', '-z', '--index-info'], entries.join(''), index)
  return git(['commit-tree', '-m', 'x', git(['write-tree', '--missing-ok'], '', index)])
}

beforeAll(async () => {
  git(['init', '--quiet', '--initial-branch=main', '.'])
  git(['update-ref', 'refs/heads/main', commitOf({ 'a': 'a\n' })])
  workspace = await openGitWorkspace({ directory: home, environment: process.env })
})
afterAll(async () => {
  await workspace?.[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

describe('path tricks, as git itself lists them', () => {
  it.each(pathCases)('$kind: $name', async ({ kind, before, after }) => {
    if (workspace === null) throw new TypeError('no workspace')
    const [baseline, candidate] = [commitOf(before), commitOf(after)]
    const entries = (await workspace.revisions.entries(baseline)).map((entry) => entry.path)
    const screener = createScreener({ revisions: workspace.revisions, scope: createPathScope(config, entries), rules: createAstGrepRules() })
    // Without a constitution's rules: the judges are out of reach by built-in ones alone.
    const { decision } = await screener.screen({ baseline, candidate }, new AbortController().signal)
    expect(decision).toBe(kind === 'allow' ? 'allow' : 'deny')
  })
})
