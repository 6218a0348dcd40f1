import type { Finding } from './finding.ts'

/** Where is searched. */
export interface SearchSource {
  /** As the configuration names it. */
  readonly name: string
  /** Whom the query is sent to; null where it does not leave the machine. */
  readonly host: string | null
  /**
   * The best first, at most `limit`. What comes back is untrusted.
   *
   * @throws ResearchError
   */
  search(query: string, limit: number, signal: AbortSignal): Promise<readonly Finding[]>
}
