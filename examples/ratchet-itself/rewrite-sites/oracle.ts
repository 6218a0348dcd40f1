// One line a case: every rewrite of a module, with its edits.
import { rewriteOperators } from '../../../packages/core/src/adapters/genetic-proposer/rewrites/rewrite-operators.ts'
import { scriptSource } from '../../../packages/core/src/adapters/genetic-proposer/script-source.ts'
import { seeded } from '../seeded.ts'
import { drawModule } from './draw.ts'

const draw = seeded()
for (let at = 0; at < 40; at++) {
  const whole = drawModule(draw, 1 + draw(5))
  const source = scriptSource({ path: draw(2) === 0 ? 'src/a.ts' : 'src/a.js', text: draw(4) === 0 ? whole.slice(draw(whole.length)) : whole })
  console.log(JSON.stringify(source === null ? null : rewriteOperators.map(({ name, sites }) => [name, sites(source).map(({ key, offset, rationale, edits }) => ({ key, offset, rationale, edits: edits() }))])))
}
