import { changedParts } from '../canary/changed-parts.ts'
import type { CanarySource, ChangedText, Mutant } from '../canary/canary-source.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { Config } from '../target/config.ts'
import type { CandidateStore, RevisionReader } from '../workspace/workspace.ts'
import { compareTests } from './compare-tests.ts'
import { isNoticed, noticesNeeded } from './canary-adequacy.ts'
import type { Canary, TestRun } from './evaluation.ts'
import type { LaunchTree } from './launch-plan.ts'
import { isAnsweredOtherwise } from './oracle-comparison.ts'
import { prepareTree, type PreparedTree, type PreparePorts, type PrepareRequest } from './prepared-tree.ts'
import { printsElse } from './prints-else.ts'
import { readTexts } from './read-texts.ts'
import { runOracles } from './run-oracle.ts'
import { runTests } from './run-tests.ts'
import { storeMutant } from './store-mutant.ts'

export interface CanaryPorts {
  readonly revisions: RevisionReader
  readonly candidates: CandidateStore
  readonly source: CanarySource
}

export interface CanaryRequest {
  readonly config: Config
  readonly candidate: ObjectId
  readonly baseline: { readonly commit: ObjectId; readonly tree: LaunchTree; readonly testRuns: readonly TestRun[] }
  /** How the tree of a commit is prepared, as for the candidate itself. */
  readonly prepare: (commit: ObjectId) => PrepareRequest
  readonly isProtected: (path: string) => boolean
  readonly random: Random
}

/** Larger files are not read: a mutant of a generated table says nothing. */
const byteLimit = 1024 * 1024
/** A mutant that loops is not waited for as long as the tests may take; it counts as noticed. */
const shortestTimeoutMs = 5_000

/**
 * Sends known-bad mutants of the changed lines through the same judges, part by part: a well-tested part must not carry another one along that nobody looks at. A part ends with the first mutant that
 * the oracle notices: that much shows that it compares what those lines do, and that the change has not silenced it. Where the oracle notices none, tests and benchmarks are all that compares
 * behaviour there: then most have to be noticed. A part of which no mutant can be made is watched by nobody.
 */
export async function runCanaries(ports: PreparePorts & CanaryPorts, request: CanaryRequest, signal: AbortSignal): Promise<readonly Canary[]> {
  const changes = await changedTexts(ports.revisions, request)
  const canaries: Canary[] = []
  for (const part of changedParts(changes)) {
    const own: Canary[] = []
    const mutants = ports.source.mutants(part.texts, { random: request.random, count: request.config.accept.canaries })
    if (mutants.length === 0) canaries.push({ description: 'nothing there could be broken on purpose', place: part.place, caughtBy: 'unusable' })
    for (const mutant of mutants) {
      const caughtBy = await judgeMutant(ports, { ...request, config: hurried(request), mutant, index: canaries.length + own.length }, signal)
      own.push({ description: mutant.description, place: part.place, caughtBy })
      if (signal.aborted || caughtBy === 'oracle' || own.filter(isNoticed).length >= noticesNeeded(mutants.length, false)) break
    }
    canaries.push(...own)
    if (signal.aborted) break
  }
  return canaries
}

async function judgeMutant(ports: PreparePorts & CanaryPorts, request: CanaryRequest & { readonly mutant: Mutant; readonly index: number }, signal: AbortSignal): Promise<Canary['caughtBy']> {
  const { config, baseline, random, mutant } = request
  const commit = await storeMutant(ports.candidates, { parent: request.candidate, mutant, purpose: 'canary', ref: `canaries/${request.candidate.slice(0, 16)}/${request.index}` })
  await using prepared: PreparedTree = await prepareTree(ports, request.prepare(commit), signal)
  if (prepared.build !== null && !prepared.build.ok) return 'unusable'
  const arms = { baseline: baseline.tree, candidate: prepared.tree }
  // First: what it notices says more than what tests notice.
  const oracle = await runOracles(ports.sandbox, { config, arms, random }, signal)
  if (oracle !== null && oracle.baselineProblem === null && (isAnsweredOtherwise(oracle) || (oracle.invalidMismatches ?? 0) > 0)) return 'oracle'
  const tests = compareTests(baseline.testRuns, await runTests(ports.sandbox, { config, tree: prepared.tree, random }, signal))
  if (tests.missing.length > 0 || tests.newlyFailing.length > 0) return 'tests'
  return (await printsElse(ports.sandbox, { config, arms, random }, signal)) ? 'output' : null
}

function hurried({ config, baseline }: CanaryRequest): Config {
  const longest = Math.max(0, ...baseline.testRuns.map((run) => run.wallMs))
  const timeout = Math.max(shortestTimeoutMs, 10 * longest)
  return { ...config, tests: config.tests.map((test) => ({ ...test, timeout: Math.min(test.timeout, timeout) })) }
}

async function changedTexts(revisions: RevisionReader, { baseline, candidate, isProtected }: CanaryRequest): Promise<readonly ChangedText[]> {
  const paths = (await revisions.changes(baseline.commit, candidate)).filter((change) => change.newMode.startsWith('100') && !isProtected(change.path)).map((change) => change.path)
  const [before, after] = await Promise.all([textsOf(revisions, baseline.commit, paths), textsOf(revisions, candidate, paths)])
  return paths.map((path) => ({ path, before: before.get(path) ?? null, after: after.get(path) ?? null }))
}

async function textsOf(revisions: RevisionReader, commit: ObjectId, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths)
  return readTexts(revisions, (await revisions.entries(commit)).filter((entry) => wanted.has(entry.path) && entry.mode.startsWith('100')), byteLimit)
}
