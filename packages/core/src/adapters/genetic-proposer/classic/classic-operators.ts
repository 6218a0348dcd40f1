import type { EditOperator } from '../edit-operator.ts'
import { changeBound, changeCondition, changeConstant, changeOperator } from './expression-edits.ts'
import { copyStatement, deleteStatement, moveStatement, swapStatements } from './statement-edits.ts'

/** The edits of genetic improvement and mutation testing (GenProg, PyGGI, Magpie); they claim nothing about behaviour. */
export const classicOperators: readonly EditOperator[] = [
  deleteStatement, swapStatements, copyStatement, moveStatement, changeOperator, changeBound, changeConstant, changeCondition,
]
