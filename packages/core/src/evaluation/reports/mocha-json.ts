import { z } from 'zod'
import type { TestCase } from '../evaluation.ts'
import { jsonDocument } from './json-document.ts'

const test = z.object({ fullTitle: z.string() })
const report = z.object({ tests: z.array(test), passes: z.array(test), failures: z.array(test), pending: z.array(test) })

/** JSON of `mocha --reporter json`. A failure that is no test (a hook) counts as a failed case of its own. */
export function parseMochaJson(text: string): readonly TestCase[] | null {
  const parsed = report.safeParse(jsonDocument(text))
  if (!parsed.success) return null
  const { passes, failures, pending } = parsed.data
  return [
    ...passes.map(({ fullTitle }): TestCase => ({ name: fullTitle, outcome: 'passed' })),
    ...failures.map(({ fullTitle }): TestCase => ({ name: fullTitle, outcome: 'failed' })),
    ...pending.map(({ fullTitle }): TestCase => ({ name: fullTitle, outcome: 'skipped' })),
  ]
}
