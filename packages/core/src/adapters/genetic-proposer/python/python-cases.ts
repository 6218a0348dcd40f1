export interface Allowed {
  readonly operator: string
  readonly name: string
  /** Defines `subject`. */
  readonly program: string
  readonly takes: readonly string[]
  /** Part of what comes out. */
  readonly gives: string
}

export interface Refused {
  readonly operator: string
  readonly name: string
  readonly program: string
}

const allow = (operator: string, name: string, ...[lines, takes, gives]: readonly [lines: readonly string[], takes: readonly string[], gives: string]): Allowed => ({ operator, name, program: `${lines.join('\n')}\n`, takes, gives })
const deny = (operator: string, name: string, ...lines: readonly string[]): Refused => ({ operator, name, program: `${lines.join('\n')}\n` })

export const allowed: readonly Allowed[] = [
  allow('membership-to-set', 'a parameter', ['def subject(a, b):', '    out = []', '    for x in a:', '        if x not in b and len(b) > 1:', '            out.append(x)', '    return out'], ['anything', 'anything'], 'if (x not in b_set if type(x) in (str, int) else x not in b) and'),
  allow('membership-to-set', 'in a comprehension', ['def subject(a, b):', '    if True:', '        return [x for x in a if x in b]'], ['anything', 'anything'], '        try:\n            b_set = set(b) if type(b) in (list, tuple) and {*map(type, b)} <= {str, int} else b\n'),
  allow('membership-to-set', 'a list made before', ['def subject(a):', '    b = list(a)', '    n = 0', '    while n < 3:', '        n += 1', '        if n in b:', '            return n', '    return b'], ['anything'], 'b_set = set(b) if {*map(type, b)} <= {str, int} else b\n'),
  allow('membership-to-set', 'whatever the annotation says', ['def subject(a: list[str], b: list[str]):', '    return [x for x in a if x in b]'], ['anything', 'anything'], 'if type(b) in (list, tuple) and {*map(type, b)} <= {str, int} else b'),
  allow('membership-to-set', 'with a call of something else', ['def seen(x):', '    return str(x)', 'def subject(a, b):', '    out = []', '    for x in a:', '        if x in b:', '            out.append(seen(x))', '    return out'], ['anything', 'anything'], 'b_set = set(b)'),
  allow('track-grown-list', 'removing what is double', ['def subject(a):', '    seen = []', '    for x in a:', '        if x not in seen:', '            seen.append(x)', '    return seen'], ['anything'], 'if is_new:\n            seen.append(x)'),
  allow('count-once', 'how often each is there', ['"""Why."""', 'def subject(a):', '    out = {}', '    for x in a:', '        out[str(x)] = a.count(x)', '    return out'], ['anything'], 'from collections import Counter'),
  allow('membership-to-set', 'of something worked out', ['def subject(a, b):', '    return [x for x in a if x * 2 in b]'], ['anything', 'anything'], '(sought in b_set if type((sought := x * 2)) in (str, int) else sought in b)'),
  allow('count-once', 'of others', ['def subject(a, b):', '    return [a.count(x) for x in b]'], ['anything', 'anything'], 'a.count(x)'),
  allow('index-positions', 'where each is', ['def subject(a, b):', '    return [a.index(x) for x in b]'], ['anything', 'anything'], 'reversed(list(enumerate(a)))'),
  allow('literal-to-set', 'letters', ['def subject(a):', '    n = 0', '    for c in a.lower():', "        if c in ['a', 'b', 'c', ' ']:", '            n += 1', '    return n'], ['text'], "c in {'a', 'b', 'c', ' '}"),
  allow('queue-to-deque', 'a breadth-first walk', ['from collections import OrderedDict', 'def subject(n):', '    queue = [(0, 1)]', '    out = []', '    while queue and len(out) < 30:', '        depth, value = queue.pop(0)', '        out.append(value)', '        if depth < n:', '            queue.append((depth + 1, value * 2))', '            queue.append((depth + 1, value * 2 + 1))', '    return out'], ['number'], 'queue = deque([(0, 1)])'),
  allow('insert-front-to-reverse', 'digits', ['def subject(n):', '    digits = []', '    while n > 0:', '        digits.insert(0, n % 3)', '        n //= 3', '    return digits'], ['number'], '    digits.reverse()\n    return'),
  allow('append-in-place', 'a grown list', ['def subject(a):', '    out = []', '    for x in a:', '        out = out + [x]', '    return out'], ['anything'], 'out.append(x)'),
  allow('hoist-call', 'shares of a total', ['def subject(a):', '    out = []', '    for x in a:', '        out.append((x - min(a)) / (sum(a) + 1))', '    return out'], ['anything'], '(min_a := min(a))'),
  allow('hoist-call', 'of what gives everything once', ['def subject(a, b):', '    out = []', '    b = iter(b) if len(a) > 3 else b', '    for x in a:', '        out.append(sum(b))', '    return out'], ['anything', 'numbers'], 'if type(b) in (list, tuple) else sum(b)'),
  allow('hoist-call', 'a set made in every round', ['def subject(a, b):', '    n = 0', '    for x in a:', '        if x in set(b):', '            n += 1', '    return n'], ['numbers', 'anything'], 'set_b = None'),
  allow('hoist-length', 'a while loop', ['def subject(a):', '    i = 0', '    n = 0', '    while i < len(a):', '        n += a[i] == 1', '        i += 1', '    return n'], ['numbers'], 'while i < a_length:'),
  allow('hoist-regexp', 'a search in a loop', ['import re', 'def subject(a):', "    return [x for x in a if re.search(r'[a-c]+\\s?', x)]"], ['texts'], "_pattern = re.compile(r'[a-c]+\\s?')\n"),
  allow('name-repeated-lookup', 'a function of a module', ['import math', 'def subject(a):', '    total = 0', '    for x in a:', '        total += math.sqrt(abs(x))', '    return total'], ['numbers'], 'math_sqrt(abs(x))'),
  allow('name-repeated-lookup', 'append', ['def subject(a):', '    out = []', '    for x in a:', '        if x:', '            out.append(x)', '    return out'], ['anything'], 'out_append = out.append'),
  allow('ask-the-thing-itself', 'keys', ['def subject(a):', '    d = {x: 1 for x in a}', "    return 'a' in d.keys(), 'b' in list(d)"], ['texts'], "'a' in d,"),
  allow('sort-to-scan', 'the least', ['def subject(a):', '    return sorted(a)[0]'], ['anything'], 'nsmallest(1, a)[0]'),
  allow('sort-to-scan', 'the greatest', ['import heapq', 'def subject(a):', '    return sorted(a)[-1]'], ['numbers'], 'heapq.nlargest(1, list(a)[::-1])[0]'),
  allow('memoise-recursion', 'ways up a stair', ['def subject(n):', '    if n < 2:', '        return 1', '    return subject(n - 1) + subject(n - 2)'], ['number'], '@lru_cache(maxsize=None, typed=True)\ndef subject'),
  allow('loop-to-comprehension', 'with a condition', ['def subject(a):', '    out = []', '    for i, x in enumerate(a):', '        if x != 1:', '            out.append((i, x))', '    return out'], ['anything'], 'out = [(i, x) for i, x in enumerate(a) if x != 1]'),
  allow('index-to-enumerate', 'positions that are used', ['def subject(a):', '    out = []', '    for i in range(len(a)):', '        out.append((i, a[i], a[i]))', '    return out'], ['numbers'], 'for i, a_item in enumerate(a):'),
  allow('index-to-enumerate', 'positions that are not', ['def subject(a):', '    n = 0', '    for i in range(len(a)):', '        n += a[i]', '    return n'], ['numbers'], 'for a_item in a:'),
  allow('stop-early', 'a flag', ['def subject(a, b):', '    found = False', '    for x in a:', '        if x == b:', '            found = True', '    return found'], ['numbers', 'number'], '            found = True\n            break\n'),
  allow('ask-without-list', 'any', ['def subject(a):', '    return any([x == 1 for x in a])'], ['numbers'], 'any(x == 1 for x in a)'),
  allow('build-string', 'lengthened twice', ['def subject(a):', "    s = '>'", '    for x in a:', '        s += x', "        s += ','", '    return s'], ['texts'], "    s = ''.join(s_parts)\n"),
]

