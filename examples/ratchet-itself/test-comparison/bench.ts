// A repair of a shared module: 40 of 300 test files, of 20 tests each, could not be loaded before, and can be now.
import { compareRepair, compareTests } from '../../../packages/core/src/evaluation/compare-tests.ts'
import { seeded } from '../seeded.ts'
import { drawRun } from './draw.ts'

const draw = seeded()
const shape = { files: 300, tests: 20 }
const before = drawRun(draw, { ...shape, broken: (file) => (file % 15 < 2 ? '(did not come to its end)' : null), outcome: () => 'passed' })
const after = drawRun(draw, { ...shape, broken: () => null, outcome: () => (draw(500) === 0 ? 'failed' : 'passed') })
const { repaired, unrepaired } = compareRepair([before], [after])
console.log(repaired.length, unrepaired.length, compareTests([after], [after]).missing.length)
