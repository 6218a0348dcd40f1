import { describe, expect, it } from 'vitest'
import { SandboxError } from '../sandbox/sandbox.ts'
import type { Opportunity } from '../proposal/proposal.ts'
import { sightingLimit, type ObservationSource } from './observation.ts'
import { surveyOpportunities } from './survey-opportunities.ts'

const never = new AbortController().signal
const limits = { sourceMs: 5_000, opportunities: 1_000 }
const todo = (path: string, line = 1): Opportunity => ({ kind: 'todo', path, line, weight: 1, evidence: 'e' })
const source = (name: string, ...opportunities: readonly Opportunity[]): ObservationSource => ({ name, observe: async () => ({ state: 'observed', sightings: opportunities.map((opportunity) => ({ opportunity, evidence: 'e' })) }) })
const hot: Opportunity = { kind: 'hot-function', path: 'hot.js', functionName: 'f', line: 1, weight: 0.5 }
const gap = (path: string): Opportunity => ({ kind: 'coverage-gap', path, line: 1, weight: 0.5, evidence: 'e' })

describe('a survey', () => {
  it('ranks what all sources see, whichever is asked first', async () => {
    const sources = [source('a', todo('z'), gap('cold.js'), gap('hot.js')), source('b', hot, { kind: 'failing-test', path: 'x', line: 1, weight: 1 })]
    const { opportunities } = await surveyOpportunities(sources, limits, never)
    expect(opportunities.map(({ rank, source, opportunity: { kind, path } }) => `${rank} ${source} ${kind} ${path}`)).toEqual(['1 b failing-test x', '2 b hot-function hot.js', '3 a coverage-gap hot.js', '4 a coverage-gap cold.js', '5 a todo z'])
    expect((await surveyOpportunities(sources.toReversed(), limits, never)).opportunities).toEqual(opportunities)
  })

  it('hears every source, whatever becomes of the others, and says what that was', async () => {
    const failing: ObservationSource = { name: 'fails', observe: () => Promise.reject(new SandboxError('sandbox-unavailable', 'no sandbox', { remedy: 'Make one.' })) }
    const endless: ObservationSource = { name: 'endless', observe: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))) }
    const half: ObservationSource = { name: 'half', observe: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ state: 'observed', sightings: [{ opportunity: hot, evidence: '' }] }))) }
    const missing: ObservationSource = { name: 'missing', observe: async () => ({ state: 'unavailable', detail: 'no tool' }) }
    const many = source('many', ...Array.from({ length: sightingLimit + 5 }, (_, line) => todo('m', line + 1)))
    const { sources, opportunities } = await surveyOpportunities([failing, endless, half, missing, many], { sourceMs: 20, opportunities: 10 }, never)
    expect(sources.map(({ source, state, found }) => `${source} ${state} ${found}`)).toEqual(['fails failed 0', 'endless failed 0', 'half failed 0', 'missing unavailable 0', `many observed ${sightingLimit}`])
    expect([sources[0]?.detail, sources[4]?.detail, opportunities.length]).toEqual(['no sandbox (Make one.)', `only the first ${sightingLimit} of ${sightingLimit + 5} are kept`, 10])
  })

  it('ends when it is stopped, and hides no defect of ours', async () => {
    await expect(surveyOpportunities([source('a', hot)], limits, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    await expect(surveyOpportunities([{ name: 'bad', observe: () => Promise.reject(new TypeError('bug')) }], limits, never)).rejects.toThrow('bug')
  })
})
