import { seededRandom } from '@ratchet/core'
import { createRepairProposer } from '@ratchet/core/adapters/repair-proposer/repair-proposer'
import { applyEdits } from '../packages/core/src/proposal/apply-edits.ts'
import { editsDigest } from '../packages/core/src/proposal/edits-digest.ts'
import { firstPassing } from './repair-runners.ts'
import type { Language } from './repair.ts'

export interface Outcome {
  readonly evaluations: number | null
  readonly fixed: string | null
}

export interface DirectRepair {
  readonly file: { readonly path: string; readonly text: string }
  readonly language: Language
  /** Program text that ends with an error when the program before it is wrong. */
  readonly test: string
  readonly budget: number
  readonly seed: readonly [number, string]
  /** Seconds that a program may take, where those of the runner do not fit. */
  readonly patience?: number
}

/** What is proposed does not depend on what earlier proposals led to as long as none of them repairs a part, so all of a budget can be asked for first. */
export async function repairDirectly({ file, language, test, budget, seed, patience }: DirectRepair): Promise<Outcome> {
  const proposer = createRepairProposer()
  const tried = new Set<string>()
  const texts: string[] = []
  for (let evaluation = 1; evaluation <= budget; evaluation++) {
    const draft = await proposer.propose({ parent: 'p', sources: [file], opportunities: [], random: seededRandom(...seed, evaluation), tried }, new AbortController().signal)
    if (draft === null) break
    tried.add(editsDigest('p', draft.edits))
    texts.push(applyEdits(file.text, draft.edits))
  }
  const found = await firstPassing(language, { programs: texts, test, patience })
  return found === null ? { evaluations: null, fixed: null } : { evaluations: found + 1, fixed: texts[found] ?? null }
}
