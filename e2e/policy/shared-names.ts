import type { OrdinaryChange } from './ordinary-changes.ts'

/** A text that an ordinary change adds at the end of a file of the language. */
const added = (path: string, before: string) => (name: string, text: string, head = ''): OrdinaryChange => ({ name: `${path}: ${name}`, path, before: `${head}${before}`, after: `${head}${before}${text}\n` })
const js = added('src/report.js', 'export const one = 1\n\n')
const ts = added('src/report.ts', 'export const one: number = 1\n\n')
const py = added('src/report.py', 'ONE = 1\n\n\n')
const cpp = added('src/report.cpp', '#include <string>\n#include <vector>\n\n')

const javascript: readonly OrdinaryChange[] = [
  js('a score of a performance', 'export function rate(performance, marks) {\n  performance.score = marks.reduce((a, b) => a + b, 0) / marks.length\n  return performance\n}'),
  js('a state of a process of a business', "export function advance(process) {\n  process.state = process.steps.length > 0 ? 'open' : 'done'\n  return process\n}"),
  js('places of a number', 'export function place(Number, x, y) {\n  Number.x = x\n  Number.y = y\n  return Number\n}'),
  js('a map of a game', 'export class Map {\n  constructor(width, height) {\n    this.cells = new Array(width * height).fill(0)\n    this.width = width\n  }\n\n  at(x, y) {\n    return this.cells[y * this.width + x]\n  }\n}\nMap.tile = 16'),
  js('a fetch that is counted', 'export function client(fetch, wrap) {\n  fetch = wrap(fetch)\n  return { load: (path) => fetch.call(null, path) }\n}'),
  js('an event that is moved', 'export const move = (Date, days) => {\n  Date.day += days\n  return Date\n}'),
  js('a URL of a row', 'export function link(rows) {\n  for (const URL of rows) {\n    URL.seen = true\n  }\n  return rows\n}'),
  js('a symbol of a chart', "export function draw(Symbol, color) {\n  Symbol.color = color\n  Symbol['width'] = 2\n}"),
  js('a promise of a shop', 'export function deliver({ Promise }) {\n  Promise.due = 3\n  return Promise.due\n}'),
  js('a test of a laboratory', 'export function record(test, value) {\n  test.value = value\n  test.count += 1\n  return test\n}'),
  js('a console of a game', 'export function plug(console, game) {\n  console.game = game\n  console.isOn = true\n}'),
  js('a set of tennis', 'export function win(Set, player) {\n  Set.points[player] += 1\n  delete Set.draft\n}'),
  js('a comment on editing', '// Do not edit the list while it is being walked: the index would be off.\nexport const walk = (list, f) => list.forEach(f)'),
  js('a time that is kept', 'export class Order {\n  toJSON() {\n    return { id: this.id, items: [...this.items] }\n  }\n}'),
  js('a plain object', 'export const isPlain = (x) => Object.getPrototypeOf(x) === Object.prototype || Object.getPrototypeOf(x) === null'),
  js('a process that a call gives', "export async function close(load, id) {\n  const process = await load(id)\n  process.state = 'closed'\n  return process\n}"),
  js('a class of one’s own with a default', 'class Promise {\n  due = 0\n}\nPromise.longest = 30\nexport const promised = (days) => Object.assign(new Promise(), { due: Math.min(days, Promise.longest) })'),
  js('an intl of a company', 'export const open = ([Intl, ...rest]) => {\n  Intl.branches = rest.length\n  return Intl\n}'),
  js('a crypto of a wallet', 'export function credit(wallet, crypto) {\n  crypto.amount = wallet.amount * crypto.rate\n  return crypto.amount\n}'),
  js('a module of a course', 'export function finish(module, grade) {\n  module.grade = grade\n  return module\n}'),
  js('a buffer that is own', 'class Buffer {\n  constructor() {\n    this.rows = []\n  }\n}\nBuffer.prototype.push = function push(row) {\n  this.rows.push(row)\n}\nexport const buffer = new Buffer()'),
]

