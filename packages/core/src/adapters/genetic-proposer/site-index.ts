import type { Opportunity } from '../../proposal/proposal.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import type { EditOperator } from './edit-operator.ts'
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
/** Files remembered besides those of two whole variants. */
const spareFiles = 2048

/** Lists the sites of files and remembers them. Keyed by content: the memory can only save time, never change an answer. */
export class SiteIndex {
  readonly #operators: readonly EditOperator[]
  readonly #files = new Map<string, FileSites | null>()
  readonly #weighed = new WeakMap<FileSites, { readonly profile: readonly Opportunity[]; readonly pools: Readonly<Record<SiteKind, WeighedPool>> }>()

  constructor(operators: readonly EditOperator[]) {
    this.#operators = operators
  }

  /** The sites of a variant's files; those that no operator understands are left out. */
  sitesOf(files: readonly SourceFile[]): readonly FileSites[] {
    const found = files.flatMap((file) => this.#sitesOf(file) ?? [])
    const kept = 2 * files.length + spareFiles
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= kept) break
      this.#files.delete(oldest)
    }
    return found
  }

  #sitesOf(file: SourceFile): FileSites | null {
    const key = `${file.path}\0${file.text}`
    const known = this.#files.get(key)
    const sites = known === undefined ? listSites(file, this.#operators) : known
    // Last used, last to go.
    if (known !== undefined) this.#files.delete(key)
    this.#files.set(key, sites)
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

function listSites(file: SourceFile, operators: readonly EditOperator[]): FileSites | null {
  const source = parseSource(file)
  if (source === null) return null
  const listed: Readonly<Record<SiteKind, { operator: number; place: number; offset: number }[]>> = { rewrite: [], classic: [] }
  for (const [operator, { kind, sites }] of operators.entries()) {
    for (const [place, { offset }] of sites(source).entries()) listed[kind].push({ operator, place, offset })
  }
  const pool = (kind: SiteKind): SitePool => ({
    operators: Uint16Array.from(listed[kind], (site) => site.operator),
    places: Uint32Array.from(listed[kind], (site) => site.place),
    offsets: Uint32Array.from(listed[kind], (site) => site.offset),
  })
  return { file, hasErrors: hasSyntaxError(source), functions: functionSpans(source), pools: { rewrite: pool('rewrite'), classic: pool('classic') } }
}
