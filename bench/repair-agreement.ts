import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type * as Vm from 'node:vm'
import type { Language, Task } from './repair.ts'

/** Inputs drawn beside those of the tests. */
const inputs = 200

/**
 * Whether a fix does what the canonical solution does, on the arguments of the tests with numbers, texts and lists varied at random. Null: no argument could be read off the tests, or the language is compiled. Both sides run in one
 * process, the same input for both; an input that either side refuses with an error counts as the same only when both do.
 */
export async function agreesWithCanonical(task: Task, language: Language, fixed: string): Promise<boolean | null> {
  if (language === 'cpp') return null
  const place = await mkdtemp(path.join(os.tmpdir(), 'agreement-'))
  try {
    const file = path.join(place, language === 'js' ? 'agreement.cjs' : 'agreement.py')
    const facts = JSON.stringify({ fixed, canonical: task.declaration + task.canonical_solution, test: task.test, name: task.entry_point, inputs })
    await writeFile(file, language === 'js' ? `(${compareScripts.toString()})(${facts})\n` : `${comparePrograms}\ncompare(json.loads(${JSON.stringify(facts)}))\n`)
    const said = await new Promise<string>((resolve) => execFile(language === 'js' ? process.execPath : 'python3', [file], { timeout: 60_000, maxBuffer: 1 << 22 }, (_error, stdout) => resolve(stdout)))
    const last = said.trim().split('\n').at(-1)
    return last === 'same' ? true : last === 'different' ? false : null
  } finally {
    await rm(place, { recursive: true })
  }
}

/** Becomes a program of its own, so it uses nothing from around it. */
function compareScripts({ fixed, canonical, test, name, inputs: count }: { readonly fixed: string; readonly canonical: string; readonly test: string; readonly name: string; readonly inputs: number }): void {
  const vm = require('node:vm') as typeof Vm
  const quiet = { assert: () => undefined, log: () => undefined, error: () => undefined }
  const seen: unknown[][] = []
  const recorder = vm.createContext({ console: quiet, record: (args: unknown[]) => seen.push(JSON.parse(JSON.stringify(args)) as unknown[]) })
  new vm.Script(`${canonical}\n;{ const real = ${name}; globalThis.wrapped = (...args) => { record(args); return real(...args) } }\n(function (${name}) {\n${test}\n})(globalThis.wrapped)`).runInContext(recorder, { timeout: 5_000 })
  let state = 12_345
  const draw = (bound: number): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8) % bound
  const vary = (value: unknown): unknown => {
    if (draw(3) === 0) return value
    if (typeof value === 'number') return Number.isInteger(value) ? Math.max(value < 0 ? -1e9 : 0, value + draw(9) - 4) : value + (draw(200) - 100) / 16
    if (typeof value === 'string') {
      const letters = [...value]
      if (letters.length === 0) return value
      const at = draw(letters.length)
      return [() => letters.toSpliced(at, 1), () => letters.toSpliced(at, 0, letters[draw(letters.length)] as string), () => letters.with(at, letters[draw(letters.length)] as string)][draw(3)]?.().join('')
    }
    if (!Array.isArray(value)) return value
    const items = value.map(vary)
    return items.length === 0 ? items : [items, items.slice(0, draw(items.length) + 1), [...items, vary(items[draw(items.length)])], items.toReversed()][draw(4)]
  }
  const answer = (code: string, args: unknown[]): string => {
    try {
      const context = vm.createContext({ console: quiet, args: JSON.stringify(args) })
      return String(new vm.Script(`${code}\n;JSON.stringify([${name}(...JSON.parse(args))], (_, v) => (typeof v === 'number' ? String(Number(v.toPrecision(9))) : v === undefined ? 'undefined' : v))`).runInContext(context, { timeout: 1_000 }))
    } catch {
      return 'error'
    }
  }
  let compared = 0
  for (let n = 0; n < count && seen.length > 0; n++) {
    const args = (seen[draw(seen.length)] as unknown[]).map(vary)
    const wanted = answer(canonical, args)
    if (wanted === 'error') continue
    compared++
    if (answer(fixed, args) !== wanted) {
      console.log('different')
      return
    }
  }
  console.log(compared === 0 ? 'nothing' : 'same')
}

const comparePrograms = `
import json, random, signal, copy, os, sys

def vary(value, draw):
    if draw.randrange(3) == 0: return value
    if isinstance(value, bool): return value
    if isinstance(value, int): return max(value if value < 0 else 0, value + draw.randrange(9) - 4)
    if isinstance(value, float): return value + draw.randrange(-100, 100) / 16
    if isinstance(value, str) and value:
        at = draw.randrange(len(value)); other = draw.choice(value)
        return draw.choice([value[:at] + value[at + 1:], value[:at] + other + value[at:], value[:at] + other + value[at + 1:]])
    if isinstance(value, list) and value:
        items = [vary(item, draw) for item in value]
        return draw.choice([items, items[:draw.randrange(len(items)) + 1], items + [vary(draw.choice(items), draw)], items[::-1]])
    return value

class Late(Exception): pass
def late(*_): raise Late()

def answer(function, args):
    signal.setitimer(signal.ITIMER_REAL, 1)
    try: return repr(rounded(function(*copy.deepcopy(args))))
    except BaseException: return 'error'
    finally: signal.setitimer(signal.ITIMER_REAL, 0)

def rounded(value):
    if isinstance(value, float): return float('%.9g' % value)
    if isinstance(value, (list, tuple)): return type(value)(rounded(item) for item in value)
    return value

def compare(facts):
    signal.signal(signal.SIGALRM, late)
    good, bad = {}, {}
    said = sys.stdout; sys.stdout = open(os.devnull, 'w')
    exec(facts['canonical'], good); exec(facts['fixed'], bad)
    seen = []
    real = good[facts['name']]
    def record(*args):
        seen.append(copy.deepcopy(args)); return real(*args)
    space = dict(good); space[facts['name']] = record
    try: exec(facts['test'], space)
    except BaseException: pass
    draw = random.Random(12345); compared = 0
    for _ in range(facts['inputs']):
        if not seen: break
        args = [vary(value, draw) for value in draw.choice(seen)]
        wanted = answer(real, args)
        if wanted == 'error': continue
        compared += 1
        if answer(bad[facts['name']], args) != wanted:
            sys.stdout = said; print('different'); return
    sys.stdout = said; print('same' if compared else 'nothing')
`
