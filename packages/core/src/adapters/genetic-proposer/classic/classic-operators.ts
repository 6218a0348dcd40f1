import type { CodeOperator } from '../edit-operator.ts'
import { changeBound, changeCondition, changeConstant, changeCppOperator, changeOperator, changePythonOperator } from './expression-edits.ts'
import { copyStatement, deleteStatement, moveStatement, replaceStatement, swapStatements } from './statement-edits.ts'

/** The edits of genetic improvement and mutation testing (GenProg, PyGGI, Magpie); they claim nothing about behaviour. */
export const classicOperators: readonly CodeOperator[] = [
  deleteStatement, swapStatements, copyStatement, moveStatement, changeOperator, changeBound, changeConstant, changeCondition,
]

const native: readonly CodeOperator[] = [deleteStatement, swapStatements, copyStatement, moveStatement, replaceStatement, changeBound, changeConstant, changeCondition]
export const classicPythonOperators: readonly CodeOperator[] = [...native, changePythonOperator]
export const classicCppOperators: readonly CodeOperator[] = [...native, changeCppOperator]
