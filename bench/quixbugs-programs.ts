import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/**
 * Runs the test file of a program with what little of pytest those files use, in the process that holds the program: ends with an error at the first test that fails. The benchmark's own slow cases are
 * skipped as it skips them itself.
 */
export const checkProgram = `
def check_program(name, root, space):
    import os, sys, types
    sys.dont_write_bytecode = True

    class Skipped(Exception): pass

    class Near:
        def __init__(self, value, abs): self.value, self.margin = value, abs
        def __eq__(self, other): return -self.margin <= other - self.value <= self.margin

    def parametrize(names, cases):
        def mark(test):
            test.cases = [dict(zip(names.split(','), case)) for case in cases]
            return test
        return mark

    def skip(reason): raise Skipped()

    pytest = types.ModuleType('pytest')
    pytest.use_correct, pytest.run_slow, pytest.skip, pytest.approx = False, False, skip, Near
    pytest.mark = types.SimpleNamespace(parametrize=parametrize)
    program = types.ModuleType('python_programs.' + name)
    vars(program)[name] = space[name]
    folder = types.ModuleType('python_programs')
    folder.__path__ = []
    sys.modules.update({'pytest': pytest, 'python_programs': folder, program.__name__: program})
    place = os.path.join(root, 'python_testcases')
    sys.path.insert(0, place)
    file = os.path.join(place, 'test_' + name + '.py')
    tests = {'__name__': 'tests', '__file__': file}
    exec(compile(open(file).read(), file, 'exec'), tests)
    ran = 0
    for test in [test for key, test in tests.items() if key.startswith('test') and callable(test)]:
        for case in getattr(test, 'cases', [{}]):
            try: test(**case)
            except Skipped: continue
            ran += 1
    assert ran > 0
`

/** CPU time of the tests on the correct version; null where they do not pass. */
export async function secondsOf({ name, correct }: { readonly name: string; readonly correct: string }, directory: string): Promise<number | null> {
  const said = await ran(`${correct}\n${checkProgram}\ncheck_program(${JSON.stringify(name)}, ${JSON.stringify(directory)}, globals())\nimport time; print(time.process_time())\n`)
  const seconds = Number(said.trim().split('\n').at(-1))
  return said.trim() === '' || !Number.isFinite(seconds) ? null : seconds
}

async function ran(program: string): Promise<string> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'quixbugs-'))
  try {
    const file = path.join(place, 'program.py')
    await writeFile(file, program)
    return await new Promise<string>((resolve) => execFile('python3', [file], { timeout: 300_000, maxBuffer: 1 << 22 }, (_error, stdout) => resolve(stdout)))
  } finally {
    await rm(place, { recursive: true })
  }
}

/** Inputs drawn beside those of the tests. */
const inputs = 300

/**
 * Whether a fix does what the correct version does, on the arguments of the tests varied by chance. What holds for an argument in all tests (ordered, distinct, the same from both ends, within a range, made of some letters) holds for
 * the varied ones as well: the programs have such preconditions. Graphs lose edges and begin elsewhere. Null: nothing could be compared.
 */
export async function agreesWithCorrect({ name, correct }: { readonly name: string; readonly correct: string }, directory: string, fixed: string): Promise<boolean | null> {
  const facts = JSON.stringify({ name, root: directory, correct, fixed, inputs })
  const said = await ran(`${checkProgram}\n${comparePrograms}\ncompare(json.loads(${JSON.stringify(facts)}))\n`)
  const last = said.trim().split('\n').at(-1)
  return last === 'same' ? true : last === 'different' ? false : null
}

