import { z } from 'zod'
import { isHttpAddress, type Finding } from '../../research/finding.ts'
import { ResearchError } from '../../research/research-error.ts'

const answerSchema = z.looseObject({ results: z.array(z.unknown()) })
const resultSchema = z.looseObject({ title: z.string().nullish(), url: z.string(), content: z.string().nullish() })

/** Results as Tavily and SearXNG both name them. What has no text, or comes from no address that could be named, is left out. */
export function readResults(answer: unknown, { host, limit }: { readonly host: string; readonly limit: number }): readonly Finding[] {
  const { data } = answerSchema.safeParse(answer)
  if (data === undefined) throw new ResearchError('bad-reply', `what ${host} answered is no list of results`)
  return data.results
    .flatMap((result): Finding[] => {
      const read = resultSchema.safeParse(result).data
      return read === undefined || !isHttpAddress(read.url) || (read.content ?? '').trim() === '' ? [] : [{ title: read.title ?? '', source: read.url, text: read.content ?? '' }]
    })
    .slice(0, limit)
}
