import type { Opportunity } from '../proposal/proposal.ts'

export const mostQuery = 200
const mostWords = 8

/** Files by what a search engine would call their language. */
const languages: Readonly<Record<string, string>> = {
  js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascript', ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescript', py: 'python', c: 'c', h: 'c', cc: 'c++', cpp: 'c++', cxx: 'c++', hpp: 'c++', go: 'go', rs: 'rust', java: 'java', rb: 'ruby', sh: 'shell', md: 'prompt',
}

/**
 * What is asked about an opportunity, or null where there is nothing to ask. Of the repository it holds the language of the file, the words of a function's name, and the number of a complaint (`TS2345`): never a path, a line of code, or what
 * a tool printed.
 */
export function queryOf(opportunity: Opportunity): string | null {
  const language = languages[opportunity.path.split('.').at(-1)?.toLowerCase() ?? '']
  if (language === undefined) return null
  switch (opportunity.kind) {
    case 'hot-function': {
      const words = wordsOf(opportunity.functionName)
      return words.length === 0 ? null : `${language} ${words.join(' ')} performance optimization`
    }
    case 'type-error':
    case 'lint': {
      const code = /\b[A-Z]{1,4}\d{2,5}\b/.exec(opportunity.evidence)?.[0]
      return code === undefined ? null : `${language} ${code}`
    }
    default:
      return null
  }
}

/** `sortByKey` and `sort_by_key` are `sort by key`. What is no word of a name stays here. */
function wordsOf(name: string): readonly string[] {
  // `<anonymous>` and `(program)` are no names.
  if (/^[<(]/.test(name)) return []
  const parts = name.slice(0, 200).replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').split(/[^A-Za-z\d]+/)
  return parts.filter((word) => /^[A-Za-z][A-Za-z\d]{1,24}$/.test(word)).slice(0, mostWords).map((word) => word.toLowerCase())
}
