import { cp } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startStandIn, type StandInAnswer, type StandInRequest } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, shellTarget } from '../target.ts'

const tool = (name: string, given: unknown): StandInAnswer => ({ kind: 'tool', name, input: typeof given === 'string' ? given : JSON.stringify(given) })

/** A model that makes mistakes on its way: each is told to it, and none ends the work. */
const says: readonly StandInAnswer[] = [
  tool('read', '{"path": '),
  tool('read', { path: '/run/ratchet/token' }),
  tool('read', { path: 'src/cost' }),
  tool('edit', { path: 'src/cost', search: '99', replace: '50' }),
  tool('run', { command: 'sed -i s/100/50/ src/cost && cat src/cost; ls /srv/agent; echo "$RATCHET_TOKEN_FILE"' }),
  { kind: 'text', text: 'The cost is 50 now.' },
]

it('the coder as a proposer: what it leaves is judged and offered, and it gets past its mistakes', { timeout: 60_000 }, async () => {
  const told = (request: StandInRequest): readonly { readonly role: string; readonly content: unknown }[] => (JSON.parse(request.body) as { readonly messages: readonly { readonly role: string; readonly content: unknown }[] }).messages
  await using server = await startStandIn((request) => says[told(request).filter(({ role }) => role === 'tool').length] ?? { kind: 'text', text: 'Done.' })
  const settings = [
    'proposers: [agent]',
    'agents: { use: { coder: { run: node "$RATCHET_AGENT/src/main.ts", code: tools/coder, trajectory: required } } }',
    `models: { use: { own: { provider: openai-compatible, url: "${server.url.openai}", model: stand-in, price: { input: 1, output: 1 } } } }`,
    '',
  ]
  await using target = await makeTarget({ ...shellTarget, 'ratchet.yaml': `${String(shellTarget['ratchet.yaml'])}${settings.join('\n')}` })
  const code = fileURLToPath(new URL('../../agents/coder', import.meta.url))
  await cp(code, path.join(target.directory, 'tools/coder'), { recursive: true, filter: (file) => !file.endsWith('.test.ts') })
  await target.commit({}, 'The agent')
  const { code: status, stderr } = await target.ratchet('run', '--evaluations', '1', '--seed', '2')
  expect([status, stderr]).toEqual([0, expect.stringContaining('The cost is 50 now.')])
  const results = told(server.requests.findLast((request) => told(request).length === 12) ?? server.requests[0]!).filter(({ role }) => role === 'tool').map(({ content }) => String(content))
  expect(results).toEqual([
    expect.stringContaining('no JSON object'),
    expect.stringContaining('not in the working directory'),
    '100\n',
    expect.stringContaining('not in the file: src/cost'),
    expect.stringMatching(/^50\nREADME\.md\n[^]*src\n\n$/),
  ])
})
