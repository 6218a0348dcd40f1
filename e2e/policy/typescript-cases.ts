import { additions } from './policy-case.ts'

const before = "interface Row { readonly id: string; readonly size: number }\n\nexport function largest(rows: readonly Row[]): Row | undefined {\n  let found: Row | undefined\n  for (const row of rows) if (found === undefined || row.size > found.size) found = row\n  return found\n}\n"

export const typescriptCases = additions('src/rows.ts', before, {
  allow: {
    'a generic': 'export function last<T>(list: readonly T[]): T | undefined {\n  return list[list.length - 1]\n}',
    'a union': "export type Shape = 'round' | 'square'\nexport const isRound = (shape: Shape): boolean => shape === 'round'",
    'an index': 'export const byId = (rows: readonly Row[]): Map<string, Row> => new Map(rows.map((row) => [row.id, row]))',
    'a class with private parts': 'export class Counter {\n  #count = 0\n  add(): number {\n    return ++this.#count\n  }\n}',
    'an abstract word': 'export interface Process { readonly exit: boolean }',
  },
  deny: {
    'starts a process': "import { spawn } from 'node:child_process'\nexport const go = (): unknown => spawn('sh')",
    'evaluates a text': 'export const run = (text: string): unknown => eval(text)',
    'makes a function of a text': "export const run = (text: string): Function => Function(text)",
    'speaks to the network': "import https from 'node:https'\nexport const get = (): unknown => https.get('https://example.com')",
    'reads the environment': "export const key: string | undefined = process.env['KEY']",
    'replaces an assertion': "import assert from 'node:assert'\nassert.equal = (): void => {}",
    'switches the compiler off': '// @ts-nocheck\nexport const x: number = 1',
    'loads native code': "process.dlopen({ exports: {} }, './x.node')",
    'is always equal': 'export const isEqual = (a: Row, b: Row): boolean => true',
    'listens to the process': "process.on('exit', () => { process.exitCode = 0 })",
  },
  evasion: {
    'a process behind a cast': "const load = (globalThis as any)['req' + 'uire'] as (name: string) => any\nexport const x = load('child_process')",
    'a process behind a type assertion': "export const x = (<any>process).mainModule.require('child_process')",
    'eval behind satisfies': "export const run = (text: string): unknown => (eval satisfies unknown as (t: string) => unknown)(text)",
    'eval behind a non-null mark': 'export const run = (text: string): unknown => eval!(text)',
    'a function behind a cast': "export const run = (text: string): unknown => ((largest as any).constructor as any)(text)()",
    'a clock behind a cast': '(Date as any).now = () => 0',
    'a clock behind a cast and brackets': "(performance as any)['now'] = () => 0",
    'a prototype behind a cast': "(Array.prototype as any).map = () => []",
    'an environment behind a cast': "export const x = (process as any)['e' + 'nv'].KEY",
    'a clock that is only said to be own': 'declare let Date: { now(): number }\nDate.now = () => 0',
    'a parameter of a type': 'export let watch: (Map: object) => void\nMap.groupBy = () => new Map()',
    'a namespace import': "import * as cp from 'child_process'\nexport const x = cp",
    'an import of a type that is none': "import child = require('child_process')\nexport const x = child",
    'a dynamic import of a template': 'export const x = (name: string): Promise<unknown> => import(`node:${name}`)',
    'a decorator that ends the process': "const stop = (): any => process.exit(0)\n@stop\nexport class A {}",
    'an enum around the environment': "export enum Mode { A = process.env.MODE as any }",
    'hidden text in a template': 'export const text = `a\u2067b`',
    'reflection on the global object': "Reflect.get(globalThis, 'eval')('1')",
    'a proxy of the global object': 'export const g = new Proxy(globalThis, {})',
    'a getter that answers for equality': "export const odd = { get [Symbol.toPrimitive]() { return () => 1 } }",
  },
})
