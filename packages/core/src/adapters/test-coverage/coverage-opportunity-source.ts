import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import { outputTail } from '../../evaluation/output-tail.ts'
import { prepareTree, type PreparedTree, type PreparePorts, type PrepareRequest } from '../../evaluation/prepared-tree.ts'
import type { OpportunitySource } from '../../proposal/opportunity-source.ts'
import type { TestConfig } from '../../target/config.ts'
import { readCoverage } from './read-coverage.ts'
import { suspiciousPlaces, type Spectrum } from './suspicious-places.ts'

export interface CoverageSourceOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
  /** Files that may be edited: only those are worth looking at. */
  readonly editable: readonly string[]
}

const folder = '.ratchet-coverage'
const collected = `${folder}/all`
const hooks = '/opt/ratchet-coverage'
const fileLimit = 400

/**
 * Runs each test command that a search may see once more on the baseline, with V8's coverage and a Python hook on, and points at what the failing ones run through. For programs that leave no
 * coverage (C++) it has nothing to say, and every line counts as much. Its launches are apart from every judgement: what they print decides nothing.
 */
export function createCoverageOpportunitySource(options: CoverageSourceOptions): OpportunitySource {
  const { config, baseline, isProtected, mounts } = options
  return {
    observe: async (signal) => {
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const texts = await readTexts(prepared, options.editable.slice(0, fileLimit))
      const spectra: Spectrum[] = []
      for (const test of config.tests.filter(({ heldOut }) => !heldOut)) spectra.push(await spectrumOf(options, { prepared, test, texts }, signal))
      return spectra.some(({ failed, covered }) => failed && covered.size > 0) ? suspiciousPlaces(spectra) : []
    },
  }
}

async function spectrumOf(
  { sandbox, config }: CoverageSourceOptions,
  { prepared, test, texts }: { readonly prepared: PreparedTree; readonly test: TestConfig; readonly texts: ReadonlyMap<string, string> },
  signal: AbortSignal,
): Promise<Spectrum> {
  const place = `/work/${folder}`
  const command = `mkdir -p ${place}; (\n${test.run}\n); status=$?; for file in ${place}/*.json; do cat "$file"; echo; done > /work/${collected}; exit $status`
  const result = await sandbox.launch(
    stepLaunch({
      command,
      tree: prepared.tree,
      limits: stepLimits(config, test.timeout),
      environment: { RATCHET_SEED: '1', NODE_V8_COVERAGE: place, RATCHET_COVERAGE: place, PYTHONPATH: hooks },
      mounts: [{ source: fileURLToPath(new URL('inside/python', import.meta.url)), target: hooks }],
      collect: collected,
    }),
    signal,
  )
  const documents = result.collected === null ? '' : Buffer.from(result.collected).toString('utf8')
  return {
    failed: result.ending !== 'exited' || result.exitCode !== 0,
    covered: readCoverage(documents, '/work/', (file) => texts.get(file) ?? null),
    tail: outputTail(result.stdout, result.stderr),
  }
}

async function readTexts({ tree }: PreparedTree, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for (const file of files) texts.set(file, await readFile(path.join(tree.path, file), 'utf8'))
  return texts
}