const comparePrograms = `
import copy, json, os, random, resource, signal, sys, time, types

mirrors = {'outgoing_nodes': 'incoming_nodes', 'incoming_nodes': 'outgoing_nodes', 'successors': 'predecessors', 'predecessors': 'successors'}

def is_node(value): return type(value).__name__ == 'Node'
def is_number(value): return isinstance(value, (int, float)) and not isinstance(value, bool)

class Kept:
    "What holds for the values at one place in all tests."
    def __init__(self):
        self.low, self.high, self.letters, self.rules = None, None, set(), None
        self.parts = {}
    def part(self, key): return self.parts.setdefault(key, Kept())
    def see(self, value):
        if is_number(value):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
        elif isinstance(value, str): self.letters |= set(value)
        elif isinstance(value, list):
            for item in value: self.part('item').see(item)
            if all(is_number(item) for item in value):
                held = {rule for rule, (holds, _) in rules.items() if holds(value)}
                if len(value) > 1: self.rules = held if self.rules is None else self.rules & held
        elif isinstance(value, tuple):
            for index, item in enumerate(value): self.part(index).see(item)
        elif isinstance(value, dict):
            for item in value.values(): self.part('value').see(item)

def unique(values): return list(dict.fromkeys(values))

rules = {
    'distinct': (lambda v: len(set(v)) == len(v), unique),
    'rising': (lambda v: v == sorted(v), sorted),
    'falling': (lambda v: v == sorted(v, reverse=True), lambda v: sorted(v, reverse=True)),
    'mirrored': (lambda v: v == v[::-1], lambda v: v[:(len(v) + 1) // 2] + v[:len(v) // 2][::-1]),
}

def vary(value, kept, draw):
    if isinstance(value, bool) or value is None or is_node(value): return value
    if isinstance(value, (list, dict)) or draw.randrange(3) > 0:
        if isinstance(value, int): return min(max(value + draw.randrange(-4, 5), kept.low), kept.high)
        if isinstance(value, float): return min(max(value + draw.randrange(-100, 100) / 16, kept.low), kept.high)
        if isinstance(value, str) and value and kept.letters:
            at, other = draw.randrange(len(value)), draw.choice(sorted(kept.letters))
            return draw.choice([value[:at] + value[at + 1:], value[:at] + other + value[at:], value[:at] + other + value[at + 1:]])
        if isinstance(value, tuple): return tuple(vary(item, kept.part(index), draw) for index, item in enumerate(value))
        if isinstance(value, dict):
            items = [(key, vary(item, kept.part('value'), draw)) for key, item in value.items() if draw.randrange(6)]
            return type(value)(items) if type(value) is dict else value
        if isinstance(value, list) and value:
            items = [vary(item, kept.part('item'), draw) for item in value]
            items = draw.choice([items, items[:draw.randrange(len(items)) + 1], items + [vary(draw.choice(items), kept.part('item'), draw)], items[::-1]])
            for rule in sorted(kept.rules or ()) if all(is_number(item) for item in items) else (): items = rules[rule][1](items)
            return items
    return value

def nodes_in(value, found):
    if is_node(value):
        if any(value is other for other in found): return found
        found.append(value)
        for item in vars(value).values(): nodes_in(item, found)
    elif isinstance(value, dict):
        for key, item in value.items(): nodes_in(key, found); nodes_in(item, found)
    elif isinstance(value, (list, tuple, set)):
        for item in value: nodes_in(item, found)
    return found

def rewire(args, draw):
    nodes = nodes_in(args, [])
    if not nodes: return args
    for _ in range(draw.randrange(3)):
        node = draw.choice(nodes)
        for name, others in list(vars(node).items()):
            if isinstance(others, list) and others and draw.randrange(2):
                gone = draw.choice(others)
                setattr(node, name, [other for other in others if other is not gone])
                mirror = mirrors.get(name)
                if is_node(gone) and mirror is not None: setattr(gone, mirror, [other for other in getattr(gone, mirror) if other is not node])
            elif is_node(others) and draw.randrange(3) == 0: setattr(node, name, None)
    ends = [node for node in nodes if vars(node).get('successor', 0) is None]
    if ends and any(is_node(vars(node).get('successor')) for node in nodes):
        for _ in range(draw.randrange(4)): draw.choice(ends).successor = None if draw.randrange(2) else type(nodes[0])('added')
    return [draw.choice(nodes) if is_node(arg) and draw.randrange(2) else arg for arg in args]

def shape(value, seen):
    if isinstance(value, types.GeneratorType): value = list(value)
    if is_node(value):
        for index, other in enumerate(seen):
            if other is value: return ['seen', index]
        seen.append(value)
        return ['node', value.value, [[name, shape(item, seen)] for name, item in sorted(vars(value).items())]]
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)): return value
    if isinstance(value, float): return '%.9g' % value
    if isinstance(value, (list, tuple)): return [shape(item, seen) for item in value]
    if isinstance(value, dict): return sorted(repr([shape(key, seen), shape(item, seen)]) for key, item in value.items())
    if isinstance(value, (set, frozenset)): return sorted(repr(shape(item, seen)) for item in value)
    return repr(value)

class Late(BaseException): pass
def late(*_): raise Late()

def answer(function, args, seconds):
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try: return repr(shape(function(*copy.deepcopy(args)), []))
    except BaseException: return 'error'
    finally: signal.setitimer(signal.ITIMER_PROF, 0)

def compare(facts):
    signal.signal(signal.SIGPROF, late)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    said, sys.stdout = sys.stdout, open(os.devnull, 'w')
    name, right, mine = facts['name'], {}, {}
    exec(facts['correct'], right); exec(facts['fixed'], mine)
    real, seen = right[name], []
    def record(*args):
        seen.append(copy.deepcopy(list(args))); return real(*args)
    record.__name__ = name
    try: check_program(name, facts['root'], {name: record})
    except AssertionError: pass
    kept = [Kept() for _ in range(max(map(len, seen), default=0))]
    for args in seen:
        for place, arg in zip(kept, args): place.see(arg)
    draw, compared = random.Random(12345), 0
    for _ in range(facts['inputs']):
        if not seen: break
        args = copy.deepcopy(draw.choice(seen))
        args = rewire([vary(arg, place, draw) for place, arg in zip(kept, args)], draw)
        if time.process_time() > 30: break
        wanted = answer(real, args, 0.2)
        if wanted == 'error': continue
        compared += 1
        if answer(mine[name], args, 1) != wanted:
            print('different', file=said); return
    print('same' if compared else 'nothing', file=said)
`