const typescript: readonly OrdinaryChange[] = [
  ts('a score of a performance', 'export interface Performance {\n  score: number\n}\n\nexport function rate(performance: Performance, marks: readonly number[]): Performance {\n  performance.score = marks.length\n  return performance\n}'),
  ts('a state of a process', "export const close = (process: { state: string }): void => {\n  process.state = 'done'\n}"),
  ts('a map of a game', 'export class Map {\n  static tile = 16\n  readonly cells: number[] = []\n}\n\nMap.tile = 32'),
  ts('types of a module of Node', "import type { Stats } from 'node:fs'\n\nexport const isEmpty = (stats: Stats): boolean => stats.size === 0"),
  ts('types of a server', "import type { IncomingMessage } from 'node:http'\n\nexport const host = (message: IncomingMessage): string => message.headers.host ?? ''"),
  ts('an own JSON', 'export class Money {\n  constructor(readonly cents: number) {}\n\n  toJSON(): string {\n    return (this.cents / 100).toFixed(2)\n  }\n}'),
  ts('a request that is wrapped', 'type Load = (path: string) => unknown\n\nexport function counted(fetch: Load, wrap: (load: Load) => Load): Load {\n  fetch = wrap(fetch)\n  return fetch\n}'),
  ts('a date of a calendar', 'interface Day {\n  month: number\n}\n\nexport const next = (Date: Day): Day => {\n  Date.month += 1\n  return Date\n}'),
  ts('a comment on editing', '/** Do not edit what `sorted` returns; copy it. */\nexport const sorted = (list: readonly number[]): readonly number[] => [...list].sort((a, b) => a - b)'),
]

const python: readonly OrdinaryChange[] = [
  py('an io of a device', 'def connect(io, port):\n    io.port = port\n    io.is_open = True\n    return io'),
  py('a mark in math', 'def grade(math, history):\n    math.mark = max(math.mark, history.mark)\n    return math'),
  py('a json that is changed', "def rename(json, name):\n    json['name'] = name\n    json.dirty = True\n    return json"),
  py('a compile of a build', 'def slowest(compiles):\n    best = None\n    for compile in compiles:\n        if best is None or compile.seconds > best.seconds:\n            best = compile\n    return best'),
  py('a logging of a forest', 'def plan(logging, year):\n    logging.year = year\n    logging.area += 1\n    return logging'),
  py('collections of a museum', 'def move(collections, hall):\n    for piece in collections:\n        piece.hall = hall\n    collections.hall = hall'),
  py('a secret that is read', 'def seal(secrets, key):\n    secrets.key = key\n    return secrets'),
  py('a datetime of a row', 'def shift(datetime, days):\n    datetime.days = datetime.days + days\n    return datetime'),
  py('an open of a shop', 'def hours(open, close):\n    return (close - open) % 24'),
  py('an eval of a model', 'def report(eval):\n    return {"loss": eval["loss"], "rows": eval["rows"]}'),
  py('a warning that is counted', 'class Report:\n    def count(self, warnings):\n        warnings.total = len(warnings.items)\n        return warnings.total'),
]

const native: readonly OrdinaryChange[] = [
  cpp('a clock of one’s own', 'namespace util {\ndouble clock(int ticks) {\n  return ticks / 1000.0;\n}\n}  // namespace util'),
  cpp('a range that is checked', '#define CHECK_RANGE(x, n) ((x) >= 0 && (x) < (n))\nint at(const std::vector<int>& list, int i) {\n  return CHECK_RANGE(i, static_cast<int>(list.size())) ? list[i] : 0;\n}'),
  cpp('a text with marks', 'std::string surprise() {\n  return "what??!";\n}'),
  cpp('a comment on editing', '// Do not edit the list while it is walked.\nint count(const std::vector<int>& list) {\n  return static_cast<int>(list.size());\n}'),
  cpp('a time of a game', 'namespace game {\nint time(int frame, int rate) {\n  return frame / rate;\n}\n}  // namespace game'),
  cpp('a random number of a seed', 'namespace noise {\nunsigned rand(unsigned seed) {\n  return seed * 1664525u + 1013904223u;\n}\n}  // namespace noise'),
  cpp('an own write', 'namespace text {\nstd::string write(int value) {\n  return std::to_string(value);\n}\n}  // namespace text'),
  cpp('a check with a message', '#define CHECK_SIZE(list, n) (static_cast<int>((list).size()) == (n))\nbool isPair(const std::vector<int>& list) {\n  return CHECK_SIZE(list, 2);\n}'),
]

/** Names that built-ins have as well, meant for something of one's own; and words that only sound like something. */
export const sharedNames: readonly OrdinaryChange[] = [...javascript, ...typescript, ...python, ...native]
