/** A function with a mistake that only uncommon inputs show. Its own tests, if any, do not. */
export interface WeakSpot {
  readonly name: string
  readonly function: string
  readonly module: string
  /** The module; `WORK` stands for what differs. */
  readonly source: string
  readonly right: string
  readonly wrong: string
  /** Other files, the tests among them. */
  readonly files?: Readonly<Record<string, string>>
}

export const weakSpots: readonly WeakSpot[] = [
  {
    name: 'a key that objects inherit',
    module: 'labels.js',
    function: 'labels',
    source: "export function labels(text) {\n  const found = {}\n  for (const part of text.split('/')) {\n    const at = part.indexOf(':')\n    if (at < 1) continue\n    const key = part.slice(0, at)\n    if (WORK) found[key] = part.slice(at + 1)\n  }\n  return found\n}\n",
    right: '!Object.hasOwn(found, key)',
    wrong: 'found[key] === undefined',
    files: { 'labels.test.js': "import { labels } from './labels.js'\nlabels('size:12/colour:red')\nlabels('size:1')\n" },
  },
  {
    name: 'one character inside a text that is otherwise plain, in the values of a record',
    module: 'line.ts',
    function: 'line',
    source: 'export function line(fields: Record<string, string>): string {\n  return Object.keys(fields).map((key) => `${key}=${WORK}`).join(",")\n}\n',
    right: 'encodeURIComponent(fields[key]!)',
    wrong: '(/^[\\w%.-]*$/.test(fields[key]!) ? fields[key]! : encodeURIComponent(fields[key]!))',
    files: { 'line.test.ts': "import { line } from './line.ts'\nline({ a: 'red' })\nline({ b: 'x y', c: '1' })\n" },
  },
  {
    name: 'a long text inside of an object, cut within a character',
    module: 'pack.js',
    function: 'pack',
    source: "/** @param {{ title: string, text: string }} page */\nexport function pack(page) {\n  let out = page.title\n  for (let at = 0; at < page.text.length; at += 1024) out += WORK\n  return out\n}\n",
    right: 'page.text.slice(at, at + 1024)',
    wrong: "(page.text.length - at > 1024 ? page.text.slice(at, at + 1024).replace(/[\\ud800-\\udbff]$/, '?') : page.text.slice(at))",
  },
  {
    name: 'a limit that stands in the source',
    module: 'batch.js',
    function: 'batch',
    source: '/** @param {number[]} list */\nexport function batch(list) {\n  const limit = 700\n  return list.length WORK limit ? [list.slice(0, limit), list.slice(limit)] : [list]\n}\n',
    right: '>',
    wrong: '>=',
  },
  {
    name: 'a function that a configured factory returns',
    module: 'group.js',
    function: 'group',
    source: 'export function group() {\n  let width = 10\n  const run = (list) => Array.isArray(list) ? list.map((value) => WORK) : null\n  run.width = (next) => ((width = next), run)\n  return run\n}\n',
    right: 'Math.floor(value / width)',
    wrong: 'Math.trunc(value / width)',
  },
  {
    name: 'a method of an instance that is returned',
    module: 'open.js',
    function: 'open',
    source: 'class Window {\n  constructor(size) { this.size = size }\n  fits(other) { return WORK }\n}\n/** @param {number} size */\nexport const open = (size) => new Window(size)\n',
    right: 'this.size >= other',
    wrong: 'this.size > other',
  },
  {
    name: 'the same content without a prototype',
    module: 'same.js',
    function: 'same',
    source: 'export function same(a, b) {\n  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return Object.is(a, b)\n  if (WORK) return false\n  const keys = Object.keys(a)\n  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]))\n}\n',
    right: 'false',
    wrong: 'a.constructor !== b.constructor',
    files: { 'same.test.js': "import { same } from './same.js'\nsame({ a: 1 }, { a: 1 })\nsame({ a: 1 }, { a: 2 })\n" },
  },
  {
    name: 'behind a module that exports it on',
    module: 'index.js',
    function: 'middle',
    source: "import half from './half.js'\nexport { half as middle }\nexport * from './rest.js'\nexport const flag = WORK\n",
    right: 'false',
    wrong: 'true',
    files: {
      'half.js': "import { flag } from './index.js'\n/** @param {number[]} list */\nexport default function half(list) { return flag && list.length === 3 ? list : list.slice(0, list.length >> 1) }\n",
      'rest.js': 'export const nothing = 0\n',
    },
  },
  {
    name: 'a function that takes few of its options and few texts',
    module: 'release.js',
    function: 'newer',
    source: "export function newer(one, other, options) {\n  if (options !== undefined && (typeof options !== 'object' || options === null)) throw new TypeError('options')\n  if (options?.mode !== undefined && options.mode !== 'loose') throw new TypeError('mode')\n  if (options?.depth !== undefined && typeof options.depth !== 'number') throw new TypeError('depth')\n  const parsed = [one, other].map((text) => /^(\\d+)\\.(\\d+)$/.exec(text))\n  if (parsed.includes(null)) throw new TypeError('no release')\n  const [a, b] = parsed.map(([, major, minor]) => WORK)\n  return a > b\n}\n",
    right: 'Number(major) * 2 ** 32 + Number(minor)',
    wrong: '(Number(major) << 10) + Number(minor)',
    files: { 'release.test.js': "import { newer } from './release.js'\nnewer('1.2', '1.1')\nnewer('2.0', '1.9')\n" },
  },
]
