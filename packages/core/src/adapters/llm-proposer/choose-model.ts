import type { ModelPrice } from '../../model/model-price.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { ModelCredit } from '../../proposal/search-history.ts'

export interface ChoosableModel {
  readonly name: string
  readonly price: ModelPrice | null
  readonly contextTokens: number
}

/** What a proposal costs besides its model: a tenth of a cent for evaluating it, in nano-dollars. Otherwise a model that costs nothing would be asked for ever, however bad it is. */
const evaluationCost = 1_000_000
const likelyOutput = 1_000

/**
 * Thompson sampling: of each model a chance of a gain is drawn as its record leaves it open (Beta distribution), and the one with the most expected gains for its money is asked. The same record and randomness, the same model.
 */
export function chooseModel<Model extends ChoosableModel>(models: readonly [Model, ...Model[]], credit: ReadonlyMap<string, ModelCredit>, random: Random): Model {
  let best = models[0]
  let highest = Number.NEGATIVE_INFINITY
  for (const model of models) {
    const { tries, gains, nanoUsd } = credit.get(model.name) ?? { tries: 0, gains: 0, nanoUsd: 0 }
    const expected = (nanoUsd + priorCost(model)) / (tries + 1)
    const value = drawBeta(1 + gains, 1 + tries - gains, random) / (evaluationCost + expected)
    if (value > highest) [best, highest] = [model, value]
  }
  return best
}

function priorCost({ price, contextTokens }: ChoosableModel): number {
  return price === null ? 0 : price.input * Math.min(contextTokens, 10_000) + price.output * likelyOutput
}

function drawBeta(a: number, b: number, random: Random): number {
  const x = drawGamma(a, random)
  return x / (x + drawGamma(b, random))
}

/** Shape of at least 1 (G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000). */
function drawGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}
