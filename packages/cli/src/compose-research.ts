import type { Config, ObjectId, RecordedSearches, Research, ResearchConfig, ResearchFinding as Finding, RevisionReader, RunId, SearchSource } from '@ratchet/core'
import { createRedactor } from '@ratchet/core/model/redaction'
import { cleanFindings } from '@ratchet/core/research/finding'
import { openResearch } from '@ratchet/core/research/research-desk'
import { ResearchError } from '@ratchet/core/research/research-error'
import { createDocumentSearch } from '@ratchet/core/adapters/document-search/document-search'
import { createSearxngSearch } from '@ratchet/core/adapters/web-search/searxng-search'
import { createTavilySearch } from '@ratchet/core/adapters/web-search/tavily-search'
import { hiddenFromAgents } from './compose-hidden-paths.ts'
import { loadTargetConfig, type OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

interface SourceRequest {
  readonly config: Config & { readonly research: ResearchConfig }
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
  /** Documents are read from it. */
  readonly baseline: ObjectId
  /** Where nothing is sent, no key is missed. */
  readonly isRecorded: boolean
}

/** Where the configuration says that is searched. @throws ResearchError `key-missing` */
export function searchSources({ environment }: Pick<Invocation, 'environment'>, { config, revisions, baseline, isRecorded }: SourceRequest): readonly SearchSource[] {
  const { models, research } = config
  const localOnly = research.localOnly ?? models?.localOnly ?? false
  return Object.entries(research.use).map(([name, source]) => {
    if (source.provider === 'documents') return createDocumentSearch({ name, folder: source.folder.replace(/\/+$/, ''), baseline, revisions, hidden: () => hiddenFromAgents({ revisions, config, baseline }) })
    const key = keyOf(environment, source.key)
    if (source.key !== undefined && key === null && !isRecorded) throw new ResearchError('key-missing', `the environment variable ${source.key}, which holds the key of the source ${name}, is not set`, { remedy: `Set it, or leave ${name} out of research.use.` })
    const options = { name, url: source.url, key, localOnly }
    return source.provider === 'tavily' ? createTavilySearch(options) : createSearxngSearch(options)
  })
}

function keyOf(environment: Invocation['environment'], name: string | undefined): string | null {
  const value = name === undefined ? undefined : environment[name]
  return value === undefined || value.trim() === '' ? null : value.trim()
}

/** Keys of sources and models: an answer may repeat either. */
function knownKeys({ environment }: Pick<Invocation, 'environment'>, { models, research }: SourceRequest['config']): readonly string[] {
  const named = [...Object.values(research.use), ...Object.values(models?.use ?? {})].flatMap((one) => ('key' in one && one.key !== undefined ? [one.key] : []))
  return named.flatMap((name) => keyOf(environment, name) ?? [])
}

export interface RunResearchRequest {
  readonly target: OpenTarget
  readonly config: Config
  readonly baseline: ObjectId
  readonly run: RunId
  /** Of the recorded run, where it is made again. */
  readonly recording: RecordedSearches | null
}

/** The research of a run; null where the configuration names none. */
export async function openRunResearch(invocation: Invocation, { target, config, baseline, run, recording }: RunResearchRequest): Promise<Research | null> {
  const { research } = config
  if (research === undefined) return null
  const request: SourceRequest = { config: { ...config, research }, revisions: target.workspace.revisions, baseline, isRecorded: recording !== null }
  const { topics, names, searches, findings } = research
  return openResearch(
    { journal: target.journal, index: target.index, redactor: createRedactor(knownKeys(invocation, request.config)) },
    { run, sources: searchSources(invocation, request), topics, names, searches, findings, ...(recording === null ? {} : { recording }) },
  )
}

export interface SearchedSource {
  readonly source: string
  readonly findings: readonly Finding[]
  readonly error: ResearchError | null
}

/** One question to every source, outside of any run; what comes back is bounded and redacted as in a run. @throws UsageError where the configuration names no source */
export async function searchOnce(invocation: Invocation, { target, options, query }: { readonly target: OpenTarget; readonly options: TargetOptions; readonly query: string }): Promise<readonly SearchedSource[]> {
  const baseline = (await target.workspace.revisions.commit('HEAD')).id
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  const { research } = config
  if (research === undefined) throw new UsageError('nothing-to-do', 'the configuration names nowhere to search', { remedy: 'Add `research` to it (docs/guides/research.md).' })
  const request: SourceRequest = { config: { ...config, research }, revisions: target.workspace.revisions, baseline, isRecorded: false }
  const redactor = createRedactor(knownKeys(invocation, request.config))
  const found: SearchedSource[] = []
  for (const source of searchSources(invocation, request)) {
    try {
      const raw = await source.search(redactor.redact(query), research.findings, invocation.signal)
      found.push({ source: source.name, findings: cleanFindings(raw, redactor), error: null })
    } catch (error) {
      if (!(error instanceof ResearchError)) throw error
      found.push({ source: source.name, findings: [], error })
    }
  }
  return found
}
