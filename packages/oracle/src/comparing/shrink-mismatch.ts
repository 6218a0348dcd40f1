import fc from 'fast-check'
import type { TaggedJson } from '../tagged.ts'
import { smallerArguments } from './smaller-values.ts'

type Args = readonly TaggedJson[]

/** Calls made on either side in search of a smaller example. */
const defaultTrials = 600

/** Starts from a known failure and walks to smaller ones: fast-check drives, the steps are ours. */
class SmallerArguments extends fc.Arbitrary<Args> {
  readonly #start: Args

  constructor(start: Args) {
    super()
    this.#start = start
  }

  override generate(): fc.Value<Args> {
    return new fc.Value(this.#start, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Args {
    return Array.isArray(value)
  }

  override shrink(value: Args): fc.Stream<fc.Value<Args>> {
    return fc.stream(valuesOf(value))
  }
}

function* valuesOf(args: Args): IterableIterator<fc.Value<Args>> {
  for (const smaller of smallerArguments(args)) yield new fc.Value(smaller, undefined)
}

/** The smallest argument list found on which both sides still differ; `differs` makes the calls. */
export async function shrinkMismatch(
  args: Args,
  differs: (args: Args) => Promise<boolean>,
  options: { readonly signal: AbortSignal; readonly trials?: number },
): Promise<Args> {
  let left = options.trials ?? defaultTrials
  const property = fc.asyncProperty(new SmallerArguments(args), async (smaller) => {
    options.signal.throwIfAborted()
    // Out of budget: everything passes, and the search ends at the smallest one so far.
    if (left-- <= 0) return true
    return !(await differs(smaller))
  })
  const result = await fc.check(property, { numRuns: 1, seed: 0 })
  options.signal.throwIfAborted()
  return result.counterexample?.[0] ?? args
}
