import type { CppOperator } from '../edit-operator.ts'

/** Performance rewrites of C and C++. */
export const cppRewrites: readonly CppOperator[] = []
