import type { ScriptOperator } from '../edit-operator.ts'
import { appendInPlace } from './collections/append-in-place.ts'
import { dedupeWithSet } from './collections/dedupe-with-set.ts'
import { indexNestedSearch } from './collections/index-nested-search.ts'
import { membershipToSet } from './collections/membership-to-set.ts'
import { shiftToPointer } from './collections/shift-to-pointer.ts'
import { spliceToCompaction } from './collections/splice-to-compaction.ts'
import { trackGrownList } from './collections/track-grown-list.ts'
import { buildString } from './expressions/build-string.ts'
import { searchToPrefix } from './expressions/search-to-prefix.ts'
import { sortToScan } from './expressions/sort-to-scan.ts'
import { walkOnce } from './expressions/walk-once.ts'
import { hoistFreshList } from './hoisting/hoist-fresh-list.ts'
import { hoistInvariant } from './hoisting/hoist-invariant.ts'
import { hoistLength } from './hoisting/hoist-length.ts'
import { hoistRegexp } from './hoisting/hoist-regexp.ts'
import { nameRepeatedLookup } from './hoisting/name-repeated-lookup.ts'
import { stopEarly } from './hoisting/stop-early.ts'
import { forEachToLoop } from './iteration/for-each-to-loop.ts'
import { fuseChain } from './iteration/fuse-chain.ts'
import { memoiseRecursion } from './iteration/memoise-recursion.ts'

/** Performance rewrites: each claims to keep behaviour and checks its precondition on the syntax tree. */
export const rewriteOperators: readonly ScriptOperator[] = [
  membershipToSet, trackGrownList, indexNestedSearch, dedupeWithSet, appendInPlace, shiftToPointer, spliceToCompaction,
  buildString, searchToPrefix, sortToScan, walkOnce, forEachToLoop, fuseChain, memoiseRecursion,
  hoistRegexp, hoistInvariant, hoistFreshList, nameRepeatedLookup, stopEarly, hoistLength,
]
