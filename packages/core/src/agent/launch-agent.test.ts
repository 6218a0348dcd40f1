import { readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CapabilityCheck } from '../capability/verify-capabilities.ts'
import type { JournalEvent } from '../journal/event.ts'
import { verifyModelCalls } from '../model/verify-model-calls.ts'
import type { FileChange } from '../proposal/proposal.ts'
import { openAgentStand, type AgentStand } from './agent-stand.ts'
import { isTrajectoryComplete, type AgentLaunch, type AgentResult } from './launch-agent.ts'
import { readTrajectory } from './trajectory.ts'

/** Asks the model so many times, over the door, and says so. */
const asking = (times: number, text = '"go on"'): string => `node -e '
const http = require("node:http"), fs = require("node:fs")
const ask = (text) => new Promise((resolve) => {
  const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: "/model/v1/chat/completions", method: "POST", headers: { authorization: "Bearer " + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, "utf8") } }, (response) => {
    let body = ""
    response.on("data", (chunk) => (body += chunk))
    response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(body) }))
  })
  request.end(JSON.stringify({ model: process.env.RATCHET_MODEL, messages: [{ role: "system", content: fs.readFileSync(process.env.RATCHET_STATEMENT, "utf8") }, { role: "user", content: text }], max_tokens: 100 }))
})
;(async () => {
  for (let call = 1; call <= ${times}; call++) {
    const { status, body } = await ask(${text})
    console.log(JSON.stringify(status === 200 ? { kind: "model", call } : { kind: "refused", status }))
    if (status === 200) fs.appendFileSync("answer.txt", body.choices[0].message.content + "\\n")
  }
  console.log(JSON.stringify({ kind: "end", why: "done" }))
})()'`

