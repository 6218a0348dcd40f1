// The agent's own test of what it must never lose: started as a command, it edits files with its tools, and writes down each reply it used. Prints what is wrong, and ends with 1.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

interface Step {
  readonly tool: string
  readonly given: Readonly<Record<string, unknown>>
  /** Has to be in what the model is told of it. */
  readonly told: string
}

const steps: readonly Step[] = [
  { tool: 'list', given: {}, told: 'src/sum.js' },
  { tool: 'read', given: { path: 'src/sum.js' }, told: 'one - other' },
  { tool: 'edit', given: { path: 'src/sum.js', search: 'one - other', replace: 'one + other' }, told: '' },
  { tool: 'edit', given: { path: 'src/sum.js', search: 'nowhere in it', replace: 'x' }, told: '' },
  { tool: 'write', given: { path: 'docs/new.md', content: 'Adds.\n' }, told: '' },
  { tool: 'write', given: { path: '../outside.txt', content: 'x' }, told: '' },
  { tool: 'run', given: { command: 'node --eval "console.log(21 * 2)"' }, told: '42' },
]

const home = await mkdtemp(path.join(os.tmpdir(), 'self-test-'))
const work = path.join(home, 'work')
await mkdir(path.join(work, 'src'), { recursive: true })
await writeFile(path.join(work, 'src/sum.js'), 'export const sum = (one, other) => one - other\n')
await writeFile(path.join(home, 'statement.md'), 'Make sum add.\n')
await writeFile(path.join(home, 'token'), 'secret\n')

const problems: string[] = []
const check = (holds: boolean, problem: string): void => {
  if (!holds) problems.push(problem)
}
let replies = 0
const server = createServer((request, response) => {
  void (async () => {
    const body = await text(request)
    const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly role: string; readonly content: unknown }[] }
    if (replies === 0) check(JSON.stringify(messages).includes('Make sum add.'), 'the model is not told what is asked')
    const before = steps[replies - 1]
    if (before !== undefined) check(String(messages.at(-1)?.content).includes(before.told), `the model is not told what ${before.tool} found`)
    const step = steps[replies++]
    const message = step === undefined ? { role: 'assistant', content: 'It adds now.' } : { role: 'assistant', content: null, tool_calls: [{ id: `call-${replies}`, type: 'function', function: { name: step.tool, arguments: JSON.stringify(step.given) } }] }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: step === undefined ? 'stop' : 'tool_calls' }], usage: { prompt_tokens: 10, completion_tokens: 5 } }))
  })()
})
const socket = path.join(home, 'door')
server.listen(socket)
await once(server, 'listening')

const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
  cwd: work,
  env: { PATH: process.env['PATH'], RATCHET_DOOR: socket, RATCHET_TOKEN_FILE: path.join(home, 'token'), RATCHET_MODEL: 'scripted', RATCHET_STATEMENT: path.join(home, 'statement.md') },
  stdio: ['ignore', 'pipe', 'inherit'],
  timeout: 20_000,
})
const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>])
server.close()
server.closeAllConnections()

const contentOf = (name: string): Promise<string> => readFile(path.join(home, name), 'utf8').catch(() => '[no such file]')
check(code === 0, `it ended with ${code ?? 'a signal'}`)
check((await contentOf('work/src/sum.js')) === 'export const sum = (one, other) => one + other\n', 'edit did not change the file as it was asked to')
check((await contentOf('work/docs/new.md')) === 'Adds.\n', 'write did not write the file')
check((await contentOf('outside.txt')) === '[no such file]', 'write reached out of the working directory')
check(replies === steps.length + 1, `it used ${replies} replies of ${steps.length + 1}`)
const kinds = printed.split('\n').filter((line) => line.startsWith('{')).map((line) => (JSON.parse(line) as { readonly kind?: unknown }).kind)
check(kinds.filter((kind) => kind === 'model').length === replies, 'it did not write down each reply it used')
check(kinds.filter((kind) => kind === 'tool').length === steps.length, 'it did not write down each tool it used')
check(kinds.at(-1) === 'end', 'it did not write down why it ended')

await rm(home, { recursive: true })
for (const problem of problems) process.stdout.write(`${problem}\n`)
if (problems.length === 0) process.stdout.write('it can still edit code\n')
process.exitCode = problems.length === 0 ? 0 : 1
