import type { CppOperator, PythonOperator, SettingsOperator } from '../edit-operator.ts'
import { tuneBuild, tuneFlags } from './build-flags.ts'
import { tuneCppChoice, tuneCppNumber, tunePythonChoice, tunePythonNumber } from './constants.ts'
import { tuneSetting } from './settings.ts'

/** Operators that turn what was set by hand; tests, oracle and figures say which way is up. */
export const pythonTuning: readonly PythonOperator[] = [tunePythonNumber, tunePythonChoice]
export const cppTuning: readonly CppOperator[] = [tuneCppNumber, tuneCppChoice]
export const settingsTuning: readonly SettingsOperator[] = [tuneSetting, tuneFlags, tuneBuild]
