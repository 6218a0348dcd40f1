import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, cp, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { Mount, Sandbox } from '../sandbox/sandbox.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import { shellWords } from '../target/shell-words.ts'
import { removeTree } from '../workspace/remove-tree.ts'
import type { RevisionReader, TreeEntry, TreeSlots } from '../workspace/workspace.ts'
import { EvaluationError } from './evaluation-error.ts'
import { stepLimits } from './launch-plan.ts'
import { outputTail } from './output-tail.ts'

/** Files that decide what setup installs. A change to any of them makes a new cache entry. */
const inputNames: ReadonlySet<string> = new Set([
  'package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'bun.lock', 'bun.lockb', '.npmrc',
  'pyproject.toml', 'poetry.lock', 'uv.lock', 'Pipfile.lock', 'setup.py', 'setup.cfg', 'Cargo.lock', 'go.sum', 'CMakeLists.txt', 'Gemfile.lock',
])
const isInput = (file: string): boolean => inputNames.has(path.posix.basename(file)) || /^requirements.*\.txt$/.test(path.posix.basename(file))

/** Setup may download and unpack whole dependency trees: ten times the limits of a test, never less than ten minutes. */
const setupWallMs = 600_000

export interface SetupRequest {
  readonly config: Config
  readonly baseline: ObjectId
  /** Directory of all cache entries; survives runs. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

interface SetupPorts {
  readonly sandbox: Sandbox
  readonly slots: TreeSlots
  readonly revisions: RevisionReader
}

/**
 * What setup of the baseline adds to a tree, as read-only mounts. Runs at most once per digest of the setup command, the
 * lock and manifest files and the files that the command names; an entry appears by rename only, so that an interrupted setup leaves nothing that looks complete.
 */
export async function prepareSetup(ports: SetupPorts, request: SetupRequest, signal: AbortSignal): Promise<readonly Mount[]> {
  const { setup } = request.config
  if (setup === undefined) return []
  const entries = await ports.revisions.entries(request.baseline)
  const home = path.join(request.directory, setupDigest(request, entries))
  if (!(await exists(path.join(home, 'added.json')))) await runSetup(ports, { ...request, home, entries }, signal)
  const added = JSON.parse(await readFile(path.join(home, 'added.json'), 'utf8')) as readonly string[]
  return added.map((target) => ({ source: path.join(home, 'tree', target), target }))
}

function setupDigest({ config, baseline }: SetupRequest, entries: readonly TreeEntry[]): string {
  const hasManifest = entries.some((entry) => isInput(entry.path))
  const named = namedPaths(config.setup?.run ?? '')
  const inputs = entries.filter((entry) => isInput(entry.path) || named.has(entry.path)).map((entry) => [entry.path, entry.id])
  // Without a manifest nothing says what setup depends on: then it is the whole tree.
  const content = hasManifest ? inputs : [['', baseline]]
  return createHash('sha256').update(JSON.stringify([config.setup, process.version, process.arch, content])).digest('hex').slice(0, 32)
}

/**
 * Every path that the command may name literally: its words and the parts of them (`-rx.txt`, `--file=x`, `"$PWD/x"`), from the root and from
 * every folder that it names. More than it means is fine, because only those in the tree count, and each costs one more setup at most.
 * What a named script calls in turn is not followed.
 */
function namedPaths(command: string): ReadonlySet<string> {
  const words = shellWords(command).flat().flatMap((word) => [word, ...word.split(/[\s=,:;&|()<>'"`]+/)])
  const paths = new Set(words.flatMap((word) => [word, word.replace(/^-[A-Za-z]/, '')]).flatMap(insideTree))
  return new Set([...paths].flatMap((file) => [file, ...[...paths].map((folder) => path.posix.join(folder, file))]))
}

function insideTree(word: string): readonly string[] {
  const file = path.posix.normalize(word.replace(/^(\$PWD|\$\{PWD\}|\/work)\//, '').replace(/^\.\/+/, ''))
  return file === '' || file === '.' || file.startsWith('/') ? [] : [file]
}

async function runSetup(
  { sandbox, slots }: SetupPorts,
  request: SetupRequest & { readonly home: string; readonly entries: readonly TreeEntry[] },
  signal: AbortSignal,
): Promise<void> {
  const { config, baseline, home } = request
  const { setup } = config
  if (setup === undefined) return
  const draft = `${home}.draft-${process.pid}`
  const tree = path.join(draft, 'tree')
  await removeTree(draft)
  await mkdir(draft, { recursive: true })
  try {
    await using slot = await slots.materialise({ commit: baseline, baseline, isProtected: () => false })
    await cp(slot.path, tree, { recursive: true, verbatimSymlinks: true })
    const limits = stepLimits(config, Math.max(setupWallMs, config.sandbox.wall))
    const result = await sandbox.launch(
      {
        command: setup.run,
        tree,
        mounts: [],
        readOnly: [],
        access: 'kept',
        environment: allowed(request.environment, setup.environment),
        network: setup.network,
        limits: { ...limits, cpuMs: Math.max(setupWallMs, limits.cpuMs), diskBytes: Math.max(4 * 1024 ** 3, limits.diskBytes), processes: Math.max(256, limits.processes) },
      },
      signal,
    )
    if (!hasSucceeded(result)) {
      throw new EvaluationError('setup-failed', `setup \`${setup.run}\` ended with ${result.ending} ${result.exitCode ?? ''}\n${outputTail(result.stdout, result.stderr)}`, {
        remedy: 'Run the command by hand on a clean checkout of the baseline; variables it needs are named under setup.environment.',
      })
    }
    const added = await addedPaths(tree, '', new Set(directoriesAndFiles(request.entries)))
    await writeFile(path.join(draft, 'added.json'), JSON.stringify(added))
    await removeTree(home)
    await rename(draft, home)
  } finally {
    await removeTree(draft)
  }
}

function allowed(environment: SetupRequest['environment'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
}

function* directoriesAndFiles(entries: readonly TreeEntry[]): Iterable<string> {
  for (const entry of entries) {
    yield entry.path
    for (let dir = path.posix.dirname(entry.path); dir !== '.'; dir = path.posix.dirname(dir)) yield dir
  }
}

/** The topmost paths that setup added: a mount for each is enough. */
async function addedPaths(root: string, prefix: string, known: ReadonlySet<string>): Promise<string[]> {
  const added: string[] = []
  for (const entry of await readdir(path.join(root, prefix), { withFileTypes: true })) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (!known.has(name)) added.push(name)
    else if (entry.isDirectory()) added.push(...(await addedPaths(root, name, known)))
  }
  return added.toSorted()
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
