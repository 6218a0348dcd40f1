import { createHash } from 'node:crypto'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { awaitsConsent, isOffered, standingDecision, type ProposalRecord } from './proposal-record.ts'

/** Raised whenever Ratchet itself comes to measure or compare differently: launches, oracle kit, reporters, disguises. */
const evaluatorRevision = 1

export interface VersionedJudges {
  readonly config: Config
  readonly isProtected: (path: string) => boolean
  /** The commit that protected files come from. */
  readonly trusted: ObjectId
  /** Digest of the code that runs, where the target holds code that judges it. Elsewhere the revision says enough, and an update of Ratchet begins no epoch. */
  readonly installation?: string
  /** Who answers rules in words, where the constitution has any. */
  readonly ruleJudge?: { readonly provider: string; readonly model: string; readonly url: string }
}

/**
 * One digest of everything that judges: the configuration without what only steers the search or says who may approve, apply and be told (tests, metrics, oracle, limits and tier are in it), the content of every protected file, and
 * Ratchet's own revision; and the model that answers rules in words. Evaluations are compared only within one version; another one begins an epoch. Which tier really ran, and its self-test, is recorded beside it.
 */
export async function evaluatorVersion(revisions: Pick<RevisionReader, 'entries'>, { config, isProtected, trusted, installation, ruleJudge }: VersionedJudges): Promise<string> {
  const { search: _, proposers: __, consent: ___, autonomy: ____, notify: _____, observe: ______, models: _______, ...judging } = config
  const agents = suiteAgents(config)
  const files = (await revisions.entries(trusted)).filter((entry) => isProtected(entry.path)).map(({ path, mode, id }) => [path, mode, id])
  return createHash('sha256').update(canonicalJson({ revision: evaluatorRevision, ...(installation === undefined ? {} : { installation }), ...(ruleJudge === undefined ? {} : { ruleJudge }), ...(agents.length === 0 ? {} : { agents }), config: judging, files: files.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)) })).digest('hex')
}

/** What the models of agents are that suites are given to: their names in the configuration may come to stand for others. The agents' commands, and the suites, are part of it anyway. */
function suiteAgents({ metrics, models }: Config): readonly unknown[] {
  const [first] = Object.keys(models?.use ?? {})
  return Object.entries(metrics).flatMap(([metric, { suite, model }]) => {
    const endpoint = models?.use[model ?? first ?? '']
    return suite === undefined || endpoint === undefined ? [] : [{ metric, provider: endpoint.provider, model: endpoint.model, url: endpoint.url, maxOutputTokens: endpoint.maxOutputTokens }]
  })
}

/** Whether the verdict that stands was reached by other judges than today's. Older journals do not say: what they hold passes as before. */
export function isOutdated(record: ProposalRecord, current: string | null): boolean {
  const version = standingDecision(record)?.evaluation?.evaluatorVersion
  return version !== undefined && current !== null && version !== current
}

/** Offers and what waits for consent, not yet applied, of another epoch: they must be evaluated again before they can be applied. */
export async function outdatedOffers(records: readonly ProposalRecord[], { requireConfirmation, versionOf }: { readonly requireConfirmation: boolean; readonly versionOf: (baseline: ObjectId) => Promise<string | null> }): Promise<ReadonlySet<ProposalId>> {
  const versions = new Map<ObjectId, string | null>()
  const outdated = new Set<ProposalId>()
  for (const record of records) {
    if (!(isOffered(record, requireConfirmation) || awaitsConsent(record, requireConfirmation)) || record.applications.some(({ status }) => status === 'applied')) continue
    const { baseline } = record.made
    if (!versions.has(baseline)) versions.set(baseline, await versionOf(baseline))
    if (isOutdated(record, versions.get(baseline) ?? null)) outdated.add(record.id)
  }
  return outdated
}
