import { Failure } from '../failure/failure.ts'
import type { FileChange, ObjectId } from '../proposal/proposal.ts'

export interface TreeEntry {
  readonly path: string
  /** 100644 and 100755 for files (older tools wrote others), 120000 for a link, 160000 for a submodule. */
  readonly mode: string
  readonly id: ObjectId
}

/** What git says about one changed path between two commits; from plumbing, never from a proposal's own summary. */
export interface PathChange {
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted' | 'type-changed'
  readonly oldMode: string
  readonly newMode: string
}

export interface CommitInfo {
  readonly id: ObjectId
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly subject: string
}

/** Reads commits of the target. Never runs hooks, filters or user configuration. */
export interface RevisionReader {
  /** Resolves a revision name to its commit. Fails with `unknown-revision`. */
  commit(revision: string): Promise<CommitInfo>
  /** Every entry of a commit's tree, recursively, sorted by path bytes. */
  entries(commit: ObjectId): Promise<readonly TreeEntry[]>
  /** Contents of blobs, in the order asked for; null for one of more than `limit` bytes (default: none is too large). */
  blobs(ids: readonly ObjectId[], limit?: number): Promise<readonly (Uint8Array | null)[]>
  changes(from: ObjectId, to: ObjectId): Promise<readonly PathChange[]>
  /** Unified diff as text for people (binary files named only). */
  diff(from: ObjectId, to: ObjectId): Promise<string>
}

export interface CandidateCommit {
  readonly commit: ObjectId
  readonly tree: ObjectId
}

/** Writes candidates as commits without a checkout and keeps them under refs/ratchet/. */
export interface CandidateStore {
  /**
   * Applies whole-file changes to `parent` and stores the commit durably under `ref` (`refs/ratchet/...`).
   * Deterministic: same parent, changes and message give the same commit id (fixed author and date).
   */
  store(candidate: {
    readonly parent: ObjectId
    readonly changes: readonly FileChange[]
    readonly message: string
    readonly ref: string
  }): Promise<CandidateCommit>
  /** Keeps a commit that somebody else made under `ref`, so that it stays when its branch goes. */
  keep(commit: ObjectId, ref: string): Promise<void>
  /** The whole difference as a patch that `storePatch` takes back: bytes as they are, binary files and modes included. */
  readPatch(from: ObjectId, to: ObjectId): Promise<Uint8Array>
  /** Applies a unified diff (git or plain patch) to `base`; a value says why it does not apply. */
  storePatch(patch: {
    readonly base: ObjectId
    readonly diff: Uint8Array
    readonly message: string
    readonly ref: string
  }): Promise<CandidateCommit | { readonly refused: string }>
}

/** A directory that holds exactly one tree; the owner may mount it but not write into it. */
export interface Slot extends AsyncDisposable {
  readonly path: string
  /** Protected files and links in it. */
  readonly protectedPaths: readonly string[]
}

/** Materialises trees in memory-backed warm slots, moving only the files that changed since a slot's last use. */
export interface TreeSlots extends AsyncDisposable {
  /**
   * The tree of `commit`, where every path that `isProtected` accepts comes from `baseline` instead (and protected paths
   * that only the candidate has are left out). Never contains `.git`. Symlinks are created as they are, never followed.
   */
  materialise(request: {
    readonly commit: ObjectId
    readonly baseline: ObjectId
    readonly isProtected: (path: string) => boolean
    /** Paths that are left out, whichever side they come from. */
    readonly isWithheld?: (path: string) => boolean
  }): Promise<Slot>
}

export interface BranchState {
  /** Full ref name, for instance refs/heads/main. */
  readonly ref: string
  readonly tip: ObjectId
  /** A working tree has this branch checked out. */
  readonly checkedOut: boolean
  /** Paths with uncommitted changes in that working tree (tracked files only); empty when not checked out. */
  readonly dirtyPaths: readonly string[]
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: ObjectId }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] }

/** Moves the target's branch, by compare-and-swap only; history is never rewritten. */
export interface TargetBranch {
  /** `name` null: the branch HEAD points to. Fails with `detached-head` or `unborn-head`. */
  state(name: string | null): Promise<BranchState>
  /** Three-way merge of trees without a checkout. */
  merge(base: ObjectId, ours: ObjectId, theirs: ObjectId): Promise<MergeResult>
  /** Writes a commit object (no ref moves); deterministic in its arguments. `date` is seconds since the epoch. `sign` gets the commit as it is without a signature, and gives that in the form that git knows. */
  writeCommit(commit: {
    readonly tree: ObjectId
    readonly parents: readonly ObjectId[]
    readonly message: string
    readonly date: number
    readonly sign?: ((payload: Uint8Array) => Promise<string>) | null
  }): Promise<ObjectId>
  /**
   * Moves `ref` from `expected` (null: it must not exist) to its descendant `next`. If the branch is checked out and clean, its index and
   * files follow; `moved: false` says that the ref was at neither and nothing changed. Called again with the same arguments after a kill,
   * it finishes what is left: a ref that is at `next` already counts as moved. Before it moves, `expected` is kept as `refs/ratchet/backup/<next>`. `dirty-working-tree` from a ref that was at `expected`
   * means that nothing has changed; `git-failed` may leave the ref moved and the files behind, and is to be tried again.
   */
  advance(move: { readonly ref: string; readonly expected: ObjectId | null; readonly next: ObjectId }): Promise<{ readonly moved: boolean }>
}

export type WorkspaceErrorCode =
  | 'git-missing'
  | 'not-a-repository'
  | 'untrusted-owner'
  | 'unborn-head'
  | 'detached-head'
  | 'dirty-submodule'
  | 'tracked-state'
  | 'shallow-clone'
  | 'unknown-revision'
  | 'dirty-working-tree'
  | 'unsafe-path'
  | 'git-failed'
  | 'slot-failed'

export class WorkspaceError extends Failure<WorkspaceErrorCode> {}
