import type { Template } from './repair.ts'

/**
 * How often a real fix looks like each template. The order of magnitude follows what is published about one-statement fixes (other identifiers first, then constants, calls and operators); the
 * figures were then set on a validation half of HumanEvalPack, `bench/README.md` says with which result on both halves. They need not add up to one.
 */
export const priors: Readonly<Record<Template, number>> = {
  comparison: 0.14, arithmetic: 0.08, logical: 0.04, 'compound-assignment': 0.02, number: 0.2, text: 0.05, flag: 0.04, variable: 0.14, expression: 0.06, method: 0.07, function: 0.04, 'swap-arguments': 0.05, 'swap-operands': 0.02,
  'drop-term': 0.1, 'add-term': 0.09, precedence: 0.015, negate: 0.04, 'add-condition': 0.02, guard: 0.03, 'delete-statement': 0.05, 'insert-statement': 0.03, 'move-statement': 0.015, return: 0.04, 'null-check': 0.025, wrap: 0.07, unwrap: 0.03,
  'list-items': 0.03, twin: 0.05,
}

/** Between 0 (a template counts in every place as much) and 1 (its prior is shared out among its places). */
export const sharing = 0.6
