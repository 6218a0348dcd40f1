import type { Opportunity } from '../../proposal/proposal.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import type { EditOperator, EditSite, ParsedSource } from './edit-operator.ts'
import { functionSpans, weighedSpans, weightAt, type FunctionSpan } from './hot-ranges.ts'
import { hasSyntaxError, parseSource } from './parse-source.ts'

export type SiteKind = EditOperator['kind']

/** The sites of one file in a few numbers each: no syntax tree is kept, so that thousands of files may be. */
export interface FileSites {
  readonly file: SourceFile
  readonly hasErrors: boolean
  readonly functions: readonly FunctionSpan[]
  readonly pools: Readonly<Record<SiteKind, SitePool>>
}

/** One kind of sites of one file. A site is known by its operator and its place in what that operator lists. */
export interface SitePool {
  readonly operators: Uint16Array
  readonly places: Uint32Array
  readonly offsets: Uint32Array
}

/** A pool with the weight of each site under one profile. */
export interface WeighedPool extends SitePool {
  readonly weights: Float64Array
  readonly total: number
}

/** What cold code still counts: a profile sees one workload only. */
const coldWeight = 0.02
/** Files remembered, whatever became of the variants they belong to. */
const filesKept = 1024

/** Files whose trees are kept, for what is drawn from again: most files of a variant are its ancestors'. */
const treesKept = 64

interface OpenFile {
  readonly source: ParsedSource
  /** What each operator lists, by its number. */
  readonly listed: (readonly EditSite[] | undefined)[]
}

/** Lists the sites of files and remembers them. Keyed by content: the memory can only save time, never change an answer. */
export class SiteIndex {
  readonly #operators: readonly EditOperator[]
  readonly #files = new Map<string, FileSites | null>()
  readonly #open = new Map<FileSites, OpenFile>()
  readonly #weighed = new WeakMap<FileSites, { readonly profile: readonly Opportunity[]; readonly pools: Readonly<Record<SiteKind, WeighedPool>> }>()

  constructor(operators: readonly EditOperator[]) {
    this.#operators = operators
  }

  /** Null for a file that no operator understands. */
  sitesOf(file: SourceFile): FileSites | null {
    const key = `${file.path}\0${file.text}`
    const known = this.#files.get(key)
    const sites = known === undefined ? this.#listSites(file) : known
    // Last used, last to go.
    if (known !== undefined) this.#files.delete(key)
    else if (this.#files.size >= filesKept) this.#files.delete(this.#files.keys().next().value as string)
    this.#files.set(key, sites)
    return sites
  }

  /** One site with what its edits need; the file is parsed again when its tree is no longer kept. */
  site(sites: FileSites, { operator: number, place }: { readonly operator: number; readonly place: number }): { readonly operator: EditOperator; readonly site: EditSite; readonly source: ParsedSource } {
    const operator = this.#operators[number]
    const open = this.#open.get(sites) ?? openFile(sites.file)
    if (operator === undefined || open === null) throw new TypeError(`${sites.file.path} had sites before`)
    this.#keepOpen(sites, open)
    const site = (open.listed[number] ??= operator.sites(open.source))[place]
    if (site === undefined) throw new TypeError(`${operator.name} lists fewer sites than before: it is not pure`)
    return { operator, site, source: open.source }
  }

  #keepOpen(sites: FileSites, open: OpenFile): void {
    this.#open.delete(sites)
    this.#open.set(sites, open)
    if (this.#open.size > treesKept) this.#open.delete(this.#open.keys().next().value as FileSites)
  }

  #listSites(file: SourceFile): FileSites | null {
    const source = parseSource(file)
    if (source === null) return null
    const listed = this.#operators.map((operator) => operator.sites(source))
    const pool = (kind: SiteKind): SitePool => {
      const sites = listed.flatMap((own, operator) => (this.#operators[operator]?.kind === kind ? own.map(({ offset }, place) => ({ operator, place, offset })) : []))
      return {
        operators: Uint16Array.from(sites, (site) => site.operator),
        places: Uint32Array.from(sites, (site) => site.place),
        offsets: Uint32Array.from(sites, (site) => site.offset),
      }
    }
    const sites = { file, hasErrors: hasSyntaxError(source), functions: functionSpans(source), pools: { rewrite: pool('rewrite'), classic: pool('classic') } }
    this.#keepOpen(sites, { source, listed: [...listed] })
    return sites
  }

  pool(sites: FileSites, kind: SiteKind, profile: readonly Opportunity[]): WeighedPool {
    let known = this.#weighed.get(sites)
    if (known?.profile !== profile) {
      const spans = weighedSpans(sites.file.path, sites.functions, profile)
      const weigh = (pool: SitePool): WeighedPool => {
        const weights = Float64Array.from(pool.offsets, (offset) => coldWeight + weightAt(spans, offset))
        return { ...pool, weights, total: weights.reduce((sum, weight) => sum + weight, 0) }
      }
      known = { profile, pools: { rewrite: weigh(sites.pools.rewrite), classic: weigh(sites.pools.classic) } }
      this.#weighed.set(sites, known)
    }
    return known.pools[kind]
  }
}

function openFile(file: SourceFile): OpenFile | null {
  const source = parseSource(file)
  return source === null ? null : { source, listed: [] }
}
