import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startScriptedModel, type ScriptedModel } from './scripted-model.ts'
import { selfEdits } from './self-edits.ts'

const exec = promisify(execFile)
const here = fileURLToPath(new URL('../..', import.meta.url))
const suite = path.join(here, 'examples/coder/target/suite/tasks')

let home: string
let model: ScriptedModel
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-scripted-'))
  model = await startScriptedModel()
})
afterAll(async () => {
  await model[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

interface Ended {
  readonly why: string
  readonly summary: string
  /** Replies that the agent says it used. */
  readonly replies: number
}

/** Starts an agent as anybody would who has no sandbox: what the script makes it run is known. */
async function start(agent: string, work: string, statement: string): Promise<Ended> {
  await writeFile(path.join(home, 'statement.md'), statement)
  const environment = { PATH: process.env['PATH'], RATCHET_STATEMENT: path.join(home, 'statement.md'), RATCHET_MODEL: 'scripted', OPENAI_BASE_URL: model.url }
  const { stdout } = await exec(process.execPath, [path.join(agent, 'src/main.ts')], { cwd: work, env: environment, timeout: 30_000 })
  const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { readonly kind: string; readonly why: string; readonly summary: string })
  const end = lines.findLast(({ kind }) => kind === 'end')
  return { why: end?.why ?? '', summary: end?.summary ?? '', replies: lines.filter(({ kind }) => kind === 'model').length }
}

async function fresh(source: string, name: string): Promise<string> {
  const copy = path.join(home, name)
  await rm(copy, { recursive: true, force: true })
  await cp(source, copy, { recursive: true, filter: (file) => !file.endsWith('.test.ts') })
  return copy
}

/** Whether an agent solves a task: the hidden tests are laid over what it leaves. */
async function solves(agent: string, id: string): Promise<boolean> {
  const task = parse(await readFile(path.join(suite, id, 'task.yaml'), 'utf8')) as { readonly statement: string; readonly run: string }
  const work = await fresh(path.join(suite, id, 'repository'), 'work')
  await start(agent, work, task.statement)
  await cp(path.join(suite, id, 'hidden'), work, { recursive: true })
  // In place of the shell: a test that never ends has to end with what waits for it.
  return exec('/bin/sh', ['-c', `exec ${task.run}`], { cwd: work, env: { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }, timeout: 10_000, killSignal: 'SIGKILL' }).then(({ stdout }) => !/^not ok/m.test(stdout), () => false)
}

/** Lets an agent change a copy of itself, so that of all edits only one has not been tried. */
async function improved(agent: string, title: string): Promise<string> {
  const copy = await fresh(agent, `agent-${title.replaceAll(/\W+/g, '-')}`)
  const tried = selfEdits.filter((edit) => edit.title !== title).map((edit) => `- ${edit.title}`)
  const { why, summary } = await start(agent, copy, `# Improve this agent\n\nPrimary weakness: unknown.\n\nTried before:\n${tried.join('\n')}\n`)
  expect([why, summary]).toEqual(['done', title])
  return copy
}

const selfTest = (agent: string): Promise<string> => exec(process.execPath, [path.join(agent, 'check/self-test.ts')]).then(({ stdout }) => stdout, (error: { readonly stdout: string }) => error.stdout)

describe('the scripted model', () => {
  it('works as far as its agent lets it: a good edit of the agent by itself solves what needs it, and all of them go together', { timeout: 300_000 }, async () => {
    let agent = await fresh(path.join(here, 'agents/coder'), 'agent')
    expect(await solves(agent, 'clamp-both-bounds')).toBe(true)
    const looked = new Set(['weight-of-orders', 'cents-are-rounded', 'old-parser-goes', 'limit-of-tries'])
    for (const { title, tasks } of selfEdits.filter(({ isGood }) => isGood)) {
      const task = tasks.find((name) => looked.has(name))
      if (task !== undefined) expect([task, await solves(agent, task)]).toEqual([task, false])
      agent = await improved(agent, title)
      if (task !== undefined) expect([task, await solves(agent, task)]).toEqual([task, true])
    }
    expect(await selfTest(agent)).toBe('it can still edit code\n')
    expect(await solves(agent, 'clamp-both-bounds')).toBe(true)
    expect(model.leaks).toEqual([])
  })

  it('makes bad edits as well: the self-test finds those that break what an agent must never lose, and no more', { timeout: 180_000 }, async () => {
    const seed = await fresh(path.join(here, 'agents/coder'), 'agent')
    const found = async (title: string): Promise<string> => (await selfTest(await improved(seed, title))).trim().split('\n')[0] ?? ''
    expect(await found('Edits are announced, which is faster than making them.')).toBe('edit did not change the file as it was asked to')
    expect(await found('Nothing is printed any more, which saves time.')).toBe('it did not write down each reply it used')
    expect(await found('Commands run in a better shell.')).toContain('it ended with 1')
    expect(await found('Only the first replies are written down: nobody reads the rest.')).toBe('it can still edit code')
  })

  it('says where an agent is weak, by the tasks that it did not solve', async () => {
    const response = await fetch(`${model.url}/chat/completions`, { method: 'POST', body: JSON.stringify({ messages: [{ role: 'user', content: 'Answer with one JSON object: primaryWeakness, rootCause, suggestedFix.\n\nNot solved: rename-price' }] }) })
    const { choices } = (await response.json()) as { readonly choices: readonly { readonly message: { readonly content: string } }[] }
    expect(JSON.parse(choices[0]?.message.content ?? '')).toMatchObject({ primaryWeakness: 'Names that stand many times in a file cannot be changed.' })
  })
})