const loop = (...body: readonly string[]): readonly string[] => ['def subject(a, b):', '    out = []', '    for x in a:', ...body.map((line) => `        ${line}`), '    return out']

export const refused: readonly Refused[] = [
  deny('membership-to-set', 'the list grows in the loop', ...loop('if x not in b:', '    b.append(x)')),
  deny('membership-to-set', 'the list is handed on in the loop', ...loop('if x in b:', '    change(b)')),
  deny('membership-to-set', 'an element is replaced', ...loop('if x in b:', '    b[0] = 1')),
  deny('membership-to-set', 'the name gets another value', ...loop('if x in b:', '    b = b[1:]')),
  deny('membership-to-set', 'an inner function changes it', 'def subject(a, b):', '    def grow():', '        b.append(1)', '    for x in a:', '        if x in b:', '            grow()'),
  deny('membership-to-set', 'nothing repeats it', 'def subject(a, b):', '    return a in b'),
  deny('membership-to-set', 'a text', 'def subject(a):', "    b = 'abc'", '    return [x for x in a if x in b]'),
  deny('membership-to-set', 'a global', 'B = [1]', 'def subject(a):', '    return [x for x in a if x in B]'),
  deny('membership-to-set', 'a set of the program', 'def set(x):', '    return x', 'def subject(a, b):', '    return [x for x in a if x in b]'),
  deny('membership-to-set', 'eval in reach', 'def subject(a, b):', '    eval("0")', '    return [x for x in a if x in b]'),
  deny('membership-to-set', 'a caller may change it in between', 'def subject(a, b):', '    for x in a:', '        if x in b:', '            yield x'),
  deny('membership-to-set', 'set on one way only', 'def subject(a):', '    if a:', '        b = [1]', '    for x in a:', '        if x in b:', '            return x'),
  deny('membership-to-set', 'a chain of comparisons', 'def subject(a, b):', '    return [x for x in a if 1 < x in b]'),
  deny('membership-to-set', 'a method of self is called', 'class A:', '    def run(self, a, b):', '        for x in a:', '            if x not in b:', '                self.add(x)'),
  deny('membership-to-set', 'self is handed on', 'class A:', '    def run(self, a, b):', '        for x in a:', '            if x not in b:', '                add(self, x)'),
  deny('membership-to-set', 'the list was taken from a property, and its owner is called', 'def subject(a, o):', '    taken = o.taken', '    for x in a:', '        if x not in taken:', '            o.take(x)'),
  deny('membership-to-set', 'the list was taken from a property, and somebody is called', 'def subject(a, o):', '    taken = o.taken', '    for x in a:', '        if x not in taken:', '            take(x)'),
  deny('membership-to-set', 'what holds the list is handed on', 'def subject(a, b):', "    o = {'b': b}", '    for x in a:', '        if x not in b:', '            take(o, x)'),
  deny('membership-to-set', 'an element is called', 'def subject(b):', '    for x in b:', '        if x.parent in b:', '            x.drop()'),
  deny('membership-to-set', 'another name for the list grows', 'def subject(a, b):', '    c = b', '    for x in a:', '        if x not in b:', '            c.append(x)'),
  deny('count-once', 'a method of self is called', 'class A:', '    def run(self, a, b):', '        for x in a:', '            self.add(x, b.count(x))'),
  deny('hoist-call', 'the list was taken from a property, and its owner is called', 'def subject(a, o):', '    taken = o.taken', '    for x in a:', '        o.take(x, sum(taken))'),
  deny('track-grown-list', 'something else is appended', ...loop('if x not in out:', '    out.append(x + 1)')),
  deny('track-grown-list', 'something is taken away', ...loop('if x not in out:', '    out.append(x)', 'if len(out) > 3:', '    out.pop()')),
  deny('track-grown-list', 'it is no empty list at first', 'def subject(a):', '    out = [1]', '    for x in a:', '        if x not in out:', '            out.append(x)'),
  deny('track-grown-list', 'in an elif', ...loop('if x:', '    pass', 'elif x not in out:', '    out.append(x)')),
  deny('count-once', 'the list changes', ...loop('if b.count(x) > 1:', '    b.remove(x)')),
  deny('count-once', 'a Counter of the program', 'class Counter: pass', ...loop('out.append(b.count(x))')),
  deny('index-positions', 'with a start', ...loop('out.append(b.index(x, 1))')),
  deny('index-positions', 'the list changes', ...loop('out.append(b.index(x))', 'b.sort()')),
  deny('literal-to-set', 'no constants', ...loop('if x in [a, b, 1]:', '    out.append(x)')),
  deny('literal-to-set', 'what may be anything', ...loop('if x in [1, 2, 3]:', '    out.append(x)')),
  deny('literal-to-set', 'nothing repeats it', 'def subject(a):', '    return a in [1, 2, 3]'),
  deny('queue-to-deque', 'it is handed out', 'def subject():', '    q = [1]', '    q.pop(0)', '    return q'),
  deny('queue-to-deque', 'a slice of it', 'def subject():', '    q = [1]', '    q.pop(0)', '    return q[1:]'),
  deny('queue-to-deque', 'it is walked through', 'def subject():', '    q = [1]', '    q.pop(0)', '    for x in q:', '        q.append(x)'),
  deny('queue-to-deque', 'a parameter', 'def subject(q):', '    q.pop(0)'),
  deny('insert-front-to-reverse', 'it is looked at', ...loop('out.insert(0, x)', 'b = len(out)')),
  deny('insert-front-to-reverse', 'the function catches what goes wrong', 'def subject(a):', '    out = []', '    try:', '        for x in a:', '            out.insert(0, 1 / x)', '    except ZeroDivisionError:', '        pass', '    return out'),
  deny('insert-front-to-reverse', 'the loop is left with the list', 'def subject(a):', '    out = []', '    for x in a:', '        out.insert(0, x)', '        if x:', '            return out', '    return out'),
  deny('append-in-place', 'a second name', 'def subject(a):', '    out = []', '    for x in a:', '        old = out', '        out = out + [x]', '    return out'),
  deny('append-in-place', 'the list of somebody else', 'def subject(out, a):', '    for x in a:', '        out = out + [x]', '    return out'),
  deny('append-in-place', 'it is walked through meanwhile', 'def subject(a):', '    out = [1]', '    for x in out:', '        out = out + [x]', '    return out'),
  deny('hoist-call', 'the list changes', ...loop('a.append(sum(a))')),
  deny('hoist-call', 'the name changes', ...loop('b = sum(b[1:])')),
  deny('hoist-call', 'the fresh list is kept', ...loop('out.append(sorted(b))')),
  deny('hoist-call', 'it depends on the round', ...loop('out.append(sum(x))')),
  deny('hoist-call', 'in a comprehension', 'def subject(a):', '    return [x / sum(a) for x in a]'),
  deny('hoist-length', 'the list changes', 'def subject(a):', '    while 0 < len(a):', '        a.pop()'),
  deny('hoist-regexp', 'the pattern is put together', 'import re', 'def subject(a, b):', '    return re.search(b, a)'),
  deny('hoist-regexp', 'a format string', 'import re', 'def subject(a, b):', "    return re.search(f'{b}', a)"),
  deny('hoist-regexp', 're is something else', 'import regex as re', 'def subject(a):', "    return re.search('a', a)"),
  deny('hoist-regexp', 'a wrong pattern', 'import re', 'def subject(a):', "    return re.search('(a', a)"),
  deny('name-repeated-lookup', 'a module of the program', 'import speed', ...loop('out += [speed.up(x)]')),
  deny('name-repeated-lookup', 'another list every time', ...loop('b = []', 'b.append(x)')),
  deny('ask-the-thing-itself', 'a list of what may be a text', 'def subject(a, b):', '    return a in list(b)'),
  deny('sort-to-scan', 'by a key', 'def subject(a):', '    return sorted(a, key=len)[0]'),
  deny('sort-to-scan', 'the second', 'def subject(a):', '    return sorted(a)[1]'),
  deny('memoise-recursion', 'it prints', 'def f(n):', '    print(n)', '    return f(n - 1) + f(n - 2)'),
  deny('memoise-recursion', 'it gives a list', 'def f(n):', '    if n < 1:', '        return [n]', '    return f(n - 1) + f(n - 2)'),
  deny('memoise-recursion', 'it reads what may change', 'LIMIT = 3', 'def f(n):', '    if n < LIMIT:', '        return 1', '    return f(n - 1) + f(n - 2)'),
  deny('memoise-recursion', 'it asks once', 'def f(n):', '    return 1 if n < 1 else n * f(n - 1)'),
  deny('memoise-recursion', 'a list is handed on', 'def f(xs, n):', '    if n < 1:', '        return len(xs)', '    return f(xs, n - 1) + f(xs, n - 2)'),
  deny('loop-to-comprehension', 'the list is looked at', ...loop('if x not in out:', '    out.append(x)')),
  deny('loop-to-comprehension', 'the name is asked for behind it', 'def subject(a):', '    out = []', '    for x in a:', '        out.append(x)', '    return out, x'),
  deny('loop-to-comprehension', 'something stands between', 'def subject(a):', '    out = []', '    out.append(1)', '    for x in a:', '        out.append(x)', '    return out'),
  deny('loop-to-comprehension', 'the function catches what goes wrong', 'def subject(a):', '    try:', '        out = []', '        for x in a:', '            out.append(1 / x)', '    except ZeroDivisionError:', '        return out'),
  deny('index-to-enumerate', 'elements are replaced', 'def subject(a):', '    for i in range(len(a)):', '        a[i] = a[i] + 1'),
  deny('index-to-enumerate', 'the position changes', 'def subject(a):', '    for i in range(len(a)):', '        i += 1', '        print(a[i])'),
  deny('index-to-enumerate', 'a dictionary', 'def subject():', '    a = {}', '    for i in range(len(a)):', '        print(a[i])'),
  deny('stop-early', 'the condition does something', 'def subject(a, b):', '    found = False', '    for x in a:', '        if b.pop() == x:', '            found = True', '    return found'),
  deny('stop-early', 'the name is asked for behind it', 'def subject(a, b):', '    found = False', '    for x in a:', '        if x == b:', '            found = True', '    return found, x'),
  deny('stop-early', 'the last one counts', 'def subject(a):', '    last = None', '    for x in a:', '        if x > 1:', '            last = x', '    return last'),
  deny('ask-without-list', 'what is asked does something', 'def subject(a, b):', '    return any([b.pop() for x in a])'),
  deny('build-string', 'the text is looked at', 'def subject(a):', "    s = ''", '    for x in a:', '        s += x', '        if len(s) > 3:', '            return 1', '    return s'),
  deny('build-string', 'it may be a number', 'def subject(a):', '    s = 0', '    for x in a:', '        s += x', '    return s'),
]
