import type { CppOperator, PythonOperator, SettingsOperator } from '../edit-operator.ts'

export const pythonTuning: readonly PythonOperator[] = []
export const cppTuning: readonly CppOperator[] = []
export const settingsTuning: readonly SettingsOperator[] = []
