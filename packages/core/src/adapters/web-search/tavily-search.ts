import type { SearchSource } from '../../research/search-source.ts'
import { askJson } from './ask-json.ts'
import { readResults } from './read-results.ts'

export interface WebSearchOptions {
  /** As the configuration names it. */
  readonly name: string
  readonly url: string
  /** Null where none is wanted. */
  readonly key: string | null
  readonly localOnly: boolean
}

/** Tavily (https://docs.tavily.com, `POST /search`), or whatever has its interface. */
export function createTavilySearch({ name, url, key, localOnly }: WebSearchOptions): SearchSource {
  const place = new URL(`${url.replace(/\/+$/, '')}/search`)
  return {
    name,
    host: place.host,
    search: async (query, limit, signal) => {
      const body = JSON.stringify({ query, max_results: limit, search_depth: 'basic', include_answer: false, include_raw_content: false, include_images: false })
      return readResults(await askJson({ url: place, method: 'POST', body, key, localOnly }, signal), { host: place.host, limit })
    },
  }
}
