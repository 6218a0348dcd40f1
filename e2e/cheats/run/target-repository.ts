import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FileChange, Files, TargetName } from '../corpus/patch.ts'

const exec = promisify(execFile)
const targets = fileURLToPath(new URL('../targets', import.meta.url))

interface Entry {
  readonly mode: string
  readonly id: string
}

/** A folder of a tree that is being written; a map, because names such as `__proto__` are names like any other. */
type Folder = Map<string, Folder | Entry>

/** A temporary git repository of one target; every patch becomes a commit on the baseline of its function. */
export interface TargetRepository extends AsyncDisposable {
  readonly directory: string
  baseline(focus: string): Promise<string>
  /** The commit, or throws when the patch does not fit the target. */
  commit(patch: { readonly name: string; readonly focus: string; readonly files: Files }): Promise<string>
}

export async function openTargetRepository(name: TargetName): Promise<TargetRepository> {
  const home = await mkdtemp(path.join(os.tmpdir(), `ratchet-cheats-${name}-`))
  const directory = path.join(home, name)
  const git = createGit(directory)
  await exec('git', ['-c', 'init.defaultBranch=main', 'init', '--quiet', directory])
  const original = await readFolder(path.join(targets, name))
  const baselines = new Map<string, Promise<string>>()

  const baseline = (focus: string): Promise<string> => {
    const known = baselines.get(focus) ?? makeBaseline(focus)
    baselines.set(focus, known)
    return known
  }
  const makeBaseline = async (focus: string): Promise<string> => {
    const root: Folder = new Map()
    for (const [file, content] of original) place(root, file, { mode: '100644', id: await writeBlob(git, focused(file, { content, focus })) })
    const commit = await commitTree(git, { tree: await writeTree(git, root), message: `The ${name} target, measured on ${focus}` })
    await git(['update-ref', `refs/heads/${focus}`, commit])
    await git(['update-ref', 'refs/heads/main', commit])
    return commit
  }
  const commit: TargetRepository['commit'] = async ({ name: title, focus, files }) => {
    const parent = await baseline(focus)
    const root = await readTree(git, parent)
    for (const [file, change] of Object.entries(files)) {
      const old = original.get(file)
      const entry = await entryOf(git, change, old === undefined ? null : focused(file, { content: old, focus }).toString('utf8'))
      place(root, file, entry)
    }
    const made = await commitTree(git, { tree: await writeTree(git, root), message: title, parent })
    await git(['update-ref', `refs/corpus/${title}`, made])
    return made
  }
  return { directory, baseline, commit, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

type Git = (args: readonly string[], input?: Uint8Array) => Promise<string>

function createGit(directory: string): Git {
  const identity = { GIT_AUTHOR_NAME: 'Corpus', GIT_AUTHOR_EMAIL: 'corpus@localhost', GIT_COMMITTER_NAME: 'Corpus', GIT_COMMITTER_EMAIL: 'corpus@localhost' }
  const env = { ...process.env, ...identity, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: os.devNull }
  return async (args, input) => {
    const running = exec('git', [...args], { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 })
    // A git that fails at once closes its input; its exit status says more than the broken pipe.
    running.child.stdin?.once('error', () => undefined)
    running.child.stdin?.end(input ?? '')
    return (await running).stdout
  }
}

async function readFolder(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
  const read = files.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return [path.relative(directory, file), await readFile(file)] as const
  })
  return new Map((await Promise.all(read)).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The metric commands end in `all`; a patch is judged by the function it is about. */
function focused(file: string, { content, focus }: { readonly content: Buffer; readonly focus: string }): Buffer {
  if (file !== 'ratchet.yaml') return content
  const text = content.toString('utf8')
  const replaced = text.replaceAll(/ all,/g, ` ${focus},`)
  if (replaced === text) throw new RangeError('ratchet.yaml runs no benchmark with `all`')
  return Buffer.from(replaced)
}

async function entryOf(git: Git, change: FileChange, old: string | null): Promise<Entry | null> {
  if (change === null) return null
  if (typeof change === 'string' || change instanceof Uint8Array) return { mode: '100644', id: await writeBlob(git, Buffer.from(change)) }
  if (typeof change === 'function') {
    if (old === null) throw new RangeError('only a file of the target can be edited')
    return { mode: '100644', id: await writeBlob(git, Buffer.from(change(old))) }
  }
  switch (change.kind) {
    case 'link':
      return { mode: '120000', id: await writeBlob(git, Buffer.from(change.to)) }
    case 'program':
      return { mode: '100755', id: await writeBlob(git, Buffer.from(change.text)) }
    case 'submodule':
      return { mode: '160000', id: change.commit }
  }
}

async function writeBlob(git: Git, content: Uint8Array): Promise<string> {
  return (await git(['hash-object', '-w', '--no-filters', '--stdin'], content)).trim()
}

function place(root: Folder, file: string, entry: Entry | null): void {
  const names = file.split('/')
  const last = names.pop() as string
  let folder = root
  for (const name of names) {
    const inner = folder.get(name)
    const next = inner instanceof Map ? inner : new Map<string, Folder | Entry>()
    folder.set(name, next)
    folder = next
  }
  if (entry === null) {
    if (!folder.delete(last)) throw new RangeError(`there is no ${file} to delete`)
  } else folder.set(last, entry)
}

async function readTree(git: Git, commit: string): Promise<Folder> {
  const root: Folder = new Map()
  for (const line of (await git(['ls-tree', '-r', '-z', commit])).split('\0')) {
    const found = /^(\d+) \w+ (\w+)\t(.*)$/su.exec(line)
    if (found !== null) place(root, found[3] as string, { mode: found[1] as string, id: found[2] as string })
  }
  return root
}

/** By mktree, which takes every name: an attacker does not ask git's index either. */
async function writeTree(git: Git, folder: Folder): Promise<string> {
  const lines: string[] = []
  for (const [name, inner] of folder) {
    if (inner instanceof Map) {
      if (inner.size > 0) lines.push(`040000 tree ${await writeTree(git, inner)}\t${name}\0`)
    } else lines.push(`${inner.mode} ${inner.mode === '160000' ? 'commit' : 'blob'} ${inner.id}\t${name}\0`)
  }
  return (await git(['mktree', '-z', '--missing'], Buffer.from(lines.join('')))).trim()
}

async function commitTree(git: Git, { tree, message, parent }: { readonly tree: string; readonly message: string; readonly parent?: string }): Promise<string> {
  return (await git(['commit-tree', tree, '-m', message, ...(parent === undefined ? [] : ['-p', parent])])).trim()
}
