import { z } from 'zod'
import type { JudgedAnswer } from './rule-judge.ts'

const mostReply = 4_000
const answerSchema = z.strictObject({ answer: z.enum(['yes', 'no', 'unsure']) })

/** Exactly one object with exactly one answer, alone or in a fence, perhaps behind a thought: anything else may be an echo of the change. */
export function readJudgedAnswer(text: string): JudgedAnswer | null {
  if (text.length > mostReply) return null
  const objects = [...text.matchAll(/\{[^{}]{0,200}\}/g)].map(([object]) => object)
  const [only] = objects
  if (only === undefined || objects.length > 1) return null
  try {
    return answerSchema.safeParse(JSON.parse(only)).data?.answer ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
