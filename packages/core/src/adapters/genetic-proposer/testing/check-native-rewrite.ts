import { applyEdits } from '../../../proposal/apply-edits.ts'
import type { CppOperator, EditSite, PythonOperator } from '../edit-operator.ts'
import { nativeSource } from '../native-source.ts'
import { pythonOutcomes } from './python-program.ts'

function appliedTo(path: string, text: string, sites: readonly EditSite[]): readonly string[] {
  return sites.map((site) => {
    const after = applyEdits(text, site.edits())
    const parsed = nativeSource({ path, text: after })
    if (after === text || parsed === null || parsed.tree.errors > 0) throw new Error(`the site "${site.rationale}" gives:\n${after}`)
    return after
  })
}

/** The text after each of the operator's sites, applied alone. Fails when one does not parse or changes nothing. */
export function pythonRewritesOf(operator: PythonOperator, text: string): readonly string[] {
  const source = nativeSource({ path: 'subject.py', text })
  if (source?.family !== 'python') throw new Error('no Python')
  return appliedTo('subject.py', text, operator.sites(source))
}

export function cppRewritesOf(operator: CppOperator, text: string, path = 'subject.cpp'): readonly string[] {
  const source = nativeSource({ path, text })
  if (source?.family !== 'cpp') throw new Error('no C++')
  return appliedTo(path, text, operator.sites(source))
}

/** Holds every rewrite of `subject` against the original on each list of arguments, written as a Python tuple. Fails when there is nothing to rewrite. */
export function expectSamePython(operator: PythonOperator, text: string, cases: readonly string[]): readonly string[] {
  const rewritten = pythonRewritesOf(operator, text)
  if (rewritten.length === 0) throw new Error(`${operator.name} finds nothing to do in:\n${text}`)
  const [expected, ...others] = pythonOutcomes([text, ...rewritten], cases)
  others.forEach((outcomes, index) => {
    const different = outcomes.findIndex((outcome, at) => outcome !== expected?.[at])
    if (different >= 0) throw new Error(`${operator.name} changes behaviour of subject${cases[different]}:\n${rewritten[index]}\nexpected ${expected?.[different]}\nactual   ${outcomes[different]}`)
  })
  return rewritten
}
