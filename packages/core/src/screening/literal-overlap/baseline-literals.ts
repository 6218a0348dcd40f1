import type { ObjectId } from '../../proposal/proposal.ts'
import type { PathScope } from '../../target/path-scope.ts'
import type { RevisionReader, TreeEntry } from '../../workspace/workspace.ts'
import { decode } from '../changed-files.ts'
import { literalsOf } from './literals.ts'

const fileBytes = 1024 * 1024
/** Of each kind; test data beyond it is not compared. */
const totalBytes = 16 * 1024 * 1024
const filesAtOnce = 64
/** The baseline's own versions of files that a search edits. */
const keptTexts = 256

/** Protected, but no data that a program is tested with: versions and digests of packages, settings of tools. */
const noTestData = /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|[\w.-]*\.lock|[\w.-]*-lock\.\w+|tsconfig[\w.-]*\.json|ratchet\.(?:yaml|yml|config\.\w+)|go\.sum|LICENSE[\w.-]*)$|(?:^|\/)(?:node_modules|\.git|\.github)\//i

interface Known {
  readonly commit: ObjectId
  readonly entries: readonly TreeEntry[]
  tests: ReadonlySet<string> | null
  source: ReadonlySet<string> | null
}

/** Which literals stand in the baseline's test data and in its own source. Read when first asked for, then kept: a run has one baseline. */
export class BaselineLiterals {
  readonly #revisions: RevisionReader
  readonly #scope: PathScope
  #known: Known | null = null
  readonly #texts = new Map<string, ReadonlySet<string>>()

  constructor(revisions: RevisionReader, scope: PathScope) {
    this.#revisions = revisions
    this.#scope = scope
  }

  /** Of a text that comes again with every candidate. */
  ofText(text: string): ReadonlySet<string> {
    const keys = this.#texts.get(text) ?? new Set(literalsOf(text).map(({ key }) => key))
    if (this.#texts.size >= keptTexts) this.#texts.clear()
    this.#texts.set(text, keys)
    return keys
  }

  async inTests(baseline: ObjectId, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = await this.#of(baseline)
    return (known.tests ??= await this.#read(known.entries.filter(({ path }) => this.#scope.isProtected(path) && !noTestData.test(path)), signal))
  }

  async inSource(baseline: ObjectId, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = await this.#of(baseline)
    return (known.source ??= await this.#read(known.entries.filter(({ path }) => !this.#scope.isProtected(path)), signal))
  }

  async #of(commit: ObjectId): Promise<Known> {
    if (this.#known?.commit !== commit) {
      const entries = await this.#revisions.entries(commit)
      this.#known = { commit, entries: entries.filter((entry) => entry.mode.startsWith('100')), tests: null, source: null }
    }
    return this.#known
  }

  async #read(entries: readonly TreeEntry[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const keys = new Set<string>()
    const ids = [...new Set(entries.map((entry) => entry.id))]
    let left = totalBytes
    for (let at = 0; at < ids.length && left > 0; at += filesAtOnce) {
      signal.throwIfAborted()
      for (const bytes of await this.#revisions.blobs(ids.slice(at, at + filesAtOnce), Math.min(fileBytes, left))) {
        const content = bytes === null ? null : decode(bytes)
        if (typeof content !== 'string') continue
        left -= content.length
        for (const { key } of literalsOf(content)) keys.add(key)
      }
    }
    return keys
  }
}
