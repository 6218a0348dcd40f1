import { z } from 'zod'
import { BenchmarkError } from '../benchmark-error.ts'
import type { BenchmarkTask, Suite, SuiteFiles, TaskTests } from '../benchmark-task.ts'
import { isHeldOut } from '../held-out.ts'
import type { SuiteSettings, TaskLanguage } from '../suite-settings.ts'
import { byId, readJsonLines, textFile } from './json-lines.ts'

const text = z.string().max(1_000_000)

/** Of bigcode/humanevalpack, what a task is made from. */
const recordSchema = z.object({
  task_id: z.string().regex(/^(JavaScript|Python|CPP)\/\d+$/, 'it is no task in JavaScript, Python or C++'),
  prompt: text,
  declaration: text,
  buggy_solution: text,
  test: text,
  example_test: text.default(''),
  entry_point: z.string().regex(/^[A-Za-z_$][\w$]*$/),
  instruction: text.default(''),
  docstring: text.default(''),
})
type PackRecord = z.output<typeof recordSchema>

const testName = 'the function does what it should'

/**
 * HumanEvalPack, one JSON object a line (https://arxiv.org/abs/2308.07124). `fix`: a function with a fault in it is to be repaired; `synthesize`: its beginning is to be completed. The tests need node, a Python with pytest, or g++.
 */
export async function humanEvalPack(files: SuiteFiles, settings: Extract<SuiteSettings, { readonly format: 'humanevalpack' }>): Promise<Suite> {
  const records = byId(await readJsonLines(files, settings.file, recordSchema), ({ task_id: id }) => id, settings.file)
  return {
    tasks: [...records.keys()].map((id) => ({ id, heldOut: isHeldOut(id, settings.heldOut) })),
    load: (id) => {
      const record = records.get(id)
      if (record === undefined) throw new BenchmarkError('unknown-task', `the suite has no task ${id}`)
      return Promise.resolve(taskOf(record, settings))
    },
  }
}

function taskOf(record: PackRecord, { kind, timeout }: { readonly kind: 'fix' | 'synthesize'; readonly timeout: number }): BenchmarkTask {
  const language = languageOf(record)
  const { file } = programs[language]
  const source = kind === 'fix' ? record.declaration + record.buggy_solution : record.prompt
  const asked = kind === 'fix' ? `The function \`${record.entry_point}\` in \`${file}\` has a fault. Find and mend it.` : `Complete the function \`${record.entry_point}\` in \`${file}\`.`
  return {
    id: record.task_id,
    statement: `${asked}\n\n${kind === 'fix' ? record.docstring : record.instruction}\n\nChange only \`${file}\`, and keep the names that it defines: they are how its tests reach it.\n`,
    files: [textFile(file, source)],
    tests: programs[language].tests(record, record.test),
    visible: null,
    mayChange: [],
    timeoutMs: timeout,
  }
}

function languageOf({ task_id: id }: PackRecord): TaskLanguage {
  return id.startsWith('Python/') ? 'python' : id.startsWith('CPP/') ? 'cpp' : 'javascript'
}

interface Program {
  readonly file: string
  readonly tests: (record: PackRecord, test: string) => TaskTests
}

const one = { reportFile: null, least: 1 }

const programs: Readonly<Record<TaskLanguage, Program>> = {
  javascript: { file: 'solution.js', tests: (record, test) => ({ run: 'node --test hidden.test.cjs', report: 'node', mustPass: [`hidden.test.cjs > ${testName}`], ...one, files: [textFile('hidden.test.cjs', javascriptTest(record, test))] }) },
  python: { file: 'solution.py', tests: (record, test) => ({ run: 'python3 -m pytest -q test_hidden.py', report: 'pytest', mustPass: ['test_hidden.py::test_hidden'], ...one, files: [textFile('test_hidden.py', pythonTest(record, test))] }) },
  cpp: { file: 'solution.cpp', tests: (_, test) => ({ run: 'g++ -std=c++17 -w -o /tmp/hidden hidden_test.cpp -lcrypto 2>/dev/null || g++ -std=c++17 -w -o /tmp/hidden hidden_test.cpp && /tmp/hidden', report: 'tap', mustPass: [testName], ...one, files: [textFile('hidden_test.cpp', nativeTest(test))] }) },
}

/**
 * The solution is run in a function of its own, which hands out what the declaration names; so it cannot stand in for the console by which the tests complain, nor for what they define. In JavaScript `console.assert`
 * only prints: here it throws.
 */
function javascriptTest({ declaration, entry_point: entry }: PackRecord, test: string): string {
  const names = [...new Set([...declaration.matchAll(/^(?:const|let|var|function)\s+([A-Za-z_$][\w$]*)/gm)].map(([, name]) => name ?? '').filter((name) => name !== entry).concat(entry))]
  return `const { test } = require('node:test')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { Error, Function, Object, JSON } = globalThis
const console = Object.freeze({ ...globalThis.console, assert: (condition, ...about) => { if (!condition) throw new Error('an assertion does not hold') } })
const names = ${JSON.stringify(names)}
const hidden = ${JSON.stringify(test)}
test(${JSON.stringify(testName)}, () => {
  const source = readFileSync(path.join(__dirname, 'solution.js'), 'utf8')
  const given = 'return [' + names.map((name) => 'typeof ' + name + " === 'undefined' ? undefined : " + name).join(', ') + ']'
  const found = new Function('require', 'module', 'exports', source + '\\n' + given)(require, { exports: {} }, {})
  new Function('require', 'console', ...names, hidden)(require, console, ...found)
})
`
}

function pythonTest({ entry_point: entry }: PackRecord, test: string): string {
  return `import importlib

hidden = ${JSON.stringify(test)}


def test_hidden():
    solution = importlib.import_module("solution")
    names = {name: value for name, value in vars(solution).items() if not name.startswith("__")}
    assert callable(names.get(${JSON.stringify(entry)}))
    exec(compile(hidden, "hidden", "exec"), names)
`
}

/** The tests' main() becomes a function of ours, whose end is what the report is written after: who leaves early has no report. */
function nativeTest(test: string): string {
  const checks = test.replace(/\bint\s+main\s*\([^)]*\)/, 'static void ratchet_checks()')
  return `#include <cstdio>
#include "solution.cpp"
${checks}
int main() {
  ratchet_checks();
  std::puts("TAP version 13\\n1..1\\nok 1 - ${testName}");
  return 0;
}
`
}
