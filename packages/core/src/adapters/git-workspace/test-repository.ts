import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { onTestFinished } from 'vitest'
import type { CommitInfo } from '../../workspace/workspace.ts'
import { openGitWorkspace, type GitWorkspace } from './git-workspace.ts'

/** A real repository for one test, in a directory whose name holds what names may hold; removed when the test ends. */
export interface TestRepository {
  readonly directory: string
  /** The user's git, hooks and drivers and all. */
  git(...args: readonly string[]): string
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>
  /** Commits everything that lies there and returns the commit. */
  commit(message?: string): string
  /** Closed when the test ends. */
  workspace(): Promise<GitWorkspace>
}

export async function testRepository(files: Readonly<Record<string, string | Uint8Array>>, init: readonly string[] = []): Promise<TestRepository> {
  const directory = path.join(await testDirectory(), 'a repo\nof 漢')
  await mkdir(directory)
  const target = existingRepository(directory)
  target.git('init', '--quiet', '--initial-branch=main', ...init)
  await target.write(files)
  if (Object.keys(files).length > 0) target.commit('first')
  return target
}

export function existingRepository(directory: string): TestRepository {
  const git = (...args: readonly string[]): string => gitOutput(directory, args).toString('utf8').trim()
  return {
    directory,
    git,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
        await writeFile(path.join(directory, name), content)
      }
    },
    commit: (message = 'more') => {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    },
    workspace: async () => {
      const opened = await openGitWorkspace({ directory, environment: process.env })
      onTestFinished(() => opened[Symbol.asyncDispose]())
      return opened
    },
  }
}

export function gitOutput(cwd: string, args: readonly string[], input: Uint8Array | string = ''): Buffer {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', '-c', 'protocol.file.allow=always', ...args], { cwd, env, input, stdio: ['pipe', 'pipe', 'ignore'] })
}

/** Removed when the test ends. */
export async function testDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

export interface Opened {
  readonly target: TestRepository
  readonly workspace: GitWorkspace
  readonly head: CommitInfo
}

/** A repository that is open as a workspace. */
export async function openedRepository(files: Readonly<Record<string, string | Uint8Array>>): Promise<Opened> {
  const target = await testRepository(files)
  const workspace = await target.workspace()
  return { target, workspace, head: await workspace.revisions.commit('HEAD') }
}

/** Names and contents that break careless code. */
export const oddFiles = {
  'a b\n漢.txt': 'x\r\ny',
  '-dash': '-',
  'bin/data': Uint8Array.from({ length: 300 }, (_, index) => index % 256),
  'lib/one.js': '1\n',
  'lib/two.js': '2\n',
  'lib.js': 'sorts before lib/\n',
  'test/t.js': 't\n',
}
