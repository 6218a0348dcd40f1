import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { deflateSync } from 'node:zlib'
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

interface Baseline {
  readonly commit: string
  readonly root: Folder
}

export async function openTargetRepository(name: TargetName): Promise<TargetRepository> {
  const home = await mkdtemp(path.join(os.tmpdir(), `ratchet-cheats-${name}-`))
  const directory = path.join(home, name)
  await exec('git', ['-c', 'init.defaultBranch=main', 'init', '--quiet', directory])
  const write = createObjectWriter(path.join(directory, '.git/objects'))
  const original = await readFolder(path.join(targets, name))
  const baselines = new Map<string, Promise<Baseline>>()

  const baseline = (focus: string): Promise<Baseline> => {
    const known = baselines.get(focus) ?? makeBaseline(focus)
    baselines.set(focus, known)
    return known
  }
  const makeBaseline = async (focus: string): Promise<Baseline> => {
    const root: Folder = new Map()
    for (const [file, content] of original) place(root, file, { mode: '100644', id: await write('blob', focused(file, { content, focus })) })
    const commit = await writeCommit(write, { tree: await writeTree(write, root), message: `The ${name} target, measured on ${focus}` })
    await point(directory, commit, [`refs/heads/${focus}`, 'refs/heads/main'])
    return { commit, root }
  }
  const commit: TargetRepository['commit'] = async ({ name: title, focus, files }) => {
    const parent = await baseline(focus)
    const root = copyOf(parent.root)
    for (const [file, change] of Object.entries(files)) {
      const old = original.get(file)
      const entry = await entryOf(write, change, old === undefined ? null : focused(file, { content: old, focus }).toString('utf8'))
      place(root, file, entry)
    }
    const made = await writeCommit(write, { tree: await writeTree(write, root), message: title, parent: parent.commit })
    await point(directory, made, [`refs/corpus/${title}`])
    return made
  }
  return { directory, baseline: async (focus) => (await baseline(focus)).commit, commit, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

/** Writes an object of git's and gives back its name. */
type ObjectWriter = (kind: 'blob' | 'tree' | 'commit', content: Uint8Array) => Promise<string>

/** Without git, which takes a process for each of thousands of objects, and has names that it refuses to write. */
function createObjectWriter(objects: string): ObjectWriter {
  return async (kind, content) => {
    const whole = Buffer.concat([Buffer.from(`${kind} ${content.byteLength}\0`), content])
    const id = createHash('sha1').update(whole).digest('hex')
    await mkdir(path.join(objects, id.slice(0, 2)), { recursive: true })
    await writeFile(path.join(objects, id.slice(0, 2), id.slice(2)), deflateSync(whole, { level: 1 }))
    return id
  }
}

async function point(directory: string, commit: string, refs: readonly string[]): Promise<void> {
  for (const ref of refs) {
    const file = path.join(directory, '.git', ref)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `${commit}\n`)
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

async function entryOf(write: ObjectWriter, change: FileChange, old: string | null): Promise<Entry | null> {
  if (change === null) return null
  if (typeof change === 'string' || change instanceof Uint8Array) return { mode: '100644', id: await write('blob', Buffer.from(change)) }
  if (typeof change === 'function') {
    if (old === null) throw new RangeError('only a file of the target can be edited')
    return { mode: '100644', id: await write('blob', Buffer.from(change(old))) }
  }
  switch (change.kind) {
    case 'link':
      return { mode: '120000', id: await write('blob', Buffer.from(change.to)) }
    case 'program':
      return { mode: '100755', id: await write('blob', Buffer.from(change.text)) }
    case 'submodule':
      return { mode: '160000', id: change.commit }
  }
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

function copyOf(folder: Folder): Folder {
  return new Map([...folder].map(([name, inner]) => [name, inner instanceof Map ? copyOf(inner) : inner]))
}

/** Takes every name: an attacker does not ask git's index either. Sorted as git sorts, by bytes, a folder as if its name ended in a slash. */
async function writeTree(write: ObjectWriter, folder: Folder): Promise<string> {
  const entries: { readonly order: Buffer; readonly line: Buffer }[] = []
  for (const [name, inner] of folder) {
    if (inner instanceof Map && inner.size === 0) continue
    const [mode, id] = inner instanceof Map ? ['40000', await writeTree(write, inner)] : [inner.mode, inner.id]
    entries.push({ order: Buffer.from(inner instanceof Map ? `${name}/` : name), line: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]) })
  }
  return write('tree', Buffer.concat(entries.sort((one, other) => Buffer.compare(one.order, other.order)).map(({ line }) => line)))
}

async function writeCommit(write: ObjectWriter, { tree, message, parent }: { readonly tree: string; readonly message: string; readonly parent?: string }): Promise<string> {
  const who = `Corpus <corpus@localhost> ${Math.floor(Date.now() / 1000)} +0000`
  return write('commit', Buffer.from([`tree ${tree}`, ...(parent === undefined ? [] : [`parent ${parent}`]), `author ${who}`, `committer ${who}`, '', message, ''].join('\n')))
}
