import { createHash } from 'node:crypto'
import { cp, lstat, mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Mount, Sandbox } from '../sandbox/sandbox.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import type { TreeSlots } from '../workspace/workspace.ts'
import type { BuildFacts } from './evaluation.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
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
  /** Digest of every protected path after the build; empty without one. */
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
      tree: { path: slot.path, mounts: request.mounts },
      build: null,
      protectedDigests: new Map(),
      [Symbol.asyncDispose]: () => slot[Symbol.asyncDispose](),
    }
  }
  await using held = slot
  const home = await mkdtemp(path.join(ports.scratch, 'build-'))
  try {
    const tree = { path: path.join(home, 'tree'), mounts: request.mounts }
    await cp(held.path, tree.path, { recursive: true, verbatimSymlinks: true })
    const result = await ports.sandbox.launch(stepLaunch({ command: build, tree, access: 'kept', limits: stepLimits(request.config, undefined) }), signal)
    return {
      tree,
      build: {
        ok: result.ending === 'exited' && result.exitCode === 0,
        ending: result.ending,
        exitCode: result.exitCode,
        tail: outputTail(result.stdout, result.stderr),
      },
      protectedDigests: await digestProtected(tree.path, request.isProtected),
      [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
    }
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}

/** Protected paths that the candidate's build left different from what the baseline's build leaves. */
export function tamperedPaths(baseline: ReadonlyMap<string, string>, candidate: ReadonlyMap<string, string>): readonly string[] {
  const all = new Set([...baseline.keys(), ...candidate.keys()])
  return [...all].filter((file) => baseline.get(file) !== candidate.get(file)).toSorted()
}

async function digestProtected(root: string, isProtected: (path: string) => boolean): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory()) await visit(name)
      else if (isProtected(name)) digests.set(name, await digestEntry(path.join(root, name)))
    }
  }
  await visit('')
  return digests
}

/** Links are compared by their target, special files by their type: nothing the build left is ever followed or opened. */
async function digestEntry(file: string): Promise<string> {
  const status = await lstat(file)
  if (status.isSymbolicLink()) return `link:${await readlink(file)}`
  if (!status.isFile()) return `special:${status.mode}`
  return createHash('sha256').update(await readFile(file)).digest('hex')
}
