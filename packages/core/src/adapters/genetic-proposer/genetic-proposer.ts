import type { Opportunity, TextEdit } from '../../proposal/proposal.ts'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import { classicOperators } from './classic/classic-operators.ts'
import type { EditOperator, EditSite, ParsedSource } from './edit-operator.ts'
import { functionRanges, weightAt, type WeightedRange } from './hot-ranges.ts'
import { hasSyntaxError, parseSource } from './parse-source.ts'
import { rewriteOperators } from './rewrites/rewrite-operators.ts'

export interface GeneticProposerOptions {
  readonly operators?: readonly EditOperator[]
  /** Share of proposals that are rewrites while any untried rewrite is left. */
  readonly rewriteShare?: number
}

/** A file that parses, with everything the operators could do to it. */
interface Analysis {
  readonly source: ParsedSource
  readonly sites: readonly OperatorSite[]
  readonly hadErrors: boolean
}

interface OperatorSite {
  readonly operator: EditOperator
  readonly site: EditSite
}

interface WeighedSite extends OperatorSite {
  readonly analysis: Analysis
  readonly weight: number
}

/** What cold code still counts: a profile sees one workload only. */
const coldWeight = 0.02
const analysesKept = 256

/** Program search without a model: performance rewrites whose preconditions hold, then the classic edits of genetic improvement. */
export function createGeneticProposer(options: GeneticProposerOptions = {}): Proposer {
  const operators = options.operators ?? [...rewriteOperators, ...classicOperators]
  const rewriteShare = options.rewriteShare ?? 0.85
  // Keyed by content: the cache can only save time, never change an answer.
  const analyses = new Map<string, Analysis | null>()
  const analyse = (file: SourceFile): Analysis | null => {
    const key = `${file.path}\0${file.text}`
    const known = analyses.get(key)
    if (known !== undefined) return known
    const analysis = analyseFile(file, operators)
    if (analyses.size >= analysesKept) analyses.delete(analyses.keys().next().value as string)
    analyses.set(key, analysis)
    return analysis
  }
  return {
    name: 'genetic',
    propose: async (request) => {
      const sites = request.sources.flatMap((file) => {
        const analysis = analyse(file)
        return analysis === null ? [] : weighSites(analysis, request.opportunities)
      })
      return choose(request, sites, rewriteShare)
    },
  }
}

function analyseFile(file: SourceFile, operators: readonly EditOperator[]): Analysis | null {
  const source = parseSource(file)
  if (source === null) return null
  const sites = operators.flatMap((operator) => operator.sites(source).map((site) => ({ operator, site })))
  return { source, sites, hadErrors: hasSyntaxError(source) }
}

function weighSites(analysis: Analysis, opportunities: readonly Opportunity[]): readonly WeighedSite[] {
  const ranges: readonly WeightedRange[] = functionRanges(analysis.source, opportunities)
  return analysis.sites.map((candidate) => ({ ...candidate, analysis, weight: coldWeight + weightAt(ranges, candidate.site.offset) }))
}

/** Draws sites by weight, without replacement, until one gives a draft that is new, parses and changes something. */
function choose(request: ProposalRequest, sites: readonly WeighedSite[], rewriteShare: number): ProposalDraft | null {
  const pools = { rewrite: sites.filter((site) => site.operator.kind === 'rewrite'), classic: sites.filter((site) => site.operator.kind === 'classic') }
  while (pools.rewrite.length + pools.classic.length > 0) {
    const wantsRewrite = request.random.next() < rewriteShare
    const pool = (wantsRewrite && pools.rewrite.length > 0) || pools.classic.length === 0 ? pools.rewrite : pools.classic
    const site = drawWeighted(pool, request.random)
    const edits = validEdits(site)
    if (edits === null || request.tried.has(editsDigest(request.parent, edits))) continue
    return { edits, operator: site.operator.name, rationale: `${site.site.rationale} (${site.analysis.source.path})` }
  }
  return null
}

/** Takes one element out of the pool, with probability proportional to its weight. */
function drawWeighted(pool: WeighedSite[], random: Random): WeighedSite {
  let left = random.next() * pool.reduce((sum, site) => sum + site.weight, 0)
  let index = 0
  while (index < pool.length - 1 && (left -= (pool[index] as WeighedSite).weight) >= 0) index++
  const [drawn] = pool.splice(index, 1)
  return drawn as WeighedSite
}

function validEdits({ site, analysis }: WeighedSite): readonly TextEdit[] | null {
  const edits = site.edits()
  const { source } = analysis
  const text = applyEdits(source.text, edits)
  if (text === source.text) return null
  const after = parseSource({ path: source.path, text })
  return after === null || (!analysis.hadErrors && hasSyntaxError(after)) ? null : edits
}
