import type { Opportunity } from '../../proposal/proposal.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import { parseAs, type Parse } from '../ast-grep-rules/languages.ts'
import type { EditSite, ParsedSource } from './edit-operator.ts'
import { functionSpans, staticHeat, weighedSpans, weightAt, type FunctionSpan } from './hot-ranges.ts'
import { operatorsFor, type BoundOperator, type OperatorSets } from './operator-sets.ts'
import { parseSource, syntaxErrors } from './parse-source.ts'

export type SiteKind = BoundOperator['kind']

/** The sites of one file in a few numbers each: no syntax tree is kept, so that thousands of files may be. */
export interface FileSites {
  readonly file: SourceFile
  /** Before any edit. */
  readonly errors: number
  readonly functions: readonly FunctionSpan[]
  /** Names of operators by their numbers. */
  readonly names: readonly string[]
  readonly pools: Readonly<Record<SiteKind, SitePool>>
}

/** One kind of sites of one file. A site is known by its operator and its place in what that operator lists. */
export interface SitePool {
  readonly operators: Uint16Array
  readonly places: Uint32Array
  readonly offsets: Uint32Array
  /** What each counts where nothing is known about its heat. */
  readonly worth: Float32Array
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
  readonly operators: readonly BoundOperator[]
  /** What each operator lists, by its number. */
  readonly listed: (readonly EditSite[] | undefined)[]
}

/** Lists the sites of files and remembers them. Keyed by content: the memory can only save time, never change an answer. */
export class SiteIndex {
  readonly #sets: OperatorSets
  readonly #parse: Parse
  readonly #files = new Map<string, FileSites | null>()
  readonly #open = new Map<FileSites, OpenFile>()
  readonly #weighed = new WeakMap<FileSites, { readonly profile: readonly Opportunity[]; readonly pools: Readonly<Record<SiteKind, WeighedPool>> }>()

  constructor(sets: OperatorSets, parse: Parse = parseAs) {
    this.#sets = sets
    this.#parse = parse
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
  site(sites: FileSites, { operator: number, place }: { readonly operator: number; readonly place: number }): { readonly operator: BoundOperator; readonly site: EditSite; readonly source: ParsedSource } {
    const open = this.#open.get(sites) ?? this.#openFile(sites.file)
    const operator = open?.operators[number]
    if (operator === undefined || open === null) throw new TypeError(`${sites.file.path} had sites before`)
    this.#keepOpen(sites, open)
    const site = (open.listed[number] ??= operator.sites())[place]
    if (site === undefined) throw new TypeError(`${operator.name} lists fewer sites than before: it is not pure`)
    return { operator, site, source: open.source }
  }

  #openFile(file: SourceFile): OpenFile | null {
    const source = parseSource(file, this.#parse)
    return source === null ? null : { source, operators: operatorsFor(this.#sets, source), listed: [] }
  }

  #keepOpen(sites: FileSites, open: OpenFile): void {
    this.#open.delete(sites)
    this.#open.set(sites, open)
    if (this.#open.size > treesKept) this.#open.delete(this.#open.keys().next().value as FileSites)
  }

  #listSites(file: SourceFile): FileSites | null {
    const open = this.#openFile(file)
    if (open === null) return null
    const { source, operators } = open
    const listed = operators.map((operator) => operator.sites())
    const pool = (kind: SiteKind): SitePool => {
      const sites = listed.flatMap((own, number) => {
        const { kind: ownKind, gain } = operators[number] as BoundOperator
        return ownKind === kind ? own.map(({ offset, weight = 1 }, place) => ({ operator: number, place, offset, worth: gain * weight })) : []
      })
      const heat = staticHeat(source, sites.map(({ offset }) => offset))
      return {
        operators: Uint16Array.from(sites, (site) => site.operator),
        places: Uint32Array.from(sites, (site) => site.place),
        offsets: Uint32Array.from(sites, (site) => site.offset),
        worth: Float32Array.from(sites, (site, index) => site.worth * (heat[index] as number)),
      }
    }
    const sites = { file, errors: syntaxErrors(source), functions: functionSpans(source), names: operators.map(({ name }) => name), pools: { rewrite: pool('rewrite'), tuning: pool('tuning'), classic: pool('classic') } }
    this.#keepOpen(sites, { ...open, listed: [...listed] })
    return sites
  }

  pool(sites: FileSites, kind: SiteKind, profile: readonly Opportunity[]): WeighedPool {
    let known = this.#weighed.get(sites)
    if (known?.profile !== profile) {
      const spans = weighedSpans(sites.file.path, sites.functions, profile)
      const weigh = (pool: SitePool): WeighedPool => {
        const weights = Float64Array.from(pool.offsets, (offset, index) => (coldWeight + weightAt(spans, offset)) * (pool.worth[index] as number))
        return { ...pool, weights, total: weights.reduce((sum, weight) => sum + weight, 0) }
      }
      known = { profile, pools: { rewrite: weigh(sites.pools.rewrite), tuning: weigh(sites.pools.tuning), classic: weigh(sites.pools.classic) } }
      this.#weighed.set(sites, known)
    }
    return known.pools[kind]
  }
}