describe('an agent', () => {
  let stand: AgentStand
  const asked = (): AgentStand['asked'] => stand.asked
  const run = (command: string, changes?: Partial<AgentLaunch>): Promise<AgentResult> => stand.run(command, changes)

  beforeAll(async () => {
    stand = await openAgentStand((_, count) => ({ text: `answer ${count}`, toolCalls: [], finish: 'stop', usage: { input: 50, output: 10 } }))
  })
  afterAll(() => stand[Symbol.asyncDispose]())

  const told = (changes: readonly FileChange[] | null): readonly unknown[] | null => changes?.map(({ path: file, content, mode }) => (content === null ? [file, null] : [file, Buffer.from(content).toString(), mode])) ?? null

  it('reads its statement, asks its model, and what it left is its answer; made again, it is answered from the record', async () => {
    const code = await stand.folder({ 'agent.sh': 'cat "$RATCHET_AGENT/own.txt" > taken.txt\n', 'own.txt': 'from its own code\n' })
    const command = `sh "$RATCHET_AGENT/agent.sh"; echo new > src/a.js; rm c.js; chmod +x src/b.js; mkdir -p empty .git; touch .git/x; ${asking(2)}`
    const before = asked().length
    const first = await run(command, { code, grant: { run: 'r1', about: null, label: 'agent twice', requests: 5, usd: 1 } })
    expect([first.result.ending, first.result.exitCode, first.problem, Buffer.from(first.result.stderr).toString()]).toEqual(['exited', 0, null, ''])
    expect(told(first.changes)).toEqual([['answer.txt', `answer ${before + 1}\nanswer ${before + 2}\n`, '100644'], ['c.js', null], ['src/a.js', 'new\n', '100644'], ['src/b.js', 'stays\n', '100755'], ['taken.txt', 'from its own code\n', '100644']])
    expect(asked().slice(before).map(({ system, messages }) => [system, messages[0]?.text])).toEqual([['make it better', 'go on'], ['make it better', 'go on']])
    expect(first.trajectory.map(({ kind }) => kind)).toEqual(['model', 'model', 'end'])
    expect(isTrajectoryComplete(first)).toBe(true)
    expect(first.calls.map(({ nanoUsd }) => nanoUsd)).toEqual([60_000, 60_000])

    const again = await run(command, { code, grant: { run: 'r1', about: null, label: 'agent twice', requests: 5, usd: 1 } })
    expect([told(again.changes), again.calls, asked().length]).toEqual([told(first.changes), first.calls, before + 2])
  })

  it('is answered from the record also where its tools say something else the second time; another conversation is not', async () => {
    const talk = (first: string): string => `node -e '
const http = require("node:http"), fs = require("node:fs")
const messages = [{ role: "user", content: "${first}" }]
const ask = () => new Promise((resolve) => {
  const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: "/model/v1/chat/completions", method: "POST", headers: { authorization: "Bearer " + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, "utf8") } }, (response) => {
    let body = ""
    response.on("data", (chunk) => (body += chunk))
    response.on("end", () => resolve(JSON.parse(body).choices[0].message.content))
  })
  request.end(JSON.stringify({ model: "m", messages }))
})
;(async () => {
  for (let turn = 0; turn < 3; turn++) {
    const content = await ask()
    console.log(content)
    messages.push({ role: "assistant", content }, { role: "user", content: "the tests took " + process.hrtime.bigint() + " ns" })
  }
})()'`
    const grant = { run: 'r1', about: null, label: 'agent that measures', requests: 20 }
    const before = asked().length
    const printed = async (command: string, changes: Partial<AgentLaunch> = {}): Promise<string> => Buffer.from((await run(command, { grant, ...changes })).result.stdout).toString()
    const first = await printed(talk('begin'))
    expect(first.split('\n')).toHaveLength(4)
    expect([await printed(talk('begin')), asked().length]).toEqual([first, before + 3])
    expect(await printed(talk('begin otherwise'))).not.toBe(first)
    expect(await printed(talk('begin'), { statement: 'make it much better' })).not.toBe(first)
    expect(asked().length).toBe(before + 9)
  })

  it('spends what its grant holds and no more, over a restart as well, and hides no call by printing nothing', async () => {
    const grant = { run: 'r1', about: null, label: 'agent of two', requests: 2 }
    const refusedCalls = (result: AgentResult): number => result.trajectory.filter((line) => line.kind === 'text' && line.text.includes('402')).length
    const first = await run(asking(4), { grant })
    expect([first.calls.length, refusedCalls(first)]).toEqual([2, 2])
    const other = await run(asking(2, '"something else"'), { grant })
    expect([other.calls.length, refusedCalls(other)]).toEqual([0, 2])
    // One call may cost more than that before it is known what it costs.
    const poor = await run(asking(1), { grant: { run: 'r1', about: null, label: 'agent without money', requests: 9, usd: 0.00001 } })
    expect([poor.calls.length, refusedCalls(poor)]).toEqual([0, 1])
    const silent = await run(`${asking(2)} > /dev/null`, { grant: { ...grant, label: 'silent' } })
    expect([silent.calls.length, isTrajectoryComplete(silent)]).toEqual([2, false])
    expect(await verifyModelCalls(stand.journal.read(0))).toMatchObject({ ok: true })
  })

  it('is granted what it may reach in the journal, without its token, and every call names the grant', async () => {
    const before = (await stand.journal.head()).sequence
    const result = await run(`cat "$RATCHET_TOKEN_FILE" | sha256sum | cut -c 1-64; ${asking(2, '"by grant"')}`, { grant: { run: 'r1', about: null, label: 'agent of grants', requests: 5 } })
    const events: JournalEvent[] = []
    for await (const event of stand.journal.read(before)) events.push(event)
    expect(events.map(({ kind }) => kind)).toEqual(['capability-granted', 'model-call-intended', 'model-call-settled', 'model-call-intended', 'model-call-settled', 'capability-ended'])
    const [granted, call] = events
    const ended = events.at(-1)
    if (granted?.kind !== 'capability-granted' || call?.kind !== 'model-call-intended' || ended?.kind !== 'capability-ended') throw new TypeError('other events')
    // Inside it is the token, outside its digest.
    expect(Buffer.from(result.result.stdout).toString().split('\n')[0]).toBe(granted.body.token)
    expect(granted.body).toMatchObject({ run: 'r1', to: 'agent of grants', scopes: ['model'] })
    expect([call.body.capability, ended.body]).toEqual([granted.body.capability, { capability: granted.body.capability, run: 'r1', outcome: 'revoked', used: { requests: 2, bytesIn: expect.any(Number) as number, bytesOut: expect.any(Number) as number } }])
    const check = new CapabilityCheck()
    for await (const event of stand.journal.read(0)) expect(check.add(event)).toBeNull()
  })

  it('has no way out but its door', async () => {
    const result = await run('ls /root /home 2>/dev/null; env | grep -v ^RATCHET | cut -d= -f1 | sort | tr "\\n" " "; cat /proc/net/dev | tail -n +3 | cut -d: -f1')
    expect(Buffer.from(result.result.stdout).toString().split(/\s+/).filter((word) => word !== '' && word !== 'lo')).toEqual(['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR'])
  })

  it('asks over TCP as well, in three providers\' words, with whatever key it was given', async () => {
    const command = `node -e '
const post = async (url, headers, body) => { const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) }); return [response.status, await response.text()] }
const { OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY, GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY } = process.env
const messages = [{ role: "user", content: "hi" }]
;(async () => {
  console.log(JSON.stringify([
    await post(OPENAI_BASE_URL + "/chat/completions", { authorization: "Bearer " + OPENAI_API_KEY }, { model: "gpt-of-its-own-choice", messages }),
    await post(ANTHROPIC_BASE_URL + "/v1/messages?beta=true", { "x-api-key": ANTHROPIC_API_KEY }, { model: "m", max_tokens: 10, messages, stream: true }),
    await post(GOOGLE_GEMINI_BASE_URL + "/v1beta/models/m:generateContent", { "x-goog-api-key": GEMINI_API_KEY }, { contents: [{ parts: [{ text: "hi" }] }] }),
  ]))
  console.log(await Promise.all(Array.from({ length: 9 }, (_, index) => post(OPENAI_BASE_URL + "/chat/completions", {}, { model: "m", messages: [{ role: "user", content: String(index) }] }))).then((all) => all.map(([status]) => status).join()))
})()'; exit 7`
    const before = asked().length
    const { result, calls, changes } = await run(command, { bridge: true, grant: { run: 'r1', about: null, label: 'over TCP', requests: 12 } })
    const [first = '', second] = Buffer.from(result.stdout).toString().split('\n')
    expect([result.exitCode, calls.length, changes, second]).toEqual([7, 12, [], Array.from({ length: 9 }, () => 200).join()])
    const answers = JSON.parse(first) as readonly (readonly [number, string])[]
    expect(answers.map(([status, body]) => [status, [1, 2, 3].find((number) => body.includes(`answer ${before + number}`))])).toEqual([[200, 1], [200, 2], [200, 3]])
  })

  it.each([
    ['a link out', 'ln -s /etc/passwd src/link', 'link', 'src/link'],
    ['a folder that became a link', 'rm -r src; ln -s /etc src', 'link', 'src'],
    ['a link that leads elsewhere now', 'rm known; ln -s ../.. known', 'link', 'known'],
    ['a pipe', 'mkfifo src/pipe', 'special-file', 'src/pipe'],
    ['a socket', 'perl -e \'use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("src/socket")) or die\'', 'special-file', 'src/socket'],
    ['a git directory below', 'mkdir src/.git; echo x > src/.git/config', 'unsafe-path', 'src/.git'],
    ['a name that is no text', 'perl -e \'open F, ">", "src/\\xff\\xfe"\'', 'unsafe-path', 'src/\ufffd\ufffd'],
    ['a file that is all hole', 'truncate -s 60M src/hole', 'too-large', 'src/hole'],
    ['very many files', 'mkdir many; perl -e \'for (1 .. 400) { open F, ">", "many/$_" }\'', 'too-many', 'many/'],
    ['very deep folders', 'perl -e \'for (1 .. 200) { mkdir "d"; chdir "d" }\'', 'too-many', `${'d/'.repeat(100)}d`],
  ])('cannot hand in %s', async (_, command, problem, where) => {
    const work = await stand.folder({ 'src/a.js': 'old\n' })
    await symlink('src/a.js', path.join(work, 'known'))
    const result = await run(command, { work, left: { entries: 300, changes: 200, bytes: 4 * 1024 ** 2 } })
    expect([result.result.exitCode, result.changes, result.problem, result.where]).toEqual([0, null, problem, where])
  })

  it.each([
    ['as it is', 'cp $RATCHET_TOKEN_FILE src/token'],
    ['in base 64, inside of something else', '(printf "x = \'ab"; base64 -w0 $RATCHET_TOKEN_FILE; echo "\'") >> src/a.js'],
    ['backwards', 'rev $RATCHET_TOKEN_FILE > src/token'],
    ['as a name', 'touch "src/$(cat $RATCHET_TOKEN_FILE)"'],
  ])('hands in no token of its door, %s, and what it prints of it is left out', async (_, command) => {
    const { changes, problem, where, result } = await run(`${command}; cat $RATCHET_TOKEN_FILE; cat $RATCHET_TOKEN_FILE >&2`)
    expect([changes, problem, where.startsWith('src/')]).toEqual([null, 'token', true])
    expect([result.stdout, result.stderr].map((bytes) => Buffer.from(bytes).toString())).toEqual(['[redacted: token]', '[redacted: token]'])
    expect(where).not.toMatch(/ratchet_/)
  })

  it('may hand in what only looks like a key: that is for screening to judge', async () => {
    const { problem, changes } = await run('echo "const example = \'sk-ant-0123456789012345678901234567890123456789\'" > src/a.js')
    expect([problem, changes?.length]).toEqual([null, 1])
  })

  it('may work beside names that are no text, which stay as they are', async () => {
    const work = await stand.folder({ 'src/a.js': 'old\n' })
    await writeFile(Buffer.concat([Buffer.from(`${work}/src/`), Buffer.from([0xff, 0xfe])]), 'odd')
    const one = await run('echo new > src/a.js; perl -e \'open F, ">", "src/\\xff\\xfe"\'', { work })
    expect([one.problem, told(one.changes)]).toEqual([null, [['src/a.js', 'new\n', '100644']]])
    const two = await run('perl -e \'open F, ">", "src/\\xff\\xfd"\'', { work })
    expect([two.problem, two.changes]).toEqual(['unsafe-path', null])
  })

  it('hands in what it has done when its time is over, and spends nothing after it', async () => {
    const limits = { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 1500, processes: 64, diskBytes: 64 * 1024 ** 2, outputBytes: 1024 ** 2 }
    const before = asked().length
    const { result, changes } = await run(`echo half > src/a.js; (sleep 2; ${asking(1)}) & sleep 60`, { limits })
    expect([result.ending, told(changes), asked().length]).toEqual(['wall-limit', [['src/a.js', 'half\n', '100644']], before])
  })

  it('leaves nothing running behind, and keeps links and what is left out as they are', async () => {
    const work = await stand.folder({ 'a.js': 'old\n', 'cache/x': 'old' })
    await symlink('a.js', path.join(work, 'known'))
    const result = await run('(setsid sh -c "trap \\"\\" TERM; while :; do date +%N > a.js; sleep 0.01; done" > /dev/null 2>&1 &); sleep 0.1; echo y > cache/x; mkfifo cache/pipe; ln -s / node_modules; exit 3', { work, leaveOut: (name) => name === 'cache' || name === 'node_modules' })
    expect([result.result.exitCode, result.changes?.map(({ path: file }) => file)]).toEqual([3, ['a.js']])
    const state = Buffer.from(result.changes?.[0]?.content ?? []).toString()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await readFile(path.join(work, 'a.js'), 'utf8')).toBe(state)
  })
})

it('a trajectory is lines that can be read, and the rest is text', () => {
  const lines = ['{"kind":"model","call":1,"text":"x"}', 'plain \u001b[31mred', '{"kind":"model"}', '{broken', '', '{"kind":"tool","tool":"edit","path":"a"}', '{"kind":"end","why":"done"}', '{"kind":"model","call":1}']
  expect(readTrajectory(Buffer.from(lines.join('\n')))).toEqual([
    { kind: 'model', call: 1, text: 'x' }, { kind: 'text', text: 'plain red' }, { kind: 'text', text: '{"kind":"model"}' }, { kind: 'text', text: '{broken' }, { kind: 'tool', tool: 'edit', path: 'a' }, { kind: 'end', why: 'done' }, { kind: 'model', call: 1 },
  ])
  expect(readTrajectory(Buffer.from('\n'.repeat(50_000)))).toEqual([])
  expect(readTrajectory(Buffer.from('x\n'.repeat(50_000))).length).toBe(20_000)
})
