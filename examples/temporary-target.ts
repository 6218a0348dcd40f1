import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)

export interface TemporaryTarget extends AsyncDisposable {
  readonly directory: string
  git(...args: readonly string[]): Promise<string>
}

/** A new git repository in a temporary folder, holding a copy of `folders` (later ones win) as its first commit, without what is left out. */
export async function temporaryTarget(folders: readonly string[], leaveOut: (file: string) => boolean = () => false): Promise<TemporaryTarget> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-example-'))
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Example', '-c', 'user.email=example@localhost', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgSign=false']
    const { stdout } = await exec('git', [...identity, ...args], { cwd: directory })
    return stdout.trim()
  }
  for (const folder of folders) await cp(folder, directory, { recursive: true, filter: (file) => !leaveOut(file) })
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'The target as it is')
  return { directory, git, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}
