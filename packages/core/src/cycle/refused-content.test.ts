import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGitWorkspace, type GitWorkspace } from '../adapters/git-workspace/git-workspace.ts'
import { bringsRefused, editsOf } from './refused-content.ts'

type Content = Parameters<typeof bringsRefused>[1]

const lines = (...replaced: readonly (readonly [number, string])[]): string => Array.from({ length: 40 }, (_, index) => replaced.find(([at]) => at === index)?.[1] ?? `line ${index}`).join('\n')

let directory: string
let workspace: GitWorkspace
const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', '-c', 'core.autocrlf=false', ...args], { cwd: directory, encoding: 'utf8' }).trim()

/** A commit on `parent` with these files. */
function change(parent: string, files: Readonly<Record<string, string>>): Content {
  git('checkout', '--quiet', '--detach', parent)
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'change', '--allow-empty')
  return { baseline: git('rev-parse', parent), commit: git('rev-parse', 'HEAD'), tree: git('rev-parse', 'HEAD^{tree}') }
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'ratchet-refused-'))
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(path.join(directory, 'a.txt'), lines())
  writeFileSync(path.join(directory, 'b.txt'), lines())
  git('add', '--all')
  git('commit', '--quiet', '--message', 'baseline')
  workspace = await openGitWorkspace({ directory, environment: process.env })
})
afterAll(async () => {
  await workspace[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('what brings a refused change', () => {
  it('is the same again, the same and more, the same on another base, and the same with other spaces', async () => {
    const refused = change('main', { 'a.txt': lines([5, 'five'], [30, 'thirty']) })
    const brings = (one: Content): Promise<boolean> => bringsRefused(workspace.revisions, one, refused)
    expect(await brings(refused)).toBe(true)
    expect(await brings(change('main', { 'a.txt': lines([5, 'five'], [30, 'thirty']), 'b.txt': lines([1, 'more']) }))).toBe(true)
    expect(await brings(change('main', { 'a.txt': lines([5, 'five'], [18, 'more'], [30, 'thirty']) }))).toBe(true)
    const moved = change('main', { 'a.txt': lines([12, 'somebody else was here']), 'b.txt': lines([2, 'and here']) })
    expect(await brings(change(moved.commit, { 'a.txt': lines([5, 'five'], [12, 'somebody else was here'], [30, 'thirty']) }))).toBe(true)
    expect(await brings(change('main', { 'a.txt': lines([5, '  five '], [30, 'thir ty']) }))).toBe(true)
  })

  it('is not another change, a part of it, nor one on a base that holds it already', async () => {
    const refused = change('main', { 'a.txt': lines([5, 'five'], [30, 'thirty']) })
    const brings = (one: Content): Promise<boolean> => bringsRefused(workspace.revisions, one, refused)
    expect(await brings(change('main', { 'a.txt': lines([5, 'five']) }))).toBe(false)
    expect(await brings(change('main', { 'b.txt': lines([5, 'five'], [30, 'thirty']) }))).toBe(false)
    expect(await brings(change('main', { 'a.txt': lines([5, 'fünf'], [30, 'thirty']) }))).toBe(false)
    // A person did it by hand: then it is what everything goes on from.
    expect(await brings(change(refused.commit, { 'b.txt': lines([1, 'new']) }))).toBe(false)
  })

  it('knows files that appear, vanish and hold no text', async () => {
    const refused = change('main', { 'c.bin': 'a\0b' })
    expect(await bringsRefused(workspace.revisions, change('main', { 'c.bin': 'a\0b', 'b.txt': lines([1, 'x']) }), refused)).toBe(true)
    expect(await bringsRefused(workspace.revisions, change('main', { 'c.bin': 'a\0c' }), refused)).toBe(false)
    const empty = change('main', {})
    expect(await bringsRefused(workspace.revisions, change('main', { 'b.txt': lines([1, 'y']) }), { ...empty, tree: 'none' })).toBe(false)
  })
})

describe('the edits of a diff', () => {
  it('are groups of lines by file, without numbers, surroundings and white space', () => {
    const diff = ['diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1,3 +1,3 @@ f()', ' same', '-  old', '+\tnew', ' same', '@@ -9 +9,2 @@', '+more', '+', '\\ No newline at end of file', ''].join('\n')
    expect([...editsOf(diff)].map((edit) => JSON.parse(edit) as unknown)).toEqual([['diff --git a/x b/x', ['-old', '+new']], ['diff --git a/x b/x', ['+more']]])
    expect(editsOf('').size).toBe(0)
  })
})
