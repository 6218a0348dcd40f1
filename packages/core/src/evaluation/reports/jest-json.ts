import { z } from 'zod'
import type { TestCase, TestOutcome } from '../evaluation.ts'
import { jsonDocument } from './json-document.ts'

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string().optional(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()).default([]), title: z.string(), status: z.string() })),
    }),
  ),
})

/** JSON of `jest --json` and `vitest --reporter=json`. File paths are cut to below /work, where the tree is mounted. */
export function parseJestJson(text: string): readonly TestCase[] | null {
  const parsed = report.safeParse(jsonDocument(text))
  if (!parsed.success) return null
  return parsed.data.testResults.flatMap((file): TestCase[] => {
    const path = file.name.replace(/^\/work\//, '')
    const cases = file.assertionResults.map((test): TestCase => ({ name: [path, ...test.ancestorTitles, test.title].join(' > '), outcome: outcomeOf(test.status) }))
    // A file that failed to load has no tests to fail: its own failure must not get lost.
    return file.status === 'failed' && cases.every((test) => test.outcome !== 'failed') ? [...cases, { name: `${path} (file)`, outcome: 'failed' }] : cases
  })
}

function outcomeOf(status: string): TestOutcome {
  if (status === 'passed') return 'passed'
  return status === 'pending' || status === 'skipped' || status === 'todo' || status === 'disabled' ? 'skipped' : 'failed'
}
