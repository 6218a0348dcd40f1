import { editsDigest, type Proposer } from '@ratchet/core'

/** Replaces text by text, one rule after the other, each where it applies and was not tried yet. */
export function scriptedProposer(name: Proposer['name'], rules: readonly (readonly [from: string, to: string])[]): Proposer {
  return {
    name,
    propose: async ({ sources, tried, parent }) => {
      const [source] = sources
      if (source === undefined) return null
      for (const [from, to] of rules) {
        const start = source.text.indexOf(from)
        if (start < 0) continue
        const edits = [{ path: source.path, start, end: start + from.length, replacement: to, part: 0 }]
        if (!tried.has(editsDigest(parent, edits))) return { edits, operator: `to ${to.trim()}`, rationale: `${from.trim()} becomes ${to.trim()}` }
      }
      return null
    },
  }
}
