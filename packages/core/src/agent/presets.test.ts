import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileChange } from '../proposal/proposal.ts'
import { agentPresets, type AgentPresetName } from '../target/agents-config.ts'
import { openAgentStand, type AgentStand } from './agent-stand.ts'
import { presetOf } from './presets.ts'

/**
 * Stands in for every program: reads its command line and environment as that program does, asks its model where and how that program would, and writes what it was answered into a file. What it does not know ends it.
 */
const standIn = `#!/usr/bin/env node
const fs = require('node:fs'), path = require('node:path'), { execFileSync } = require('node:child_process')
const name = path.basename(process.argv[1]), args = process.argv.slice(2), env = process.env
const fail = (why) => { console.error(name + ': ' + why); process.exit(2) }
const take = (flag) => { const at = args.indexOf(flag); if (at < 0) fail('no ' + flag); return args.splice(at, 1)[0] }
const value = (flag) => { const at = args.indexOf(flag); if (at < 0) fail('no ' + flag); return args.splice(at, 2)[1] }
const post = async (url, headers, body) => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  if (response.status !== 200) fail(response.status + ' ' + await response.text())
  return response.json()
}
const chat = async (base, key, model, content) => (await post(base + '/chat/completions', { authorization: 'Bearer ' + key }, { model, messages: [{ role: 'user', content }] })).choices[0].message.content
const programs = {
  claude: async () => {
    take('--print'); take('--dangerously-skip-permissions')
    if (value('--output-format') !== 'text' || process.getuid() === 0) fail('not like this')
    const model = value('--model'), [prompt] = args
    for (const one of [env.ANTHROPIC_MODEL, env.ANTHROPIC_DEFAULT_HAIKU_MODEL]) if (one !== model) fail('another model')
    const answer = await post(env.ANTHROPIC_BASE_URL + '/v1/messages?beta=true', { 'x-api-key': env.ANTHROPIC_API_KEY }, { model, max_tokens: 32000, system: [{ type: 'text', text: 'be claude', cache_control: { type: 'ephemeral' } }], messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }, { role: 'system', content: [{ type: 'text', text: 'of late' }] }], metadata: { user_id: 'x' }, tools: [{ name: 'Bash', description: 'runs', input_schema: { type: 'object' } }] })
    return answer.content[0].text
  },
  codex: async () => {
    if (args.shift() !== 'exec') fail('not exec')
    if (!fs.statSync(env.TMPDIR).isDirectory() || env.HOME.startsWith(env.TMPDIR)) fail('no apply_patch below the place for temporary files')
    take('--skip-git-repo-check'); take('--dangerously-bypass-approvals-and-sandbox')
    const model = value('--model').replace('ratchet-', ''), chosen = value('-c'), provider = value('-c')
    if (chosen !== 'model_provider="ratchet"' || !provider.startsWith('model_providers.ratchet={')) fail(chosen + provider)
    const of = (key) => new RegExp(key + '="([^"]*)"').exec(provider)[1]
    if (of('wire_api') !== 'responses') fail('another interface')
    const answer = await post(of('base_url') + '/responses', { authorization: 'Bearer ' + env[of('env_key')] }, { model, instructions: 'be codex', input: [{ type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] }, { type: 'message', role: 'user', content: [{ type: 'input_text', text: args[0] }] }], tools: [{ type: 'function', name: 'shell', parameters: { type: 'object' }, strict: false }, { type: 'web_search' }, { type: 'custom', name: 'apply_patch' }], store: false, include: ['reasoning.encrypted_content'] })
    return answer.output[0].content[0].text
  },
  aider: async () => {
    for (const flag of ['--yes-always', '--no-auto-commits', '--no-dirty-commits', '--no-check-update']) take(flag)
    const [provider, model] = value('--model').split('/')
    if (provider !== 'openai' || execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\\n').length < 3) fail('sees nothing')
    fs.writeFileSync('.aider.tags.cache.v4', 'x')
    return chat(env.OPENAI_API_BASE, env.OPENAI_API_KEY, model, fs.readFileSync(value('--message-file'), 'utf8'))
  },
  gemini: async () => {
    if (JSON.parse(fs.readFileSync(env.HOME + '/.gemini/settings.json', 'utf8')).security.auth.selectedType !== 'gemini-api-key') fail('Invalid auth method selected.')
    if (value('--approval-mode') !== 'yolo' || env.GEMINI_CLI_TRUST_WORKSPACE !== 'true') fail('would ask')
    const model = value('--model'), text = value('--prompt')
    const answer = await post(env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/' + model + ':generateContent', { 'x-goog-api-key': env.GEMINI_API_KEY }, { contents: [{ role: 'user', parts: [{ text }] }], generationConfig: { temperature: 0 } })
    return answer.candidates[0].content.parts[0].text
  },
  opencode: async () => {
    if (args.shift() !== 'run') fail('not run')
    const config = JSON.parse(env.OPENCODE_CONFIG_CONTENT), [id, model] = value('--model').split('/'), provider = config.provider[id]
    if (provider.npm !== '@ai-sdk/openai-compatible' || provider.models[model] === undefined || config.permission.edit !== 'allow') fail('another model')
    if (value('--title') === '') fail('pays for a title')
    return chat(provider.options.baseURL, provider.options.apiKey, model, fs.readFileSync(0, 'utf8'))
  },
  goose: async () => {
    if (args.shift() !== 'run' || env.GOOSE_PROVIDER !== 'openai' || env.GOOSE_MODE !== 'auto') fail('not run')
    take('--no-session')
    if (value('--with-builtin') !== 'developer') fail('no tools')
    return chat(env.OPENAI_HOST + '/' + env.OPENAI_BASE_PATH.replace('/chat/completions', ''), env.OPENAI_API_KEY, env.GOOSE_MODEL, fs.readFileSync(value('--instructions'), 'utf8'))
  },
}
programs[name]().then((text) => {
  fs.appendFileSync('src/a.js', text + '\\n')
  fs.mkdirSync(env.HOME + '/.config', { recursive: true })
  console.log('I have written down what I was told.')
}, (error) => fail(error.stack))
`

