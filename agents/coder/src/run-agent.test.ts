import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ModelEnd, type Message, type Model, type Reply, type ToolCall } from './model.ts'
import { runAgent, type End } from './run-agent.ts'
import { settings, type Settings } from './settings.ts'
import { tools } from './tools.ts'
import type { Line } from './trajectory.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'coder-')))
})
afterEach(() => rm(root, { recursive: true }))

const words = (text: string, more: Partial<Reply> = {}): Reply => ({ text, calls: [], tokens: 10, isCut: false, ...more })
const use = (name: string, given: unknown): ToolCall => ({ id: `${name}-1`, name, written: typeof given === 'string' ? given : JSON.stringify(given) })
const calling = (...calls: readonly ToolCall[]): Reply => words('', { calls })

interface Held {
  readonly end: End
  readonly lines: readonly Line[]
  /** What the model was told each time. */
  readonly asked: readonly (readonly Message[])[]
}

/** Holds a conversation with a model that says these things in turn, and then that it is done. */
async function hold(replies: readonly (Reply | (() => Reply))[], options: { readonly settings?: Partial<Settings>; readonly clock?: () => number; readonly signal?: AbortSignal } = {}): Promise<Held> {
  const asked: (readonly Message[])[] = []
  const lines: Line[] = []
  const model: Model = {
    ask: async (messages) => {
      const reply = replies[asked.push(messages) - 1] ?? words('Done.')
      return typeof reply === 'function' ? reply() : reply
    },
  }
  const parts = { model, tools, settings: { ...settings, ...options.settings }, trajectory: (line: Line) => void lines.push(line), clock: options.clock ?? (() => 0) }
  const end = await runAgent(parts, { root, system: 'You are a programmer.', statement: 'Make it work.' }, options.signal ?? new AbortController().signal)
  return { end, lines, asked }
}

/** What the model is told of its one call. */
async function told(name: string, given: unknown): Promise<string> {
  const { asked } = await hold([calling(use(name, given))])
  return asked[1]?.at(-1)?.text ?? ''
}

describe('the loop', () => {
  it('reads, edits and ends, and writes down what it did', async () => {
    await writeFile(path.join(root, 'a.js'), 'let one = 1\n')
    const { end, lines, asked } = await hold([calling(use('read', { path: 'a.js' })), calling(use('edit', { path: 'a.js', search: '1', replace: '2' })), words('It is two now.')])
    expect([end, await readFile(path.join(root, 'a.js'), 'utf8')]).toEqual(['done', 'let one = 2\n'])
    expect(asked[0]).toEqual([{ role: 'system', text: 'You are a programmer.' }, { role: 'user', text: 'Make it work.' }])
    expect(asked[1]?.at(-1)).toEqual({ role: 'tool', call: 'read-1', text: 'let one = 1\n' })
    expect(lines).toMatchObject([{ kind: 'tool', tool: 'read', ok: true }, { kind: 'tool', tool: 'edit', ok: true }, { kind: 'end', why: 'done', steps: 3, summary: 'It is two now.' }])
  })

  it.each([
    ['no JSON', 'read', '{"path": ', 'no JSON object'],
    ['a list', 'read', '["a.js"]', 'no JSON object'],
    ['a missing argument', 'edit', { path: 'a.js', search: '1' }, 'replace must be a string'],
    ['a wrong type', 'read', { path: 7 }, 'path must be a string'],
    ['an argument that does not exist', 'read', { path: 'a.js', mode: 'fast' }, 'there is no argument mode'],
    ['a tool that does not exist', 'delete', {}, 'there is no tool delete; there are read, list'],
    ['a name of an object', 'constructor', {}, 'there is no tool constructor'],
  ])('tells the model about %s, and goes on', async (_, name, given, problem) => {
    expect(await told(name, given)).toContain(problem)
  })

  it('ends at its limits: steps, tokens, time, and replies that say nothing', async () => {
    const looking = calling(use('list', {}))
    expect((await hold(Array.from({ length: 9 }, () => looking), { settings: { steps: 3 } })).end).toBe('steps')
    expect((await hold(Array.from({ length: 9 }, () => looking), { settings: { tokens: 25 } })).asked).toHaveLength(3)
    let now = 0
    expect((await hold(Array.from({ length: 9 }, () => looking), { clock: () => (now += 60_000), settings: { timeMs: 100_000 } })).end).toBe('time')
    expect(await hold([words(''), words(' '), words('')])).toMatchObject({ end: 'empty', asked: { length: 3 } })
    expect((await hold([words(''), words('Done.')])).end).toBe('done')
  })

  it('tells a model whose reply was cut off, also when the call in it is half there', async () => {
    const { asked, end } = await hold([words('', { isCut: true, calls: [use('write', '{"path": "a", "content": "abc')] })])
    expect(asked[1]?.slice(-2).map(({ text }) => text)).toEqual([expect.stringContaining('no JSON object'), expect.stringContaining('cut off')])
    expect(end).toBe('done')
  })

  it('carries out only so many calls of one reply, answers each, and forgets old results first', async () => {
    await writeFile(path.join(root, 'a.js'), 'x'.repeat(500))
    const { asked } = await hold([calling(use('read', { path: 'a.js' }), use('read', { path: 'a.js' }), use('read', { path: 'a.js' }))], { settings: { callsPerReply: 2, conversationCharacters: 600 } })
    expect(asked[1]?.slice(-3).map(({ text }) => text.slice(0, 10))).toEqual(['[no longer', 'xxxxxxxxxx', 'That did n'])
  })

  it('ends cleanly when the money is gone, and when it is stopped', async () => {
    const spent = await hold([calling(use('list', {})), () => { throw new ModelEnd('budget', 'the budget is spent') }])
    expect([spent.end, spent.lines.at(-1)]).toMatchObject(['budget', { kind: 'end', why: 'budget', steps: 1 }])
    const stop = new AbortController()
    const stopped = await hold([() => { stop.abort(); throw stop.signal.reason }], { signal: stop.signal })
    expect(stopped.end).toBe('aborted')
    await expect(hold([() => { throw new TypeError('a fault') }])).rejects.toThrow('a fault')
  })
})

