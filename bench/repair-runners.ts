import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Language } from './repair.ts'

/** Seconds for one program (none of the canonical ones needs a tenth of it, start of the process apart); candidates of a repair often loop without end. */
const usualPatience = 0.5
/** C++ programs compiled together: reading the headers takes most of the time. */
const batch = 40

export interface Trial {
  readonly programs: readonly string[]
  readonly test: string
  readonly patience?: number | undefined
}

/**
 * The index of the first program that passes the test, or null. What bare processes a search would start one by one is run in one process for each task (JavaScript: a fresh context; Python: a fork;
 * C++: a namespace), in the same order and with the same outcome, in a tenth of the time. No sandbox: for trusted data only.
 */
export async function firstPassing(language: Language, { programs, test, patience = usualPatience }: Trial): Promise<number | null> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'repair-'))
  try {
    await writeFile(path.join(place, 'facts.json'), JSON.stringify({ programs, test, patience }))
    if (language === 'cpp') return await firstOfBatches(place, programs, test)
    const file = path.join(place, language === 'js' ? 'run.cjs' : 'run.py')
    await writeFile(file, language === 'js' ? scriptRunner : pythonRunner)
    const { stdout } = await run(language === 'js' ? process.execPath : 'python3', [file, path.join(place, 'facts.json')], programs.length * (patience + 1) + 30)
    const last = Number(stdout.trim().split('\n').at(-1))
    return stdout.trim() === '' || last < 0 ? null : last
  } finally {
    await rm(place, { recursive: true })
  }
}

interface Said {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, args: readonly string[], seconds: number): Promise<Said> {
  return new Promise((resolve) => execFile(file, args, { timeout: Math.ceil(seconds * 1000), killSignal: 'SIGKILL', maxBuffer: 1 << 26 }, (error, stdout, stderr) => resolve({ ok: error === null, stdout, stderr })))
}

const scriptRunner = `
const vm = require('node:vm')
const { programs, test, patience } = JSON.parse(require('node:fs').readFileSync(process.argv[2], 'utf8'))
let found = -1
for (const [index, program] of programs.entries()) {
  let said = false
  const say = () => { said = true }
  const console = { assert: (condition) => { if (!condition) { said = true; throw new Error('failed') } }, log() {}, info() {}, error: say, warn: say }
  try { new vm.Script(program + '\\n' + test).runInNewContext({ console }, { timeout: patience * 1000 }) } catch { said = true }
  if (!said) { found = index; break }
}
process.stdout.write(String(found), () => process.exit(0))
`

const pythonRunner = `
import json, os, resource, signal, sys
facts = json.load(open(sys.argv[1]))
found = -1
for index, program in enumerate(facts['programs']):
    child = os.fork()
    if child == 0:
        try:
            signal.setitimer(signal.ITIMER_PROF, facts['patience']); resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
            quiet = os.open(os.devnull, os.O_WRONLY); os.dup2(quiet, 1); os.dup2(quiet, 2)
            exec(compile(program + '\\n' + facts['test'], 'program', 'exec'), {'__name__': 'program'})
            os._exit(0)
        except BaseException:
            os._exit(1)
    if os.waitpid(child, 0)[1] == 0:
        found = index; break
print(found)
`

async function firstOfBatches(place: string, programs: readonly string[], test: string): Promise<number | null> {
  for (let start = 0; start < programs.length; start += batch) {
    const found = await firstOfBatch(place, programs.slice(start, start + batch), test)
    if (found !== null) return start + found
  }
  return null
}

async function firstOfBatch(place: string, programs: readonly string[], test: string): Promise<number | null> {
  let open = programs.map((_, index) => index)
  const [source, binary] = [path.join(place, 'all.cpp'), path.join(place, 'all')]
  for (;;) {
    await writeFile(source, joined(open.map((index) => ({ index, text: programs[index] ?? '' })), test))
    const { ok, stderr } = await run('g++', ['-std=c++17', '-O0', '-w', '-fmax-errors=0', '-o', binary, source], 300)
    if (ok) break
    const wrong = new Set([...stderr.matchAll(/^p(\d+):/gm)].map(([, index]) => Number(index)))
    const left = open.filter((index) => !wrong.has(index))
    if (left.length === open.length || left.length === 0) return null
    open = left
  }
  for (const index of open) if ((await run(binary, [String(index)], 2 * usualPatience)).ok) return index
  return null
}

/** Each program in a namespace of its own, under a file name that tells whose error it is. */
function joined(programs: readonly { readonly index: number; readonly text: string }[], test: string): string {
  const body = (text: string): string => text.replaceAll(/^\s*(?:#|using namespace).*$/gm, '')
  const parts = programs.map(({ index, text }) => `namespace p${index} {\n#line 1 "p${index}"\n${body(text)}\n#line 1 "p${index}"\n${body(test).replace('int main()', 'int run_main()')}\n}\n`)
  return `#undef NDEBUG\n#include <assert.h>\n#include <bits/stdc++.h>\nusing namespace std;\n${parts.join('')}int main(int, char **v) {\n  switch (atoi(v[1])) {\n${programs.map(({ index }) => `  case ${index}: p${index}::run_main(); return 0;\n`).join('')}  }\n  return 9;\n}\n`
}
