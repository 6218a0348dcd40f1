import { prepareTree } from '../../evaluation/prepared-tree.ts'
import { coverageGaps } from '../../opportunity/coverage-gaps.ts'
import { evidenceOf, type ObservationSource, type Sighting } from '../../opportunity/observation.ts'
import { readDurations, type TestDuration } from '../../opportunity/read-durations.ts'
import type { Remark, SuspiciousPlace } from '../../proposal/proposal.ts'
import { readTexts, runCovered, type CoverageSourceOptions } from './run-covered.ts'
import { suspiciousPlaces } from './suspicious-places.ts'

/** Of failing tests; the search takes more, a reader does not. */
const placesKept = 20
/** A test is slow when it takes this share of all, and so long. */
const slowShare = 0.05
const slowMs = 50
const slowKept = 20
const gapsKept = 100

type Run = Awaited<ReturnType<typeof runCovered>> & { readonly command: string }

/**
 * Runs each test command that proposers may see once on the baseline, and tells what fails and where, which tests take the time, and what no test runs. Tests that are held out are not run: what they look at is for judges alone.
 */
export function createTestRunSource(options: CoverageSourceOptions): ObservationSource {
  const { config, baseline, isProtected, mounts } = options
  return {
    name: 'tests',
    observe: async (signal) => {
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const texts = await readTexts(prepared, options.editable)
      const runs: Run[] = []
      for (const test of config.tests.filter(({ heldOut }) => !heldOut)) runs.push({ ...(await runCovered(options, { prepared, test, texts, withTimes: true }, signal)), command: test.run })
      const covered = new Map<string, Set<number>>()
      for (const run of runs) for (const [path, lines] of run.covered) covered.set(path, new Set([...(covered.get(path) ?? []), ...lines]))
      const gaps = covered.size === 0 ? [] : [...texts].flatMap(([path, text]) => (isCovered(path, covered) ? coverageGaps(path, text, covered.get(path)) : []))
      const sightings = [...failures(runs), ...slowTests(runs.flatMap(({ report }) => readDurations(report))), ...gaps.toSorted((a, b) => b.weight - a.weight).slice(0, gapsKept)]
      return { state: 'observed', sightings: sightings.map(sighting), ...(covered.size === 0 ? { detail: 'the tests leave no coverage: only Node and Python programs do' } : {}) }
    },
  }
}

/** A file of a kind that leaves coverage here: of another, nothing can be told. */
function isCovered(path: string, covered: ReadonlyMap<string, unknown>): boolean {
  const kind = (name: string): string | undefined => (/\.[cm]?[jt]sx?$/.test(name) ? 'script' : name.endsWith('.py') ? 'python' : undefined)
  return kind(path) !== undefined && [...covered.keys()].some((other) => kind(other) === kind(path))
}

function failures(runs: readonly Run[]): readonly (SuspiciousPlace | Remark)[] {
  const failed = runs.filter((run) => run.failed)
  const places = failed.some(({ covered }) => covered.size > 0) ? suspiciousPlaces(runs).slice(0, placesKept) : []
  const commands = failed.map(({ command, exitCode, tail }): Remark => ({ kind: 'failing-command', path: '', line: null, weight: 1, evidence: `\`${command}\` ${exitCode === null ? 'was ended' : `ends with status ${exitCode}`}: ${tail.split('\n').slice(-5).join(' | ')}` }))
  return [...commands, ...places]
}

function slowTests(durations: readonly TestDuration[]): readonly Remark[] {
  const total = durations.reduce((sum, { ms }) => sum + ms, 0)
  return durations
    .filter(({ ms }) => ms >= slowMs && ms >= total * slowShare)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, slowKept)
    .map(({ name, file, ms }) => ({ kind: 'slow-test', path: file.replace(/^\/work\//, ''), line: null, weight: ms / total, evidence: `test "${name}" takes ${Math.round(ms)} ms of ${Math.round(total)} ms` }))
}

function sighting(opportunity: SuspiciousPlace | Remark): Sighting {
  if (opportunity.kind === 'failing-test') return { opportunity, evidence: 'a failing test runs through it' }
  const evidence = evidenceOf(opportunity.evidence)
  return { opportunity: { ...opportunity, evidence }, evidence }
}
