import type { SearchSource } from '../../research/search-source.ts'
import { askJson } from './ask-json.ts'
import { readResults } from './read-results.ts'
import type { WebSearchOptions } from './tavily-search.ts'

/** An instance of SearXNG (https://docs.searxng.org/dev/search_api.html) that allows the format json. */
export function createSearxngSearch({ name, url, key, localOnly }: WebSearchOptions): SearchSource {
  const base = `${url.replace(/\/+$/, '')}/search`
  const { host } = new URL(base)
  return {
    name,
    host,
    search: async (query, limit, signal) => {
      const place = new URL(base)
      for (const [field, value] of [['q', query], ['format', 'json'], ['safesearch', '1']] as const) place.searchParams.set(field, value)
      return readResults(await askJson({ url: place, method: 'GET', key, localOnly }, signal), { host, limit })
    },
  }
}