describe('the tools', () => {
  it('stay in the working directory, also by links', async () => {
    await mkdir(path.join(root, 'in'))
    await symlink('/etc', path.join(root, 'etc'))
    await symlink('/tmp/nowhere-at-all', path.join(root, 'dangling'))
    await symlink('in', path.join(root, 'within'))
    for (const name of ['../a', '/etc/passwd', 'etc/passwd', 'in/../../a', 'etc', 'dangling', 'dangling/a']) {
      expect([name, await told('write', { path: name, content: '' })]).toEqual([name, `That did not work: ${name} is not in the working directory`])
      expect([name, await told('read', { path: name })]).toEqual([name, `That did not work: ${name} is not in the working directory`])
    }
    expect(await told('read', { path: 'a\0b' })).toContain('empty')
    expect(await told('list', { path: '..' })).toContain('not in the working directory')
    expect(await told('search', { text: 'root', path: 'etc' })).toContain('not in the working directory')
    expect(await told('write', { path: 'within/a', content: 'x' })).toBe('wrote within/a')
    expect(await told('read', { path: path.join(root, 'in/a') })).toBe('x')
    expect(await told('write', { path: 'in', content: 'x' })).toContain('EISDIR')
  })

  it('show no binary file, nothing that is no UTF-8, and no more than fits', async () => {
    await writeFile(path.join(root, 'a.bin'), Buffer.from([1, 0, 2]))
    await writeFile(path.join(root, 'a.txt'), Buffer.from([0xe4, 0x0a]))
    await writeFile(path.join(root, 'long.txt'), 'x'.repeat(20_000))
    await writeFile(path.join(root, 'huge.txt'), 'x'.repeat(3_000_000))
    expect(await told('read', { path: 'a.bin' })).toContain('binary file of 3 bytes')
    expect(await told('edit', { path: 'a.bin', search: '\u0001', replace: '' })).toContain('binary')
    expect(await told('read', { path: 'a.txt' })).toContain('no UTF-8')
    expect(await told('read', { path: 'long.txt' })).toMatch(/^x{12000}\n\[8000 more/)
    expect(await told('read', { path: 'huge.txt' })).toContain('too much')
    expect(await told('read', { path: 'none' })).toContain('there is no file none')
    expect(await told('read', { path: '.' })).toContain('is a directory')
    expect(await told('search', { text: 'xxx' })).toMatch(/^long\.txt:1: x{200}$/)
  })

  it('edit what is there exactly once, and every other byte stays', async () => {
    await writeFile(path.join(root, 'a.js'), '\uFEFFone\r\ntwo $& two\r\n')
    expect(await told('edit', { path: 'a.js', search: 'two', replace: '' })).toContain('2 times')
    expect(await told('edit', { path: 'a.js', search: 'three', replace: '' })).toContain('not in the file: a.js')
    expect(await told('edit', { path: 'a.js', search: '', replace: '' })).toContain('empty')
    expect(await told('edit', { path: 'a.js', search: 'one', replace: '$1 $&' })).toBe('edited a.js')
    expect(await readFile(path.join(root, 'a.js'), 'utf8')).toBe('\uFEFF$1 $&\r\ntwo $& two\r\n')
  })

  it('list and find in one order, and leave out what others wrote', async () => {
    for (const name of ['b/two.js', 'a/one.js', 'node_modules/x/three.js', '.git/config']) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true })
      await writeFile(path.join(root, name), 'first\nconst here = 1\n')
    }
    expect(await told('list', {})).toBe('a/one.js\nb/two.js')
    expect(await told('list', { path: 'b' })).toBe('b/two.js')
    expect(await told('list', { path: 'c' })).toContain('no directory c')
    expect(await told('search', { text: 'here' })).toBe('a/one.js:2: const here = 1\nb/two.js:2: const here = 1')
    expect(await told('search', { text: 'nowhere' })).toBe('[no line holds it]')
  })

  it('run commands with limits, and without what opens the door', async () => {
    process.env['RATCHET_TOKEN_FILE'] = '/run/token'
    expect(await told('run', { command: 'pwd; echo "[$RATCHET_TOKEN_FILE]"' })).toBe(`${root}\n[]\n`)
    delete process.env['RATCHET_TOKEN_FILE']
    expect(await told('run', { command: 'echo out; echo err >&2; exit 3' })).toMatch(/exit 3\n(?:out\nerr|err\nout)/)
    expect(await told('run', { command: 'yes | head -c 9000000' })).toMatch(/more characters are not shown\]$/)
    expect(await told('run', { command: 'kill -9 $$' })).toContain('killed by SIGKILL')
    // What it leaves in the background ends with it.
    expect(await told('run', { command: 'sleep 100 & echo started' })).toBe('started\n')
    expect(await told('run', { command: 'echo "duration_ms 12.5 (3.4ms) in 0.02s, 7 in all"' })).toBe('duration_ms ? (?) in ?, 7 in all\n')
  })
})
