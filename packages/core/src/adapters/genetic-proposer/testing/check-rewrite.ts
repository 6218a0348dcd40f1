import * as vm from 'node:vm'
import * as fc from 'fast-check'
import { applyEdits } from '../../../proposal/apply-edits.ts'
import type { ScriptOperator } from '../edit-operator.ts'
import { hasSyntaxError, parseSource } from '../parse-source.ts'
import { scriptSource } from '../script-source.ts'

/** The text after each of the operator's sites, applied alone. Fails when one does not parse or changes nothing. */
export function rewritesOf(operator: ScriptOperator, text: string, path = 'subject.js'): readonly string[] {
  const source = scriptSource({ path, text })
  if (source === null) throw new Error(`${path} is no source file`)
  return operator.sites(source).map((site) => {
    const after = applyEdits(text, site.edits())
    const parsed = parseSource({ path, text: after })
    if (after === text || parsed === null || hasSyntaxError(parsed)) throw new Error(`the site "${site.rationale}" gives:\n${after}`)
    return after
  })
}

/**
 * Holds every rewrite of a program against the original. The program defines `function subject(...)`; for each drawn list of arguments both must
 * return the same, or throw an error of the same name, and leave the arguments in the same state. Fails when there is nothing to rewrite.
 */
export function expectSameBehaviour(operator: ScriptOperator, text: string, values: fc.Arbitrary<readonly unknown[]>): readonly string[] {
  const rewritten = rewritesOf(operator, text)
  if (rewritten.length === 0) throw new Error(`${operator.name} finds nothing to do in:\n${text}`)
  const original = load(text)
  for (const after of rewritten) {
    const subject = load(after)
    fc.assert(
      fc.property(values, (drawn) => {
        const [expected, actual] = [outcome(original, drawn), outcome(subject, drawn)]
        if (expected !== actual) throw new Error(`${operator.name} changes behaviour:\n${after}\nexpected ${expected}\nactual   ${actual}`)
      }),
      { numRuns: 200, seed: 20_260_401 },
    )
  }
  return rewritten
}

type Subject = (...values: readonly unknown[]) => unknown

function load(text: string): Subject {
  return vm.runInThisContext(`(() => {\n${text}\nreturn subject\n})()`) as Subject
}

/** What one call does, in one line: the result or the error, and the arguments afterwards. */
function outcome(subject: Subject, drawn: readonly unknown[]): string {
  const values = structuredClone(drawn) as unknown[]
  try {
    return fc.stringify([subject(...values), values])
  } catch (error) {
    return fc.stringify([error instanceof Error ? error.name : error, values])
  }
}
