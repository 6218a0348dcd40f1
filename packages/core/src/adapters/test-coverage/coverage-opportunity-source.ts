import { prepareTree } from '../../evaluation/prepared-tree.ts'
import type { OpportunitySource } from '../../proposal/opportunity-source.ts'
import { readTexts, runCovered, type CoverageSourceOptions } from './run-covered.ts'
import { suspiciousPlaces, type Spectrum } from './suspicious-places.ts'

/**
 * Runs each test command that a search may see once more on the baseline, with V8's coverage and a Python hook on, and points at what the failing ones run through. For programs that leave no
 * coverage (C++) it has nothing to say, and every line counts as much. Its launches are apart from every judgement: what they print decides nothing.
 */
export function createCoverageOpportunitySource(options: CoverageSourceOptions): OpportunitySource {
  const { config, baseline, isProtected, mounts } = options
  return {
    observe: async (signal) => {
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const texts = await readTexts(prepared, options.editable)
      const spectra: Spectrum[] = []
      for (const test of config.tests.filter(({ heldOut }) => !heldOut)) spectra.push(await runCovered(options, { prepared, test, texts }, signal))
      return spectra.some(({ failed, covered }) => failed && covered.size > 0) ? suspiciousPlaces(spectra) : []
    },
  }
}
