// What the genetic proposer does with a file that it has not seen before: all rewrites of a hundred functions of ordinary code are listed.
import { rewriteOperators } from '../../../packages/core/src/adapters/genetic-proposer/rewrites/rewrite-operators.ts'
import { scriptSource } from '../../../packages/core/src/adapters/genetic-proposer/script-source.ts'
import { seeded } from '../seeded.ts'
import { drawModule } from './draw.ts'

const draw = seeded()
let sites = 0
for (let file = 0; file < 8; file++) {
  const source = scriptSource({ path: 'src/a.ts', text: drawModule(draw, 40) })
  if (source !== null) for (const operator of rewriteOperators) sites += operator.sites(source).length
}
console.log(sites)
