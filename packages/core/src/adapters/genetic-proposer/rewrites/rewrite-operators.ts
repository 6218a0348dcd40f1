import type { EditOperator } from '../edit-operator.ts'
import { appendInPlace } from './collections/append-in-place.ts'
import { dedupeWithSet } from './collections/dedupe-with-set.ts'
import { indexNestedSearch } from './collections/index-nested-search.ts'
import { membershipToSet } from './collections/membership-to-set.ts'
import { shiftToPointer } from './collections/shift-to-pointer.ts'
import { spliceToCompaction } from './collections/splice-to-compaction.ts'
import { trackGrownList } from './collections/track-grown-list.ts'

/** Performance rewrites: each claims to keep behaviour and checks its precondition on the syntax tree. */
export const rewriteOperators: readonly EditOperator[] = [
  membershipToSet, trackGrownList, indexNestedSearch, dedupeWithSet, appendInPlace, shiftToPointer, spliceToCompaction,
]
