import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, type Outcome, type Target, type Verdict } from '../target.ts'

const here = fileURLToPath(new URL('../..', import.meta.url))
const judging = 'packages/core/src/decision/is-hopeless.ts'

/** A process that judges twice: in between a file that is loaded late elsewhere is changed, and then committed. */
const loading = `
  import { execFileSync } from 'node:child_process'
  import { appendFileSync } from 'node:fs'
  import { openGitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
  import { requireLoadedJudge } from './packages/cli/src/compose-judging.ts'
  await using workspace = await openGitWorkspace({ directory: '.', environment: process.env })
  const judge = async () => requireLoadedJudge(workspace, (await workspace.revisions.commit('HEAD')).id).then(({ kind }) => kind, ({ code }) => code)
  const [before, again] = [await judge(), await judge()]
  appendFileSync('packages/cli/src/compose-screening.ts', 'export const isOther = true\\n')
  const screensLater = 'isOther' in (await import('./packages/cli/src/compose-screening.ts')) ? 'as it is' : 'as it was'
  execFileSync('git', ['commit', '--quiet', '--all', '--message', 'other'])
  process.stdout.write(JSON.stringify({ before, again, screensLater, after: await judge() }))
`

interface Judged extends Outcome {
  readonly document: Verdict & { readonly screening: { readonly consentLevel: number } }
}

/** A repository that holds Ratchet, runs it from its own files, and judges itself with it. */
describe('a target that holds its own judge', { timeout: 180_000 }, () => {
  let target: Target

  const run = (args: readonly string[], from = target.directory): Outcome => {
    try {
      const stdout = execFileSync(process.execPath, [path.join(from, 'packages/cli/bin/ratchet.js'), ...args, '--target', target.directory], { env: { ...process.env, XDG_CONFIG_HOME: target.configHome }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
      return { code: 0, stdout, stderr: '' }
    } catch (error) {
      const { status, stdout, stderr } = error as { readonly status: number; readonly stdout: string; readonly stderr: string }
      return { code: status, stdout, stderr }
    }
  }
  const evaluate = (ref: string, from?: string): Judged => {
    const outcome = run(['evaluate', ref, '--baseline', 'main', '--json'], from)
    return { ...outcome, document: JSON.parse(outcome.stdout) as Judged['document'] }
  }
  const refused = (text: string): object => ({ code: 2, stderr: expect.stringContaining(text) as string })

  beforeAll(async () => {
    target = await makeTarget({ ...shellTarget, 'ratchet.yaml': String(shellTarget['ratchet.yaml']).replace('["src/**"]', '["src/**", "packages/*/src/**"]'), '.gitignore': 'node_modules/\n.ratchet/\n', 'docs/a.md': 'a\n' })
    const inPackage = (name: string) => (source: string): boolean => !/\/(?:node_modules|dist|coverage)(?:\/|$)|\.test\.ts$/.test(source.slice(name.length))
    for (const name of ['core', 'cli', 'oracle']) await cp(path.join(here, 'packages', name), path.join(target.directory, 'packages', name), { recursive: true, filter: inPackage(path.join(here, 'packages', name)) })
    for (const file of ['package.json', 'package-lock.json']) await cp(path.join(here, file), path.join(target.directory, file))
    const modules = path.join(target.directory, 'node_modules')
    await mkdir(path.join(modules, '@ratchet'), { recursive: true })
    for (const name of await readdir(path.join(here, 'node_modules'))) if (!['@ratchet', 'ratchet', '.bin'].includes(name)) await symlink(path.join(here, 'node_modules', name), path.join(modules, name))
    await symlink('../packages/cli', path.join(modules, 'ratchet'))
    for (const name of ['core', 'oracle']) await symlink(`../../packages/${name}`, path.join(modules, '@ratchet', name))
    await target.commit({}, 'with its judge')
    const branch = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
      await target.git('checkout', '--quiet', '-b', name, 'main')
      await target.commit(files, name)
      await target.git('checkout', '--quiet', 'main')
    }
    await branch('ordinary', { 'src/cost': '50\n' })
    await branch('judge', { 'src/cost': '40\n', [judging]: `${await target.git('show', `main:${judging}`)}\n// A remark.\n` })
    await branch('adding', { 'src/cost': '30\n', 'packages/core/src/decision/kinder.ts': 'export const kinder = true\n' })
  }, 180_000)
  afterAll(() => target[Symbol.asyncDispose]())

  it('judges and applies what has nothing to do with it, whatever else is not committed', async () => {
    await target.write({ 'docs/a.md': 'b\n', 'notes.txt': 'mine\n', 'packages/core/src/decision/new.test.ts': 'export {}\n' })
    expect(evaluate('ordinary')).toMatchObject({ code: 0, document: { verdict: 'accepted' } })
    await target.write({ 'docs/a.md': 'a\n', 'notes.txt': null, 'packages/core/src/decision/new.test.ts': null })
  })

  it('asks a person at the highest level about a change of what judges, however good it is', async () => {
    const { code, document } = evaluate('judge')
    expect([code, document.verdict, document.screening.consentLevel, document.screening.findings.filter(({ rule }) => rule === 'judging-code')]).toMatchObject([5, 'approval-required', 3, [{ file: judging }]])
    expect(run(['apply', document.id]).code).toBe(5)
  })

  it('judges nothing with code that was loaded before it was changed and committed', async () => {
    const judged = execFileSync(process.execPath, ['--input-type=module', '-e', loading], { cwd: target.directory, env: { ...process.env, XDG_CONFIG_HOME: target.configHome }, encoding: 'utf8' })
    expect(JSON.parse(judged)).toEqual({ before: 'same', again: 'same', screensLater: 'as it was', after: 'judge-differs' })
    await target.git('reset', '--quiet', '--hard', 'HEAD~1')
  })

  it('judges nothing with other code than the baseline holds', async () => {
    await target.git('checkout', '--quiet', 'adding')
    // The candidate only adds a file, and is checked out where the judge runs from.
    expect(evaluate('adding')).toMatchObject(refused('kinder.ts is added'))
    // An installation elsewhere that is what the baseline holds may judge it.
    expect(evaluate('adding', here)).toMatchObject({ code: 5, document: { verdict: 'approval-required' } })
    await target.git('checkout', '--quiet', 'main')
    await target.commit({ [judging]: `${await target.git('show', `HEAD:${judging}`)}\n// Later.\n` }, 'later')
    expect(evaluate('ordinary', here)).toMatchObject(refused(`${judging} is changed`))
  })
})
