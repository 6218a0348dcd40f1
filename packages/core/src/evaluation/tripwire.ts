import type { ObjectId } from '../proposal/proposal.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import type { Config } from '../target/config.ts'
import { withheldPaths } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { compareTests } from './compare-tests.ts'
import type { TestRun, TripwireFacts } from './evaluation.ts'
import { prepareTree, type PreparePorts, type PrepareRequest } from './prepared-tree.ts'
import { readTexts } from './read-texts.ts'
import type { CanaryPorts } from './run-canaries.ts'
import { runTests } from './run-tests.ts'
import { storeMutant } from './store-mutant.ts'

/** A commit whose tests expect something wrong, and what fails by that on the baseline. */
export interface Tripwire {
  readonly description: string
  /** The baseline with one test file made wrong: protected files come from here. */
  readonly trusted: ObjectId
  readonly failing: readonly string[]
}

interface TripwireRequest {
  readonly config: Config
  readonly baseline: ObjectId
  readonly trusted: ObjectId
  readonly testRuns: readonly TestRun[]
  readonly prepare: (commit: ObjectId, trusted: ObjectId) => PrepareRequest
  readonly isProtected: (path: string) => boolean
}

/** Each try is one run of the tests. */
const tries = 5
const byteLimit = 256 * 1024
const filesRead = 200
const looksLikeTest = /assert|expect|should|unittest|\btest\s*\(|\bit\s*\(|CHECK|REQUIRE|EXPECT|TEST/

/**
 * Finds a way of making the tests wrong that the baseline fails by. Null where none of a few is noticed: expectations that lie in other files, tests in a language
 * that is not known here. Drawn anew for every candidate: whoever knows which assertion is made wrong leaves that one alone and silences the others.
 */
export async function findTripwire(ports: PreparePorts & CanaryPorts, request: TripwireRequest & { readonly random: Random }, signal: AbortSignal): Promise<Tripwire | null> {
  const mutants = ports.source.wrongTests(await testTexts(ports.revisions, request), { random: request.random, count: tries })
  for (const [index, mutant] of mutants.entries()) {
    const trusted = await storeMutant(ports.candidates, { parent: request.trusted, mutant, purpose: 'tripwire', ref: `tripwires/${request.trusted.slice(0, 16)}/${index}` })
    const failing = await newlyFailing(ports, { ...request, commit: request.baseline, trusted }, signal)
    if (failing !== null && failing.length > 0) return { description: mutant.description, trusted, failing }
    if (signal.aborted) return null
  }
  return null
}

/**
 * Runs the wrong tests on a candidate that passed the right ones. They must fail there as they fail on the baseline. Threat: assertions patched away, results forged,
 * processes ended early with status 0, objects that equal everything.
 */
export async function runTripwire(ports: PreparePorts, request: TripwireRequest & { readonly candidate: ObjectId; readonly tripwire: Tripwire }, signal: AbortSignal): Promise<TripwireFacts> {
  const { tripwire, candidate } = request
  const failing = await newlyFailing(ports, { ...request, commit: candidate, trusted: tripwire.trusted }, signal)
  const seen = new Set(failing ?? tripwire.failing)
  return { description: tripwire.description, expected: tripwire.failing.length, silent: tripwire.failing.filter((name) => !seen.has(name)) }
}

/** Null where the wrong tests do not even build. */
async function newlyFailing(ports: PreparePorts, request: TripwireRequest & { readonly commit: ObjectId }, signal: AbortSignal): Promise<readonly string[] | null> {
  await using prepared = await prepareTree(ports, request.prepare(request.commit, request.trusted), signal)
  if (prepared.build !== null && !prepared.build.ok) return null
  // The same stream for both sides: a seed that a test draws from must not make the difference.
  const random = seededRandom('tripwire run', request.trusted)
  return compareTests(request.testRuns, await runTests(ports.sandbox, { config: request.config, tree: prepared.tree, random }, signal)).newlyFailing
}

async function testTexts(revisions: RevisionReader, { trusted, isProtected, config }: TripwireRequest): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const others = [...Object.values(config.metrics), ...config.oracle].map((step) => step.run).join('\n')
  const isWithheld = withheldPaths(config)
  const entries = (await revisions.entries(trusted)).filter((entry) => entry.mode.startsWith('100') && isProtected(entry.path) && !isWithheld(entry.path) && !others.includes(entry.path)).slice(0, filesRead)
  const texts = await readTexts(revisions, entries, byteLimit)
  return [...texts].flatMap(([path, text]) => (looksLikeTest.test(text) ? [{ path, text }] : []))
}
