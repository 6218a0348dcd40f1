// One line a case: two reports of a suite, compared both ways.
import { compareRepair, compareTests } from '../../../packages/core/src/evaluation/compare-tests.ts'
import type { TestOutcome, TestRun } from '../../../packages/core/src/evaluation/evaluation.ts'
import { seeded } from '../seeded.ts'
import { drawRun } from './draw.ts'

const draw = seeded()
const outcomes: readonly TestOutcome[] = ['passed', 'passed', 'passed', 'failed', 'skipped']
const marks = ['(did not come to its end)', '(ended badly)', '(something else)', '']
const attempt = (): TestRun => {
  const share = 1 + draw(6)
  return drawRun(draw, { files: draw(8), tests: draw(5), broken: () => (draw(share) === 0 ? (marks[draw(marks.length)] ?? null) : null), outcome: () => outcomes[draw(outcomes.length)] ?? 'passed' })
}
const runs = (): readonly TestRun[] => Array.from({ length: draw(8) === 0 ? draw(3) : 1 }, attempt)
for (let at = 0; at < 300; at++) {
  const [before, after] = [runs(), runs()]
  console.log(JSON.stringify([compareTests(before, after), compareRepair(before, after)]))
}
