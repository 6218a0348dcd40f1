import type { Opportunity, TextEdit } from '../../proposal/proposal.ts'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { contextDigest } from '../../proposal/context-digest.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { ParsedSource } from './edit-operator.ts'
import { allOperators, type OperatorSets } from './operator-sets.ts'
import { isReadable, parseSource, syntaxErrors } from './parse-source.ts'
import { isSettings } from './settings-source.ts'
import { SiteIndex, type FileSites, type SiteKind } from './site-index.ts'
import { SiteLottery } from './site-lottery.ts'

export interface GeneticProposerOptions {
  readonly operators?: OperatorSets
  /** Share of proposals that are rewrites, or tuning, while any untried one is left. */
  readonly rewriteShare?: number
}

/**
 * Program search without a model: performance rewrites whose preconditions hold, then the classic edits of genetic improvement. A file is drawn first, by how hot
 * it is, and only then looked into: the cost of a proposal does not grow with the repository.
 */
export function createGeneticProposer(options: GeneticProposerOptions = {}): Proposer {
  const rewriteShare = options.rewriteShare ?? 0.85
  const index = new SiteIndex(options.operators ?? allOperators)
  return {
    name: 'genetic',
    propose: async (request) => choose(request, rewriteShare, index),
  }
}

interface Drum {
  readonly file: SourceFile
  readonly weight: number
  opened: { readonly sites: FileSites; readonly lotteries: Readonly<Record<SiteKind, SiteLottery>> } | null
}

/** Draws files and sites until one gives a draft that is new, parses and changes something. */
function choose(
  { random, parent, tried, failed, sources, opportunities }: ProposalRequest,
  rewriteShare: number,
  index: SiteIndex,
): ProposalDraft | null {
  const drums = sources.filter((file) => isWorthDrawing(file, index)).map((file): Drum => ({ file, weight: fileWeight(file, opportunities), opened: null }))
  while (drums.length > 0) {
    const drum = drawDrum(drums, random)
    drum.opened ??= open(index, drum.file, opportunities)
    if (drum.opened === null || kinds.every((kind) => drum.opened?.lotteries[kind].isEmpty === true)) {
      drums.splice(drums.indexOf(drum), 1)
      continue
    }
    const { sites, lotteries } = drum.opened
    const kind = preferred(random.next(), rewriteShare).find((wanted) => !lotteries[wanted].isEmpty) ?? 'classic'
    const { operator, site, source } = index.site(sites, lotteries[kind].draw(random))
    const edits = site.edits()
    if (tried.has(editsDigest(parent, edits)) || hasFailed(edits, source, failed) || !isValid(source, edits, sites)) continue
    return { edits, operator: operator.name, rationale: `${site.rationale} (${source.path})` }
  }
  return null
}

const kinds = ['rewrite', 'tuning', 'classic'] as const
/** Of what is neither classic nor forced. */
const tuningShare = 0.15

/** Which kind is wanted most, second and last, by one number drawn from [0, 1). */
function preferred(drawn: number, rewriteShare: number): readonly SiteKind[] {
  if (drawn < rewriteShare * (1 - tuningShare)) return kinds
  return drawn < rewriteShare ? ['tuning', 'rewrite', 'classic'] : ['classic', 'tuning', 'rewrite']
}

/** A file of settings in which nothing can be tuned must not take part in the draw. */
function isWorthDrawing(file: SourceFile, index: SiteIndex): boolean {
  if (!isReadable(file.path)) return false
  return !isSettings(file.path) || (index.sitesOf(file)?.pools.tuning.places.length ?? 0) > 0
}

function open(index: SiteIndex, file: SourceFile, profile: readonly Opportunity[]): Drum['opened'] {
  const sites = index.sitesOf(file)
  if (sites === null) return null
  const lottery = (kind: SiteKind): SiteLottery => new SiteLottery(index.pool(sites, kind, profile))
  return { sites, lotteries: { rewrite: lottery('rewrite'), tuning: lottery('tuning'), classic: lottery('classic') } }
}

/** What a kilobyte of cold code counts beside a function that takes all the time. */
const coldKilobyte = 0.005

function fileWeight(file: SourceFile, profile: readonly Opportunity[]): number {
  return profile.reduce((sum, { kind, path, weight }) => (kind === 'hot-function' && path === file.path ? sum + weight : sum), (coldKilobyte * (file.text.length + 100)) / 1000)
}

function drawDrum(drums: readonly Drum[], random: Random): Drum {
  let left = random.next() * drums.reduce((sum, drum) => sum + drum.weight, 0)
  return drums.find((drum) => (left -= drum.weight) < 0) ?? (drums.at(-1) as Drum)
}

/** An edit that broke something is not tried again on a variant in which nothing has changed around it. */
function hasFailed(edits: readonly TextEdit[], source: ParsedSource, failed: ProposalRequest['failed']): boolean {
  const digest = failed === undefined ? null : contextDigest(edits, [source])
  return digest !== null && failed?.has(digest) === true
}

function isValid(source: ParsedSource, edits: readonly TextEdit[], { errors }: FileSites): boolean {
  const text = applyEdits(source.text, edits)
  if (text === source.text) return false
  const after = parseSource({ path: source.path, text })
  return after !== null && syntaxErrors(after) <= errors
}
