import type { CppOperator } from '../edit-operator.ts'
import { containerExchanges } from './rewrites/containers.ts'
import { appendInPlace, passByReference, walkByReference, writeOnce } from './rewrites/copies.ts'
import { hoistLength, reserveRoom } from './rewrites/loops.ts'
import { findOnce, insertFrontToReverse, membershipToSet, trackGrownList } from './rewrites/searches.ts'

/** Performance rewrites of C and C++: each claims to keep behaviour and checks its precondition on the syntax tree. What every compiler does by itself at -O2 is not among them. */
export const cppRewrites: readonly CppOperator[] = [
  membershipToSet, trackGrownList, findOnce, insertFrontToReverse, ...containerExchanges, hoistLength, reserveRoom, passByReference, walkByReference, appendInPlace, writeOnce,
]
