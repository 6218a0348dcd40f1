import type { PythonOperator } from '../edit-operator.ts'
import { askTheThingItself, hoistCall, hoistLength, nameRepeatedLookup } from './rewrites/hoisting.ts'
import { countOnce, indexPositions, literalToSet, membershipToSet, trackGrownList } from './rewrites/index-beside-list.ts'
import { askWithoutList, buildString, indexToEnumerate, loopToComprehension, stopEarly } from './rewrites/loops.ts'
import { appendInPlace, insertFrontToReverse, queueToDeque } from './rewrites/queues.ts'
import { hoistRegexp, memoiseRecursion, sortToScan } from './rewrites/whole-calls.ts'

/** Performance rewrites of Python: each claims to keep behaviour and checks its precondition on the syntax tree. */
export const pythonRewrites: readonly PythonOperator[] = [
  membershipToSet, trackGrownList, countOnce, indexPositions, literalToSet, queueToDeque, insertFrontToReverse, appendInPlace,
  hoistCall, hoistLength, hoistRegexp, nameRepeatedLookup, askTheThingItself, sortToScan, memoiseRecursion,
  loopToComprehension, indexToEnumerate, stopEarly, askWithoutList, buildString,
]
