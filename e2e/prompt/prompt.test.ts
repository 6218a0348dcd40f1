import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { JournalEvent } from '@ratchet/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn, type StandIn } from '../../packages/core/src/testing/stand-in-models.ts'
import { eventsOf, withKey } from '../replay/recorded-run.ts'
import { makeTarget, ratchet, type Outcome, type Target } from '../target.ts'

const example = path.join(import.meta.dirname, '../../examples/prompt/target')
const file = (name: string): Promise<string> => readFile(path.join(example, name), 'utf8')
const firstLines = (text: string, count: number): string => `${text.split('\n').slice(0, count).join('\n')}\n`

let models: StandIn
let target: Target
let shown = ''
let heldOut = ''
const at = (...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', target.directory], { environment: withKey(target.configHome) })
const of = <Kind extends JournalEvent['kind']>(events: readonly JournalEvent[], kind: Kind) => events.filter((event): event is Extract<JournalEvent, { readonly kind: Kind }> => event.kind === kind)

/** Learns as a model would: it reads what failed and what was wanted, and writes rules for the long words of those tickets. */
function reflect(prompt: string): string {
  const wanted = [...prompt.matchAll(/Ticket: (.+)\nTeam: \w+\nWanted: (\w+)/g)]
  const rules = wanted.map(([, ticket = '', team]) => `- If the ticket mentions ${(ticket.match(/[a-z]{5,}/g) ?? []).map((word) => `"${word}"`).join(' or ')}, answer ${team}.`)
  return `Write down what the failing tickets have in common.\n\nFILE prompts/route.md\n<<<<<<< SEARCH\nOtherwise answer nobody.\n=======\n${rules.join('\n')}\n\nOtherwise answer nobody.\n>>>>>>> REPLACE\n`
}

beforeAll(async () => {
  models = await startStandIn(({ prompt }) => ({ kind: 'text', text: reflect(prompt) }))
  ;[shown, heldOut] = [firstLines(await file('check/shown.txt'), 36), firstLines(await file('check/held-out.txt'), 36)]
  const config = (await file('ratchet.yaml')).replace('proposers: [few-shot]', `proposers: [few-shot, llm]\nmodels: { use: { m: { provider: openai-compatible, url: "${models.url.openai}", model: m, key: STAND_IN_KEY, price: { input: 1, output: 1 } } } }`)
  target = await makeTarget({ 'ratchet.yaml': config, 'prompts/route.md': await file('prompts/route.md'), 'check/answer.awk': await file('check/answer.awk'), 'check/test.sh': await file('check/test.sh'), 'check/shown.txt': shown, 'check/held-out.txt': heldOut })
}, 60_000)

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await models[Symbol.asyncDispose]()
})

describe('a prompt as a target', () => {
  it('is improved by what the model sees of failing examples, and judged on examples that nobody was shown', async () => {
    const { code, stderr } = await at('run', '--proposer', 'llm', '--seed', '1', '--evaluations', '2')
    expect([code, stderr]).toEqual([0, expect.any(String)])
    const events = await eventsOf(target.directory)
    const observed = of(events, 'opportunities-observed')[0]?.body.opportunities ?? []
    expect(observed.filter(({ kind }) => kind === 'example')).toHaveLength(36)
    const [prompt = ''] = models.requests.map((request) => request.prompt)
    for (const told of ['Examples that this version does not solve', 'Wanted: ', 'never the answers to these']) expect(prompt).toContain(told)
    for (const line of heldOut.trim().split('\n')) expect(JSON.stringify([models.requests.map((request) => request.prompt), observed])).not.toContain(line.split(' => ')[0])
    const pairs = (purpose: string) => of(events, 'evaluation-recorded').filter(({ body }) => body.purpose === purpose).flatMap(({ body }) => body.evaluation.metrics.flatMap((metric) => metric.pairs))
    expect(pairs('search').every(({ task = '', printed }) => shown.includes(task) && printed?.candidate.startsWith('Ticket: ') === true)).toBe(true)
    expect(pairs('confirm').length).toBeGreaterThan(5)
    expect(pairs('confirm').every(({ task = '', printed }) => heldOut.includes(task) && printed === undefined)).toBe(true)
    expect((await at('verify')).code).toBe(0)
  }, 60_000)

  it('gains nothing by a prompt that only holds the answers to the examples it was made from', async () => {
    const answers = shown.trim().split('\n').map((line) => `- If the ticket mentions "${line.split(' => ')[0]}", answer ${line.split(' => ')[1]}.`)
    await target.commit({ 'prompts/route.md': (await file('prompts/route.md')).replace('Otherwise', `${answers.join('\n')}\n\nOtherwise`) }, 'know it by heart')
    const { code, stdout } = await at('evaluate', 'HEAD', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', metrics: { routed: { effect: { estimate: 1 } } } })
    expect(code).toBe(4)
  }, 60_000)

  it('takes demonstrations from what it solves, and no list in which a task is shown and held out', async () => {
    await target.commit({ 'prompts/route.md': await file('prompts/route.md') }, 'back')
    const { stderr } = await at('run', '--proposer', 'few-shot', '--seed', '2', '--evaluations', '2')
    expect(stderr).toBeDefined()
    const made = of(await eventsOf(target.directory), 'proposal-made').filter(({ body }) => body.proposal.proposer === 'few-shot')
    expect(made.length).toBeGreaterThan(1)
    for (const { body } of made) expect(body.proposal.edits[0]?.replacement ?? '').not.toContain('Wanted')
    expect(made.some(({ body }) => /^Ticket: .+\nTeam: \w+\n/.test(body.proposal.edits[0]?.replacement ?? ''))).toBe(true)
    await target.commit({ 'check/held-out.txt': `${heldOut}${shown}` }, 'no longer held out')
    await target.commit({ 'prompts/route.md': (await file('prompts/route.md')).replace('nobody', 'billing') }, 'another')
    const refused = await at('evaluate', 'HEAD')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('held out')])
  }, 60_000)
})
