import type { PythonOperator } from '../edit-operator.ts'

/** Performance rewrites of Python. */
export const pythonRewrites: readonly PythonOperator[] = []
