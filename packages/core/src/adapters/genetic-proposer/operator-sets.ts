import { classicCppOperators, classicOperators, classicPythonOperators } from './classic/classic-operators.ts'
import { cppRewrites } from './cpp/cpp-rewrites.ts'
import type { CppOperator, EditOperator, EditSite, ParsedSource, PythonOperator, ScriptOperator, SettingsOperator } from './edit-operator.ts'
import { pythonRewrites } from './python/python-rewrites.ts'
import { rewriteOperators } from './rewrites/rewrite-operators.ts'
import { cppTuning, pythonTuning, settingsTuning } from './tuning/tuning-operators.ts'

/** What can be done to a file, by what is written in it. */
export interface OperatorSets {
  readonly script: readonly ScriptOperator[]
  readonly python: readonly PythonOperator[]
  readonly cpp: readonly CppOperator[]
  readonly settings: readonly SettingsOperator[]
}

/** Scripts are not tuned: the classic edits change their constants, and recorded runs depend on what is drawn. */
export const allOperators: OperatorSets = {
  script: [...rewriteOperators, ...classicOperators],
  python: [...pythonRewrites, ...pythonTuning, ...classicPythonOperators],
  cpp: [...cppRewrites, ...cppTuning, ...classicCppOperators],
  settings: settingsTuning,
}

/** An operator held against one file. */
export interface BoundOperator {
  readonly name: string
  readonly kind: EditOperator<never>['kind']
  readonly gain: number
  readonly sites: () => readonly EditSite[]
}

export function operatorsFor(sets: OperatorSets, source: ParsedSource): readonly BoundOperator[] {
  switch (source.family) {
    case 'script':
      return bound(sets.script, source)
    case 'python':
      return bound(sets.python, source)
    case 'cpp':
      return bound(sets.cpp, source)
    case 'settings':
      return bound(sets.settings, source)
  }
}

function bound<Source>(operators: readonly EditOperator<Source>[], source: Source): readonly BoundOperator[] {
  return operators.map(({ name, kind, gain = 1, sites }) => ({ name, kind, gain, sites: () => sites(source) }))
}