describe('a preset', () => {
  let stand: AgentStand
  const named = agentPresets.filter((name) => name !== 'generic')

  beforeAll(async () => {
    const programs = Object.fromEntries(named.map((name) => [name, standIn]))
    stand = await openAgentStand(({ system, messages }) => ({ text: `told: ${messages.at(-1)?.text ?? ''} (${system.split('\n')[0]})`, toolCalls: [], finish: 'stop', usage: { input: 50, output: 10 } }), programs)
  })
  afterAll(() => stand[Symbol.asyncDispose]())

  it.each<[AgentPresetName, string]>([['claude', 'be claude'], ['codex', 'be codex'], ['aider', ''], ['gemini', ''], ['opencode', ''], ['goose', '']])('runs %s without asking anybody, on its statement, with its model behind the door', async (name, system) => {
    const { command, program, bridge, environment } = presetOf(name)
    expect(program).toBe(name)
    const statement = `it's "quoted", $HOME and \`more\`\nof the agent ${name}`
    const { result, changes, calls, trajectory } = await stand.run(command ?? '', { bridge, environment: environment('own'), statement, grant: { run: 'r1', about: null, label: `preset ${name}`, requests: 3 }, leaveOut: (file) => file.startsWith('.aider') })
    expect([Buffer.from(result.stderr).toString(), result.exitCode]).toEqual(['', 0])
    expect(changes?.map(({ path, content }: FileChange) => [path, Buffer.from(content ?? []).toString()])).toEqual([['src/a.js', `old\ntold: ${statement} (${system})\n`]])
    expect(calls).toHaveLength(1)
    expect(trajectory.at(-1)).toEqual({ kind: 'text', text: 'I have written down what I was told.' })
  })

  it('says by its ending that a program is not there', async () => {
    const { result, changes } = await stand.run('exec no-such-agent --print', { bridge: true })
    expect([result.exitCode, changes]).toEqual([127, []])
  })
})
