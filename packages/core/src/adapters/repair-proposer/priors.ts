import type { Template } from './repair.ts'

/**
 * How often a real fix looks like each template: estimates, not fitted. Their order follows what is commonly reported of one-statement fixes (identifiers, constants, calls, operators first), then the looks of
 * the faults in HumanEvalPack; `bench/README.md` says what they lead to there, and that no half of it was blind. They need not add up to one.
 */
export const priors: Readonly<Record<Template, number>> = {
  comparison: 0.14, arithmetic: 0.08, logical: 0.04, 'compound-assignment': 0.02, number: 0.2, text: 0.05, flag: 0.04, variable: 0.14, expression: 0.06, method: 0.07, function: 0.04, 'swap-arguments': 0.05, 'swap-operands': 0.02,
  'drop-term': 0.1, 'add-term': 0.09, precedence: 0.015, negate: 0.04, 'add-condition': 0.02, guard: 0.03, 'delete-statement': 0.05, 'insert-statement': 0.03, 'move-statement': 0.015, return: 0.04, 'null-check': 0.025, wrap: 0.07, unwrap: 0.03,
  'list-items': 0.03, 'add-item': 0.015, clamp: 0.025, combine: 0.015, target: 0.012, symmetry: 0.03, twin: 0.05,
}

/** Between 0 (a template counts in every place as much) and 1 (its prior is shared out among its places). */
export const sharing = 0.6
