// What a proposal by a model costs Ratchet itself: choosing files, building the prompt, writing it down, reading the reply, on a repository of many files. The model answers at once.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createLlmProposer } from '../packages/core/src/adapters/llm-proposer/llm-proposer.ts'
import { openSqliteJournal } from '../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import { createTranscriptFiles } from '../packages/core/src/adapters/transcript-files/transcript-files.ts'
import { openGateway } from '../packages/core/src/model/gateway.ts'
import { createRedactor } from '../packages/core/src/model/redaction.ts'
import { unlimited } from '../packages/core/src/model/spending-budget.ts'
import { readTemplates } from '../packages/core/src/proposal/prompt/prompt-templates.ts'
import { seededRandom } from '../packages/core/src/randomness/seeded-random.ts'

const files = Number(process.argv[2] ?? 5_000)
const proposals = Number(process.argv[3] ?? 200)
const random = seededRandom('prompt-cost')
const sources = Array.from({ length: files }, (_, k) => {
  const lines = Array.from({ length: 40 + random.integer(160) }, (_unused, line) => `  const value${line} = compute(${k}, ${random.integer(1000)}) // step ${line}`)
  return { path: `src/area${k % 50}/file${k}.ts`, text: `import { compute } from '../area${(k + 1) % 50}/file${(k + 1) % files}.ts'\nexport function work${k}() {\n${lines.join('\n')}\n}\n` }
})
const opportunities = Array.from({ length: 10 }, () => random.integer(files)).map((k, rank) => ({ kind: 'hot-function' as const, path: sources[k]?.path ?? '', functionName: `work${k}`, line: 2, weight: 0.3 / (rank + 1) }))
const attempts = Array.from({ length: 12 }, (_, k) => ({ operator: 'llm-improve', rationale: `try number ${k} with a longer explanation of what it does`, verdict: 'rejected' as const, reasons: ['tests-failed: 2 tests fail'], ratio: null, failing: ['works on nothing'], paths: [] }))
const steps = Array.from({ length: 6 }, (_, k) => ({ rationale: `step ${k}`, ratio: 1 + k / 10 }))

const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-prompt-cost-'))
try {
  await using journal = await openSqliteJournal({ directory: path.join(directory, '.ratchet'), mode: 'write', clock: () => new Date() })
  let count = 0
  const gateway = await openGateway(
    { journal, index: journal, transcripts: createTranscriptFiles(path.join(directory, 'transcripts')), redactor: createRedactor(['a-key-that-is-not-there']), clock: () => new Date(), wait: async () => undefined },
    { run: 'bench', limits: { run: unlimited, proposal: unlimited }, models: [{ model: { name: 'm', provider: 'none', id: 'm' }, price: { input: 1, output: 1 }, maxOutputTokens: 4096, attempts: 1, provider: { ask: async ({ messages }) => {
      const [, file = '', line = ''] = /:::\w{12} (src\S+)\n[\s\S]*?(  const value3 = .*)/.exec(messages[0]?.text ?? '') ?? []
      return { text: `Less work.\n\nFILE ${file}\n<<<<<<< SEARCH\n${line}\n=======\n  const value3 = ${count++}\n>>>>>>> REPLACE\n`, toolCalls: [], finish: 'stop', usage: { input: 9_000, output: 60 } }
    } } }] },
  )
  const proposer = createLlmProposer({ gateway, models: [{ name: 'm', provider: 'none', id: 'm', price: null, contextTokens: 32_000, maxOutputTokens: 4096, temperature: [0, 1], formats: ['search-replace'] }], brief: { goal: 'improve', objective: 'minimize speed', constraints: '- Only files under src may be changed.', failing: '', templates: await readTemplates() } })
  const signal = new AbortController().signal
  const times: number[] = []
  let edits = 0
  const warm = Math.min(20, Math.floor(proposals / 4))
  let cpu = process.cpuUsage()
  for (let step = 1; step <= proposals; step++) {
    if (step === warm + 1) cpu = process.cpuUsage()
    const started = performance.now()
    const draft = await proposer.propose({ parent: 'p'.repeat(40), sources, opportunities, random: seededRandom('bench', step), tried: new Set(), step, history: async () => ({ lineage: steps, best: steps, attempts }) }, signal)
    if (step > warm) times.push(performance.now() - started)
    edits += draft?.edits.length ?? 0
  }
  const { user, system } = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  const at = (share: number): string => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1)
  console.log(`${files} files, ${proposals} proposals (${edits} edits): median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms; ${((user + system) / 1000 / times.length).toFixed(1)} ms of processor time`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
