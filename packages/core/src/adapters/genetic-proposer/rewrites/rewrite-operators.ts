import type { EditOperator } from '../edit-operator.ts'
import { membershipToSet } from './collections/membership-to-set.ts'

/** Performance rewrites: each claims to keep behaviour and checks its precondition on the syntax tree. */
export const rewriteOperators: readonly EditOperator[] = [membershipToSet]
