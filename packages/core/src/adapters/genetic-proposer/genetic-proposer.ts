import type { Opportunity, TextEdit } from '../../proposal/proposal.ts'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import { classicOperators } from './classic/classic-operators.ts'
import type { EditOperator, ParsedSource } from './edit-operator.ts'
import { hasSyntaxError, isReadable, parseSource } from './parse-source.ts'
import { rewriteOperators } from './rewrites/rewrite-operators.ts'
import { SiteIndex, type FileSites, type SiteKind } from './site-index.ts'
import { SiteLottery } from './site-lottery.ts'

export interface GeneticProposerOptions {
  readonly operators?: readonly EditOperator[]
  /** Share of proposals that are rewrites while any untried rewrite is left. */
  readonly rewriteShare?: number
}

/**
 * Program search without a model: performance rewrites whose preconditions hold, then the classic edits of genetic improvement. A file is drawn first, by how hot
 * it is, and only then looked into: the cost of a proposal does not grow with the repository.
 */
export function createGeneticProposer(options: GeneticProposerOptions = {}): Proposer {
  const operators = options.operators ?? [...rewriteOperators, ...classicOperators]
  const rewriteShare = options.rewriteShare ?? 0.85
  const index = new SiteIndex(operators)
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
  { random, parent, tried, sources, opportunities }: ProposalRequest,
  rewriteShare: number,
  index: SiteIndex,
): ProposalDraft | null {
  const drums = sources.filter((file) => isReadable(file.path)).map((file): Drum => ({ file, weight: fileWeight(file, opportunities), opened: null }))
  while (drums.length > 0) {
    const drum = drawDrum(drums, random)
    drum.opened ??= open(index, drum.file, opportunities)
    if (drum.opened === null || (drum.opened.lotteries.rewrite.isEmpty && drum.opened.lotteries.classic.isEmpty)) {
      drums.splice(drums.indexOf(drum), 1)
      continue
    }
    const { sites, lotteries } = drum.opened
    const wantsRewrite = random.next() < rewriteShare
    const kind = (wantsRewrite && !lotteries.rewrite.isEmpty) || lotteries.classic.isEmpty ? 'rewrite' : 'classic'
    const { operator, site, source } = index.site(sites, lotteries[kind].draw(random))
    const edits = site.edits()
    if (tried.has(editsDigest(parent, edits)) || !isValid(source, edits, sites)) continue
    return { edits, operator: operator.name, rationale: `${site.rationale} (${source.path})` }
  }
  return null
}

function open(index: SiteIndex, file: SourceFile, profile: readonly Opportunity[]): Drum['opened'] {
  const sites = index.sitesOf(file)
  if (sites === null) return null
  return { sites, lotteries: { rewrite: new SiteLottery(index.pool(sites, 'rewrite', profile)), classic: new SiteLottery(index.pool(sites, 'classic', profile)) } }
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

function isValid(source: ParsedSource, edits: readonly TextEdit[], { hasErrors }: FileSites): boolean {
  const text = applyEdits(source.text, edits)
  if (text === source.text) return false
  const after = parseSource({ path: source.path, text })
  return after !== null && (hasErrors || !hasSyntaxError(after))
}
