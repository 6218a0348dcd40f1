import path from 'node:path'
import type { AttestationNotes } from '../../attestation/attestation-store.ts'
import type { CheckpointNotes } from '../../transparency-log/checkpoint-notes.ts'
import type { CandidateStore, RevisionReader, TargetBranch, TreeSlots } from '../../workspace/workspace.ts'
import { refuseDirtySubmodules } from './dirty-submodules.ts'
import { gitAttestations } from './git-attestations.ts'
import { gitBranch } from './git-branch.ts'
import { gitCandidates } from './git-candidates.ts'
import { gitCheckpoints } from './git-checkpoints.ts'
import { gitKeptRefs } from './git-kept-refs.ts'
import { gitRevisions } from './git-revisions.ts'
import { gitSlots } from './git-slots.ts'
import type { KeptRefs } from '../../retention/kept-refs.ts'
import { hardenedGit } from './hardened-git.ts'
import { locateRepository } from './locate-repository.ts'
import { ObjectReader } from './object-reader.ts'
import { ObjectWriter } from './object-writer.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { refuseTrackedState } from './tracked-state.ts'

export interface GitWorkspaceOptions {
  /** Anywhere inside the repository. */
  readonly directory: string
  /** Used for PATH, and for the user's own `safe.directory` where somebody else owns the repository; nothing else comes in. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where to make the private directory for slots; by default in memory if there is room. */
  readonly scratch?: string
  /** Who the files of slots shall belong to, for a process that may give them away; by default nobody else. */
  readonly slotOwner?: number | null
  /** Once it fires, no candidate is stored and no tree laid out any more; what has started, and every move of a branch, is finished. */
  readonly signal?: AbortSignal
}

/** The target's repository, through its ports. */
export interface GitWorkspace extends AsyncDisposable {
  readonly revisions: RevisionReader
  readonly candidates: CandidateStore
  readonly slots: TreeSlots
  readonly branch: TargetBranch
  readonly checkpoints: CheckpointNotes
  /** What is kept below refs/ratchet/, for retention. */
  readonly keptRefs: KeptRefs
  readonly attestations: AttestationNotes
  /** Top of the working tree, or the repository itself when it is bare. */
  readonly root: string
  /** The common git directory, the same for every working tree of the repository. */
  readonly gitDirectory: string
  /** `.ratchet` beside the common git directory, inside a bare one. One for all working trees, so that they share one journal. */
  readonly stateDirectory: string
  /** Private directory of this workspace, gone when it is closed. */
  readonly scratch: string
  /** Whether `scratch` is held in memory. */
  readonly isInMemory: boolean
  isAncestor(commit: string, of: string): Promise<boolean>
}

/**
 * Opens the repository that `directory` lies in, or fails with a WorkspaceError that says why it cannot serve as a target:
 * `git-missing`, `not-a-repository`, `untrusted-owner`, `tracked-state` or `dirty-submodule`. What is wrong with a commit (`unborn-head`, `shallow-clone`) or
 * with HEAD (`detached-head`) is said when it is asked for.
 *
 * @example
 * await using workspace = await openGitWorkspace({ directory: '.', environment: process.env })
 * const head = await workspace.revisions.commit('HEAD')
 */
export async function openGitWorkspace({ directory, environment, scratch, signal, slotOwner }: GitWorkspaceOptions): Promise<GitWorkspace> {
  signal?.throwIfAborted()
  const { place, gitDirectory, isBare, isShallow, hash, objects: objectDirectory } = await locateRepository(directory, environment)
  if (!isBare) {
    await refuseTrackedState(place)
    await refuseDirtySubmodules(place)
  }
  const git = await hardenedGit(place)
  signal?.throwIfAborted()
  await using opened = new AsyncDisposableStack()
  const owned = opened.use(await openOwnedDirectory(scratch))
  const objects = opened.use(new ObjectReader(git))
  const writer = new ObjectWriter({ directory: objectDirectory, hash })
  const revisions = gitRevisions(git, objects, { isShallow })
  const slots = opened.use(gitSlots({ root: owned.path, objects, revisions, signal, owner: slotOwner ?? null }))
  const candidates = opened.use(gitCandidates({ git, objects, writer, revisions, scratch: owned.path, signal }))
  const resources = opened.move()
  return {
    revisions,
    candidates,
    slots,
    branch: gitBranch({ place, isBare, writer, revisions }),
    checkpoints: gitCheckpoints({ git, objects, writer }),
    keptRefs: gitKeptRefs({ git, gitDirectory }),
    attestations: gitAttestations({ git, objects, writer }),
    root: place.directory,
    gitDirectory,
    stateDirectory: path.join(path.basename(gitDirectory) === '.git' ? path.dirname(gitDirectory) : gitDirectory, '.ratchet'),
    scratch: owned.path,
    isInMemory: owned.inMemory,
    isAncestor: async (commit, of) => (await git.run(['merge-base', '--is-ancestor', '--end-of-options', commit, of], { answers: [1] })).code === 0,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
