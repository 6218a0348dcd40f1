import type { SgNode } from '@ast-grep/napi'
import { isNode } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { Effect } from './effects.ts'
import { foreignChanges, type ForeignChange } from './foreign-changes.ts'
import { isPrivate } from './private-value.ts'
import { isScalar, type Read } from './reads.ts'

/** `except` names assignments that the caller has shown to be harmless, whatever object they are made to. */
export type UnseenChanges = (read: Read, region: SgNode, except?: (effect: Effect) => boolean) => boolean

/** Somebody else may have the object, or a part of it, by a way that no declaration shows: whatever the region changes may be it. Remembers what it found out about one file. */
export function createUnseenChanges(scopes: Scopes): UnseenChanges {
  const known = new Map<number, readonly ForeignChange[]>()
  const changesIn = (region: SgNode): readonly ForeignChange[] => {
    const made = known.get(region.id()) ?? foreignChanges(region, scopes)
    known.set(region.id(), made)
    return made
  }
  return (read, region, except) => {
    const { binding, steps, deep } = read
    if (binding === null || (steps.length === 0 && !deep) || isScalar(binding) || (steps.length < 2 && !deep && isPrivate(binding, scopes))) return false
    return changesIn(region).some(({ changes, binding: changed, target }) => {
      // What is done to the very object by its own name is looked at as such.
      if (changed !== null && isNode(changed.declaration, binding.declaration)) return false
      return changes(read) && !(target !== null && except?.({ steps: [null], replaces: true, use: target, top: target }) === true)
    })
  }
}
