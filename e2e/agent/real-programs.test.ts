import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../packages/core/src/adapters/gvisor-sandbox/find-program.ts'
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, ratchet, shellTarget, type Files } from '../target.ts'

/** Coding agents as their makers ship them, each with the calls of its own tools that its model makes to lower the cost. None of them is needed here: what is not on PATH, or in `bin` of RATCHET_AGENT_PROGRAMS, is skipped. */
interface Program {
  readonly name: string
  readonly provider: keyof StandIn['url']
  readonly calls: readonly (readonly [tool: string, input: Readonly<Record<string, unknown>>])[]
}

const patch = "apply_patch <<'END'\n*** Begin Patch\n*** Update File: src/cost\n@@\n-100\n+50\n*** End Patch\nEND"

const programs: readonly Program[] = [
  { name: 'claude', provider: 'anthropic', calls: [['Read', { file_path: '/work/src/cost' }], ['Edit', { file_path: '/work/src/cost', old_string: '100', new_string: '50' }]] },
  { name: 'codex', provider: 'openai', calls: [['exec_command', { cmd: patch }]] },
  { name: 'gemini', provider: 'google', calls: [['read_file', { file_path: 'src/cost' }], ['replace', { file_path: '/work/src/cost', old_string: '100', new_string: '50', instruction: 'Lower the cost.' }]] },
  { name: 'opencode', provider: 'openai', calls: [['read', { filePath: '/work/src/cost' }], ['edit', { filePath: '/work/src/cost', oldString: '100', newString: '50' }]] },
]

const folder = process.env['RATCHET_AGENT_PROGRAMS']
const PATH = [...(folder === undefined ? [] : [path.join(folder, 'bin')]), process.env['PATH'] ?? ''].join(':')
const found = new Map(await Promise.all(programs.map(async ({ name }) => [name, await findProgram({ PATH }, name)] as const)))

/** A model that does what it is there for with the tools that it is offered, and answers whatever else it is asked. */
function says({ calls }: Program, { body }: StandInRequest): StandInAnswer {
  const next = calls[resultsIn(body)]
  if (next === undefined || !body.includes(JSON.stringify(next[0]))) return { kind: 'text', text: 'The cost is 50 now.' }
  return { kind: 'tool', name: next[0], input: JSON.stringify(next[1]) }
}

function resultsIn(body: string): number {
  let count = 0
  JSON.parse(body, (key, value: unknown) => {
    if ((key === 'role' && value === 'tool') || (key === 'type' && value === 'tool_result') || key === 'functionResponse') count++
    return value
  })
  return count
}

/** What `sandbox.toolchains` has to name: the folder in whose `bin` the program is found. */
function filesFor({ name, provider }: Program, url: string): Files {
  const toolchain = path.dirname(path.dirname(found.get(name) ?? ''))
  const settings = [
    'proposers: [agent]',
    `agents: { use: { ${name}: { preset: ${name}, limits: { wall: 60s, calls: 8 } } } }`,
    `models: { use: { own: { provider: ${provider === 'openai' ? 'openai-compatible' : provider}, url: "${url}", model: stand-in, price: { input: 1, output: 1 }, key: STAND_IN_KEY } }, localOnly: true, budget: { calls: 8 } }`,
    '',
  ]
  return { ...shellTarget, 'ratchet.yaml': `${String(shellTarget['ratchet.yaml']).replace('sandbox: { ', `sandbox: { toolchains: [${JSON.stringify(toolchain)}], `)}${settings.join('\n')}` }
}

const isThere = ({ name }: Program): boolean => found.get(name) != null

describe.each(programs)('the real $name (skipped where it is not installed)', (program) => {
  it.skipIf(!isThere(program))('edits by its own tools in the sandbox, with its model behind the gateway, and its change is judged', { timeout: 120_000 }, async () => {
    await using server = await startStandIn((request) => says(program, request))
    await using target = await makeTarget(filesFor(program, server.url[program.provider]))
    const environment = { ...process.env, XDG_CONFIG_HOME: target.configHome, STAND_IN_KEY: 'a-key-of-the-stand-in' }
    const doctor = await ratchet(['doctor', '--tier', 'namespace', '--target', target.directory], { environment })
    expect(doctor.stdout + doctor.stderr).toMatch(new RegExp(`ok +agent ${program.name}`))
    const { code, stderr } = await ratchet(['run', '--evaluations', '1', '--seed', '2', '--target', target.directory], { environment })
    expect([stderr, code]).toEqual([expect.stringContaining('The cost is 50 now.'), 0])
    const [offer] = (await target.json<readonly { readonly id: string; readonly proposer: string; readonly verdict: string }[]>('proposals')).document
    expect(offer).toMatchObject({ proposer: 'agent', verdict: 'accepted' })
    expect((await target.ratchet('show', offer?.id ?? '', '--diff')).stdout).toMatch(/-100\n\+50\n/)
    expect((await target.ratchet('verify')).code).toBe(0)
    // Nothing but the endpoint was given the key, and nothing inside was.
    expect(server.requests.every(({ headers }) => JSON.stringify(headers).includes('a-key-of-the-stand-in'))).toBe(true)
    expect(server.requests.map(({ body }) => body).join()).not.toContain('a-key-of-the-stand-in')
  })
})
