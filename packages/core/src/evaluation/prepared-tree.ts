import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, lstat, mkdtemp, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { Mount, Sandbox } from '../sandbox/sandbox.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import { removeTree } from '../workspace/remove-tree.ts'
import type { TreeSlots } from '../workspace/workspace.ts'
import type { BuildFacts } from './evaluation.ts'
import { EvaluationError } from './evaluation-error.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { isBuildRecord, isNativeCode, isObjectFile, magicBytes } from './build-artefacts.ts'
import { outputTail } from './output-tail.ts'

export interface PreparePorts {
  readonly sandbox: Sandbox
  readonly slots: TreeSlots
  /** A memory-backed directory for trees that a build writes into. */
  readonly scratch: string
}

export interface PrepareRequest {
  readonly config: Config
  readonly commit: ObjectId
  /** Protected paths come from here. */
  readonly trusted: ObjectId
  readonly isProtected: (path: string) => boolean
  readonly mounts: readonly Mount[]
}

/** A tree that is materialised and built, ready for any number of launches. */
export interface PreparedTree extends AsyncDisposable {
  readonly tree: LaunchTree
  readonly build: Omit<BuildFacts, 'tampered'> | null
  /** Digest of every protected path (its bytes as latin1) after the build, and of what could not be read; empty without one. */
  readonly protectedDigests: ReadonlyMap<string, string>
}

/**
 * Without a build the slot itself is launched from. A build gets a copy, because it writes: the slot must keep exactly what git holds,
 * and what a build leaves (links that point anywhere) must never be written through by the host.
 */
export async function prepareTree(ports: PreparePorts, request: PrepareRequest, signal: AbortSignal): Promise<PreparedTree> {
  const slot = await ports.slots.materialise({ commit: request.commit, baseline: request.trusted, isProtected: request.isProtected })
  const { build } = request.config
  if (build === undefined) {
    return {
      tree: { path: slot.path, mounts: request.mounts, readOnly: slot.protectedPaths, loopback: request.config.sandbox.loopback },
      build: null,
      protectedDigests: new Map(),
      [Symbol.asyncDispose]: () => slot[Symbol.asyncDispose](),
    }
  }
  await using held = slot
  const home = await mkdtemp(path.join(ports.scratch, 'build-'))
  try {
    const tree = { path: path.join(home, 'tree'), mounts: request.mounts, readOnly: held.protectedPaths, loopback: request.config.sandbox.loopback }
    await cp(held.path, tree.path, { recursive: true, verbatimSymlinks: true })
    const result = await ports.sandbox.launch(stepLaunch({ command: build, tree, access: 'kept', limits: stepLimits(request.config, undefined) }), signal)
    return {
      tree,
      build: {
        ok: hasSucceeded(result),
        ending: result.ending,
        exitCode: result.exitCode,
        tail: outputTail(result.stdout, result.stderr),
      },
      protectedDigests: await digestProtected(tree.path, request.isProtected, new Set(held.protectedPaths)),
      [Symbol.asyncDispose]: () => removeTree(home),
    }
  } catch (error) {
    await removeTree(home)
    throw error
  }
}

/**
 * Protected paths that the candidate's build left different from what the baseline's build leaves. What could not be read counts as different:
 * nobody knows what lies there.
 *
 * @throws EvaluationError `scratch-failed` when it is the baseline's build that leaves what cannot be read: then no candidate can be held against it
 */
export function tamperedPaths(baseline: ReadonlyMap<string, string>, candidate: ReadonlyMap<string, string>): readonly string[] {
  const unknown = [...baseline].find(([, digest]) => isUnreadable(digest))
  if (unknown !== undefined) {
    throw new EvaluationError('scratch-failed', `what the build of the baseline leaves cannot be compared: ${shown(...unknown)}`, {
      remedy: 'Make the build leave only directories and files that its user can read, below 4,096 bytes of path.',
    })
  }
  const all = new Set([...baseline.keys(), ...candidate.keys()])
  const changed = [...all].filter((file) => baseline.get(file) !== candidate.get(file) && !isCompiledAnew(baseline.get(file), candidate.get(file))).toSorted()
  return changed.map((file) => shown(file, candidate.get(file)))
}

const native = 'native:'
/** File systems round. Milliseconds. */
const clockTolerance = 2_000

/** A test program holds the code that it tests: compiled from a change it is another one, by the same build in the same place. */
function isCompiledAnew(baseline: string | undefined, candidate: string | undefined): boolean {
  return baseline?.startsWith(native) === true && candidate?.startsWith(native) === true
}

const unreadable = 'unreadable:'
const isUnreadable = (digest: string | undefined): boolean => digest?.startsWith(unreadable) ?? false
const shownBytes = 200

function shown(file: string, digest: string | undefined): string {
  const text = asText(file.length > shownBytes ? `${file.slice(0, shownBytes)}...` : file)
  return isUnreadable(digest) ? `${text} (cannot be read: ${digest?.slice(unreadable.length)})` : text
}

/** Names on disk are bytes; as latin1 every one of them has a string of its own, which text (where bytes are no UTF-8) has not. */
const asText = (file: string): string => Buffer.from(file, 'latin1').toString('utf8')

/** `tracked` names the files that come from git: for them nothing is let through as an artefact. */
async function digestProtected(root: string, isProtected: (path: string) => boolean, tracked: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  const within = (file: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(file, 'latin1')])
  const digest = async (name: string): Promise<void> => {
    const isArtefact = !tracked.has(asText(name))
    const found = await digestEntry(within(name), isArtefact)
    const isHarmless = isArtefact && found.isFile && (isBuildRecord(name) || (found.digest.startsWith(native) && isObjectFile(name)))
    if (!isHarmless) digests.set(name, found.digest)
  }
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(within(prefix), { withFileTypes: true, encoding: 'buffer' })) {
      const name = `${prefix}${entry.name.toString('latin1')}`
      // A directory that cannot be read may hold protected paths; a file that cannot be read matters only when it is one.
      if (entry.isDirectory()) await visit(`${name}/`).catch(noted(digests, name))
      else if (isProtected(asText(name))) await digest(name).catch(noted(digests, name))
    }
  }
  await visit('').catch(noted(digests, '.'))
  return digests
}

/** What the build left may be too deep or closed: that is the build's doing, and no failure of ours. Anything else is. */
function noted(digests: Map<string, string>, name: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== 'ENAMETOOLONG' && error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    digests.set(name, `${unreadable}${error.code}`)
  }
}

/** Links are compared by their target, special files by their type: nothing the build left is ever followed or opened. */
async function digestEntry(file: Buffer, mayBeNative: boolean): Promise<{ readonly digest: string; readonly isFile: boolean }> {
  const status = await lstat(file)
  if (status.isSymbolicLink()) return { digest: `link:${(await readlink(file, { encoding: 'buffer' })).toString('latin1')}`, isFile: false }
  if (!status.isFile()) return { digest: `special:${status.mode}`, isFile: false }
  const hash = createHash('sha256')
  let head = Buffer.alloc(0)
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (head.length < magicBytes) head = Buffer.concat([head, chunk.subarray(0, magicBytes)])
    hash.update(chunk)
  }
  // Made newer than anything to come, so that the build takes it for up to date and does not compile it.
  const isOfTheFuture = status.mtimeMs > Date.now() + clockTolerance
  const kind = mayBeNative && !isOfTheFuture && isNativeCode(head) ? native : ''
  // Executable bits are part of what a file does: a script made executable is another judge.
  return { digest: `${kind}${status.mode & 0o111 ? 'x:' : ''}${hash.digest('hex')}`, isFile: true }
}
