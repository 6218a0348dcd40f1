import { withLineEnds } from '../../proposal/line-ends.ts'
import type { Opportunity, TextEdit } from '../../proposal/proposal.ts'
import type { ProposalRequest, SourceFile } from '../../proposal/proposer.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { ParsedSource } from './edit-operator.ts'
import { isReadable } from './parse-source.ts'
import { isSettings } from './settings-source.ts'
import type { FileSites, SiteIndex, SiteKind } from './site-index.ts'
import { SiteLottery } from './site-lottery.ts'

/** One thing that could be done, not looked at any closer. */
export interface DrawnSite {
  readonly kind: SiteKind
  readonly operator: string
  readonly rationale: string
  readonly edits: readonly TextEdit[]
  readonly source: ParsedSource
  /** Of the file before any edit. */
  readonly errors: number
}

interface Drum {
  readonly file: SourceFile
  readonly weight: number
  opened: { readonly sites: FileSites; readonly lotteries: Readonly<Record<SiteKind, SiteLottery>> } | null
}

export type SiteSource = Pick<ProposalRequest, 'sources' | 'opportunities' | 'credit' | 'random'>

/** Draws files by how hot they are, and sites in them by weight, without replacement. A file is looked into only once it is drawn. */
export class SiteDraw {
  readonly #index: SiteIndex
  readonly #request: SiteSource
  readonly #drums: Drum[]

  constructor(index: SiteIndex, request: SiteSource) {
    this.#index = index
    this.#request = request
    this.#drums = request.sources.filter((file) => isWorthDrawing(file, index)).map((file) => ({ file, weight: fileWeight(file, request.opportunities), opened: null }))
  }

  /** The next site, of the kind that is wanted most and that the drawn file still has. `wanted` is asked once for each file that is drawn. Null once everything was drawn. */
  next(wanted: () => readonly SiteKind[]): DrawnSite | null {
    const { random } = this.#request
    while (this.#drums.length > 0) {
      const drum = drawDrum(this.#drums, random)
      drum.opened ??= this.#open(drum.file)
      if (drum.opened === null || kinds.every((kind) => drum.opened?.lotteries[kind].isEmpty === true)) {
        this.#drums.splice(this.#drums.indexOf(drum), 1)
        continue
      }
      const { sites, lotteries } = drum.opened
      const kind = wanted().find((one) => !lotteries[one].isEmpty) ?? 'classic'
      const { operator, site, source } = this.#index.site(sites, lotteries[kind].draw(random))
      return { kind, operator: operator.name, rationale: `${site.rationale} (${source.path})`, edits: withLineEnds(source.text, site.edits()), source, errors: sites.errors }
    }
    return null
  }

  #open(file: SourceFile): Drum['opened'] {
    const sites = this.#index.sitesOf(file)
    if (sites === null) return null
    const { credit, opportunities } = this.#request
    const credits = credit === undefined ? null : sites.names.map((name) => credit(name))
    const lottery = (kind: SiteKind): SiteLottery => new SiteLottery(this.#index.pool(sites, kind, opportunities), credits === null ? null : (operator) => credits[operator] as number)
    return { sites, lotteries: { rewrite: lottery('rewrite'), tuning: lottery('tuning'), classic: lottery('classic') } }
  }
}

export const kinds = ['rewrite', 'tuning', 'classic'] as const

/** A file of settings in which nothing can be tuned must not take part in the draw. */
function isWorthDrawing(file: SourceFile, index: SiteIndex): boolean {
  if (!isReadable(file.path)) return false
  return !isSettings(file.path) || (index.sitesOf(file)?.pools.tuning.places.length ?? 0) > 0
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
