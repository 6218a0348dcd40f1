import type { ObjectId } from '../proposal/proposal.ts'

export interface KeptRef {
  /** Full name, below refs/ratchet/. */
  readonly ref: string
  readonly commit: ObjectId
}

/** The refs below refs/ratchet/ of the target's repository. */
export interface KeptRefs {
  /** Every one that is a ref of this repository to a commit: symbolic ones, and such as lie behind a link in the file system, are left out, for what they lead to is somebody else's. */
  list(): Promise<readonly KeptRef[]>
  /** Removes those that still are where they were, and says how many; what is locked or was moved meanwhile stays. */
  remove(refs: readonly KeptRef[]): Promise<number>
  /** Keeps a commit that no branch or tag holds as refs/ratchet/baseline/<commit>; one that is gone is passed over. */
  keepBaseline(commit: ObjectId): Promise<void>
  /** Bytes of the objects that are held by refs below `prefix` (refs/ratchet/...) and by no branch, tag or remote. */
  bytesHeldBy(prefix: string): Promise<number>
}
