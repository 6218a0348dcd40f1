import { spawnSync } from 'node:child_process'

/** Why programs cannot be run here; false when they can. As the reason to skip a test. */
export const pythonIsMissing = spawnSync('python3', ['-c', 'import ast']).status !== 0

/** Those of the texts that Python's own parser refuses, each with its complaint. */
export function refusedByPython(texts: readonly string[]): readonly string[] {
  const script = `import ast, json, sys, warnings
warnings.simplefilter("ignore")
refused = []
for text in json.load(sys.stdin):
    try:
        ast.parse(text)
    except SyntaxError as error:
        refused.append(f"{error}\\n{text}")
print(json.dumps(refused))`
  return JSON.parse(runPython(script, texts)) as readonly string[]
}

/**
 * What `subject` of each program does with each list of arguments, in one line: the result with its type or the error's name, and the arguments afterwards. Arguments
 * are Python expressions, so that every type can be drawn.
 */
export function pythonOutcomes(programs: readonly string[], cases: readonly string[]): readonly (readonly string[])[] {
  const script = `import json, sys
programs, cases = json.load(sys.stdin)
outcomes = []
for program in programs:
    space = {"__name__": "subject"}
    exec(compile(program, "subject.py", "exec"), space)
    own = []
    for case in cases:
        values = list(eval(case, {}))
        try:
            result = space["subject"](*values)
            if hasattr(result, "__next__"):
                result = list(result)
            own.append(repr([result, values]))
        except Exception as error:
            own.append(repr([type(error).__name__, values]))
    outcomes.append(own)
print(json.dumps(outcomes))`
  return JSON.parse(runPython(script, [programs, cases])) as readonly (readonly string[])[]
}

function runPython(script: string, input: unknown): string {
  const { status, stdout, stderr } = spawnSync('python3', ['-I', '-c', script], { input: JSON.stringify(input), encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28, env: { PATH: process.env['PATH'], PYTHONHASHSEED: '0' } })
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`)
  return stdout
}
