import { DriverProcess } from '../running/driver-process.ts'
import { prepareDriver } from '../running/run-spec.ts'
import type { Spec } from '../spec.ts'
import { generateCases } from '../values.ts'
import type { InferOptions } from './infer-spec.ts'

/** What is looked at: a result that is a function is one in most of the calls. */
const lookedAt = 24
const longestSurvey = 5000

type SurveyOptions = Pick<InferOptions, 'directory' | 'environment' | 'signal'>

/** The names by which the results of a function can be called; the empty one where the result is a function itself. */
export async function surveyResults(spec: Spec, seed: number, options: SurveyOptions): Promise<readonly string[]> {
  const cases = generateCases(spec, seed).filter(({ class: name, times }) => (name === 'valid' || name === 'example') && times === undefined)
  const limit = AbortSignal.timeout(longestSurvey)
  const names = new Set<string>()
  await using prepared = await prepareDriver(spec, options)
  await using driver = await DriverProcess.start(prepared.command, spec, { ...options, signal: AbortSignal.any([options.signal, limit]) })
  for (const one of cases.slice(0, lookedAt)) {
    const answer = await driver.ask({ ...one, survey: true })
    options.signal.throwIfAborted()
    if (answer.kind === 'exited') break
    const { members } = JSON.parse(answer.line) as { readonly members?: readonly string[] }
    for (const name of members ?? []) names.add(name)
  }
  return [...names]
}
