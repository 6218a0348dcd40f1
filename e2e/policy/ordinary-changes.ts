/** A change of one file as people make it every day. */
export interface OrdinaryChange {
  readonly name: string
  readonly path: string
  readonly before: string
  readonly after: string
}

const of = (path: string) => (name: string, before: string, after: string): OrdinaryChange => ({ name: `${path}: ${name}`, path, before, after })
const [js, ts, py, cpp, hpp] = [of('src/shop.js'), of('src/shop.ts'), of('src/shop.py'), of('src/shop.cpp'), of('src/shop.hpp')]

const javascript: readonly OrdinaryChange[] = [
  js('a guard made shorter', 'export function f(x) {\n  if (x === undefined) {\n    return null\n  }\n  return x.value\n}\n', 'export function f(x) {\n  return x?.value ?? null\n}\n'),
  js('a console.log of debugging taken away', 'export function f(x) {\n  console.log(x)\n  return x\n}\n', 'export function f(x) {\n  return x\n}\n'),
  js('a TODO done', 'export function f(list) {\n  // TODO: avoid the copy\n  return [...list].length\n}\n', 'export function f(list) {\n  return list.length\n}\n'),
  js('a word in a comment', '// Retuns the sum.\nexport const sum = (a, b) => a + b\n', '// Returns the sum.\nexport const sum = (a, b) => a + b\n'),
  js('a loop with a labelled end', 'export function find(grid, x) {\n  for (const row of grid) if (row.includes(x)) return row\n}\n', 'export function find(grid, x) {\n  let at = 0\n  for (;;) {\n    if (at >= grid.length) return undefined\n    if (grid[at].includes(x)) return grid[at]\n    at++\n  }\n}\n'),
  js('a parser that goes on until its end', 'export function tokens(text) {\n  return text.split(" ")\n}\n', 'export function tokens(text) {\n  const found = []\n  let at = 0\n  while (true) {\n    const next = text.indexOf(" ", at)\n    if (next < 0) break\n    found.push(text.slice(at, next))\n    at = next + 1\n  }\n  found.push(text.slice(at))\n  return found\n}\n'),
  js('ids that go on for ever', 'export const ids = []\n', 'export function* ids() {\n  let id = 0\n  while (true) yield id++\n}\n'),
  js('a validation moved up', 'export function f(x) {\n  const y = x.trim()\n  validateName(y)\n  return y\n}\n', 'export function f(x) {\n  validateName(x.trim())\n  return x.trim()\n}\n'),
  js('a bound moved into a helper', 'export function at(list, i) {\n  if (i >= list.length) return null\n  return list[i]\n}\n', 'const isInside = (list, i) => i < list.length\nexport function at(list, i) {\n  return isInside(list, i) ? list[i] : null\n}\n'),
  js('a bound that a loop has anyway', 'export function g(list) {\n  const out = []\n  for (let i = 0; i < list.length; i++) {\n    if (i < list.length) out.push(list[i])\n  }\n  return out\n}\n', 'export function g(list) {\n  const out = []\n  for (let i = 0; i < list.length; i++) {\n    out.push(list[i])\n  }\n  return out\n}\n'),
  js('a message of a form', 'export const messages = {}\n', "export const messages = { password: 'Password', passwordTooShort: 'errors.password.tooShort', tokenMissing: 'errors.token.missing' }\n"),
  js('the name of a header', 'export const headers = []\n', "export const headers = ['x-api-key', 'authorization', 'x-csrf-token']\n"),
  js('a table of ciphers', 'export const algorithms = []\n', "export const algorithms = ['HS256', 'RS256', 'ES256']\n"),
  js('an average without a list', 'export const mean = (list) => list.reduce((a, b) => a + b) / list.length\n', 'export const mean = (list) => (list.length === 0 ? 0 : list.reduce((a, b) => a + b) / list.length)\n'),
  js('one row deleted', 'export const run = (db, sql) => db.run(sql)\n', "export const run = (db, sql) => db.run(sql)\nexport const remove = (db, id) => db.run('DELETE FROM carts WHERE id = ? AND owner = ?', id)\n"),
  js('one row updated', 'export const run = (db, sql) => db.run(sql)\n', "export const run = (db, sql) => db.run(sql)\nexport const rename = (db, id, name) => db.run('UPDATE carts SET name = ? WHERE id = ?', name, id)\n"),
  js('an element removed', 'export const clear = (node) => (node.innerHTML = "")\n', 'export function clear(node) {\n  while (node.firstChild) node.firstChild.remove()\n}\n'),
  js('a score of a game', 'export const text = (n) => n\n', 'export const text = (n, total) => `${n} of ${total} levels`\n'),
  js('a pass over a list', 'export const twice = (list) => list.map((x) => x * 2).map((x) => x + 1)\n', '// One pass instead of two.\nexport const twice = (list) => list.map((x) => x * 2 + 1)\n'),
  js('an error with its cause', 'export function read(text) {\n  return JSON.parse(text)\n}\n', "export function read(text) {\n  try {\n    return JSON.parse(text)\n  } catch (cause) {\n    throw new Error('the cart is no JSON', { cause })\n  }\n}\n"),
  js('a rename', 'export function calc(a, b) {\n  return a * b\n}\n', 'export function area(width, height) {\n  return width * height\n}\nexport const calc = area\n'),
  js('hexadecimal digits', 'export const hex = (n) => n.toString(16)\n', "const digits = '0123456789abcdef'\nexport const hex = (n) => digits[n >> 4] + digits[n & 15]\n"),
  js('an await beside another', 'export async function both(a, b) {\n  const x = await a()\n  const y = await b()\n  return [x, y]\n}\n', 'export async function both(a, b) {\n  return Promise.all([a(), b()])\n}\n'),
  js('an early return', 'export function f(x) {\n  let r = 0\n  if (x > 0) {\n    r = x * 2\n  }\n  return r\n}\n', 'export function f(x) {\n  if (x <= 0) return 0\n  return x * 2\n}\n'),
  js('a comment that explains a colon', 'export const a = 1\n', '// Note: the password is never kept; see the guide on secrets: it says why.\nexport const a = 1\n'),
]

const typescript: readonly OrdinaryChange[] = [
  ts('a type made narrow', 'export type Kind = string\n', "export type Kind = 'cart' | 'order' | 'refund'\n"),
  ts('a readonly list', 'export const first = (list: string[]): string => list[0]!\n', 'export const first = (list: readonly string[]): string | undefined => list[0]\n'),
  ts('a field of a form', 'export interface Form { name: string }\n', 'export interface Form {\n  name: string\n  password: string\n  token?: string\n}\n'),
  ts('a guard of a type', 'export const isText = (x: unknown) => typeof x === "string"\n', 'export const isText = (x: unknown): x is string => typeof x === "string"\n'),
  ts('a role that is asked for', 'export interface User { roles: string[] }\n', 'export interface User { roles: string[] }\nexport const isAdmin = (user: User): boolean => user.roles.includes("admin")\n'),
  ts('a map in place of an object', 'export const count = (words: string[]): Record<string, number> => {\n  const out: Record<string, number> = {}\n  for (const word of words) out[word] = (out[word] ?? 0) + 1\n  return out\n}\n', 'export const count = (words: string[]): Record<string, number> => {\n  const out = new Map<string, number>()\n  for (const word of words) out.set(word, (out.get(word) ?? 0) + 1)\n  return Object.fromEntries(out)\n}\n'),
  ts('an exhaustive switch', "export type Kind = 'a' | 'b'\nexport function name(kind: Kind): string {\n  if (kind === 'a') return 'first'\n  return 'second'\n}\n", "export type Kind = 'a' | 'b'\nexport function name(kind: Kind): string {\n  switch (kind) {\n    case 'a':\n      return 'first'\n    case 'b':\n      return 'second'\n  }\n}\n"),
  ts('a time limit as an option', 'export interface Options { url: string }\n', 'export interface Options {\n  url: string\n  timeoutMs?: number\n}\nexport const defaults = { timeoutMs: 5_000 }\n'),
  ts('a builder', 'export const q = (a: string): string => a\n', 'export class Query {\n  #parts: string[] = []\n  where(part: string): this {\n    this.#parts.push(part)\n    return this\n  }\n  toString(): string {\n    return this.#parts.join(" and ")\n  }\n}\nexport const q = (a: string): string => a\n'),
  ts('a binary search', 'export const find = (list: number[], x: number): number => list.indexOf(x)\n', 'export function find(list: number[], x: number): number {\n  let [low, high] = [0, list.length - 1]\n  while (low <= high) {\n    const middle = (low + high) >> 1\n    const value = list[middle] as number\n    if (value === x) return middle\n    if (value < x) low = middle + 1\n    else high = middle - 1\n  }\n  return -1\n}\n'),
  ts('an enum of plain values', 'export const a = 1\n', "export const states = ['open', 'paid', 'sent'] as const\nexport type State = (typeof states)[number]\nexport const a = 1\n"),
  ts('an overload taken away', 'export function f(x: string): string\nexport function f(x: number): number\nexport function f(x: any): any {\n  return x\n}\n', 'export function f<T extends string | number>(x: T): T {\n  return x\n}\n'),
  ts('a deep copy', 'export const copy = <T>(x: T): T => JSON.parse(JSON.stringify(x)) as T\n', 'export const copy = <T>(x: T): T => structuredClone(x)\n'),
  ts('a heap', 'export const top = (list: number[]): number | undefined => list.toSorted((a, b) => a - b)[0]\n', 'export function top(list: number[]): number | undefined {\n  let best: number | undefined\n  for (const x of list) if (best === undefined || x < best) best = x\n  return best\n}\n'),
]

const python: readonly OrdinaryChange[] = [
  py('a loop with an end in it', 'def read(next_line):\n    return next_line()\n', 'def read(next_line):\n    lines = []\n    while True:\n        line = next_line()\n        if not line:\n            break\n        lines.append(line)\n    return lines\n'),
  py('a TODO done', '# TODO: use a set\ndef common(a, b):\n    return [x for x in a if x in b]\n', 'def common(a, b):\n    known = set(b)\n    return [x for x in a if x in known]\n'),
  py('type hints', 'def area(w, h):\n    return w * h\n', 'def area(w: float, h: float) -> float:\n    return w * h\n'),
  py('a dataclass', 'class Point:\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\n', 'from dataclasses import dataclass\n\n\n@dataclass\nclass Point:\n    x: int\n    y: int\n'),
  py('f-strings', 'def show(name, n):\n    return "%s: %d" % (name, n)\n', 'def show(name, n):\n    return f"{name}: {n}"\n'),
  py('a generator', 'def squares(n):\n    out = []\n    for i in range(n):\n        out.append(i * i)\n    return out\n', 'def squares(n):\n    return [i * i for i in range(n)]\n'),
  py('a password that is asked for', 'def login(user):\n    return user\n', 'def login(user, password, token=None):\n    return user, password, token\n'),
  py('numbers without an end, in pairs', 'def number(items):\n    return list(enumerate(items))\n', 'from itertools import count\n\n\ndef number(items):\n    return list(zip(count(), items))\n'),
  py('a docstring', 'def area(w, h):\n    return w * h\n', 'def area(w, h):\n    """Area of a rectangle; both sides in metres."""\n    return w * h\n'),
  py('a coding line', 'x = 1\n', '# -*- coding: utf-8 -*-\nx = 1\n'),
  py('a bound by slicing', 'def head(items, n):\n    if n > len(items):\n        n = len(items)\n    return items[0:n]\n', 'def head(items, n):\n    return items[:n]\n'),
  py('a counter', 'def count(words):\n    out = {}\n    for word in words:\n        out[word] = out.get(word, 0) + 1\n    return out\n', 'from collections import Counter\n\n\ndef count(words):\n    return dict(Counter(words))\n'),
  py('a context of its own', 'def total(rows):\n    return sum(row["price"] for row in rows)\n', 'from decimal import Decimal, localcontext\n\n\ndef total(rows):\n    with localcontext() as context:\n        context.prec = 28\n        return sum((Decimal(row["price"]) for row in rows), Decimal(0))\n'),
  py('a permission that is asked', 'def view(request):\n    return request.user\n', 'def has_permission(request):\n    return request.user.is_staff\n\n\ndef view(request):\n    return request.user if has_permission(request) else None\n'),
  py('a sort by a key', 'def oldest(people):\n    return sorted(people, key=lambda p: p.age)[-1]\n', 'def oldest(people):\n    return max(people, key=lambda p: p.age)\n'),
]

const nativeChanges: readonly OrdinaryChange[] = [
  cpp('an owner in place of a pointer', 'struct A { int x; };\nA* made() { return new A{1}; }\n', '#include <memory>\nstruct A { int x; };\nstd::unique_ptr<A> made() { return std::make_unique<A>(A{1}); }\n'),
  cpp('a string in place of a buffer', '#include <cstdio>\n#include <string>\nstd::string show(int x) {\n  char b[16];\n  std::snprintf(b, sizeof b, "%d", x);\n  return b;\n}\n', '#include <string>\nstd::string show(int x) {\n  return std::to_string(x);\n}\n'),
  cpp('a range in place of an index', '#include <vector>\nint sum(const std::vector<int>& v) {\n  int s = 0;\n  for (std::size_t i = 0; i < v.size(); i++) s += v.at(i);\n  return s;\n}\n', '#include <vector>\nint sum(const std::vector<int>& v) {\n  int s = 0;\n  for (int x : v) s += x;\n  return s;\n}\n'),
  cpp('a loop that is left', '#include <string>\nint digits(int x) {\n  return std::to_string(x).size();\n}\n', '#include <string>\nint digits(int x) {\n  int n = 1;\n  for (;;) {\n    if (x < 10) return n;\n    x /= 10;\n    n++;\n  }\n}\n'),
  cpp('const and noexcept', 'int twice(int x) { return 2 * x; }\n', 'constexpr int twice(int x) noexcept { return 2 * x; }\n'),
  cpp('an algorithm', '#include <vector>\nbool any(const std::vector<int>& v) {\n  for (int x : v) if (x > 3) return true;\n  return false;\n}\n', '#include <algorithm>\n#include <vector>\nbool any(const std::vector<int>& v) {\n  return std::any_of(v.begin(), v.end(), [](int x) { return x > 3; });\n}\n'),
  cpp('a view in place of a copy', '#include <string>\nbool isYes(std::string text) { return text == "yes"; }\n', '#include <string_view>\nbool isYes(std::string_view text) { return text == "yes"; }\n'),
  cpp('an optional', '#include <vector>\nint first(const std::vector<int>& v) {\n  if (v.empty()) return -1;\n  return v.front();\n}\n', '#include <optional>\n#include <vector>\nstd::optional<int> maybeFirst(const std::vector<int>& v) {\n  if (v.empty()) return std::nullopt;\n  return v.front();\n}\nint first(const std::vector<int>& v) {\n  return maybeFirst(v).value_or(-1);\n}\n'),
  hpp('a smaller struct', 'struct Row {\n  bool a;\n  double b;\n  bool c;\n};\n', 'struct Row {\n  double b;\n  bool a;\n  bool c;\n};\n'),
  hpp('a concept', 'template <typename T>\nT twice(T x) { return x + x; }\n', '#include <concepts>\ntemplate <std::integral T>\nT twice(T x) { return x + x; }\n'),
  hpp('a guard by pragma', '#ifndef ROW_HPP\n#define ROW_HPP\nstruct Row {};\n#endif\n', '#pragma once\nstruct Row {};\n'),
]

const others: readonly OrdinaryChange[] = [
  of('README.md')('how to use it', '# Shop\n', '# Shop\n\nSet `DATABASE_URL` to `postgres://user:password@localhost:5432/shop`, then run the tests: 12 passed means all is well.\n'),
  of('docs/guide.md')('a warning', '# Guide\n', '# Guide\n\nNever write `verify=False`, never `chmod 777`, and never `DELETE FROM users`.\n'),
  of('CHANGELOG.md')('a line', '# Changes\n', '# Changes\n\n- Tests are faster; no dependencies were added.\n'),
  of('src/text.json')('messages', '{ "a": "b" }\n', '{\n  "a": "b",\n  "password": "Password",\n  "passwordHint": "at least eight letters"\n}\n'),
  of('db/schema.sql')('a new table', 'CREATE TABLE a (id int);\n', 'CREATE TABLE a (id int);\nCREATE TABLE b (id int REFERENCES a(id) ON DELETE CASCADE ON UPDATE CASCADE);\nCREATE INDEX b_id ON b (id);\n'),
  of('db/2.sql')('rows for a start', 'CREATE TABLE a (id int, name text);\n', "CREATE TABLE a (id int, name text);\nINSERT INTO a (id, name) VALUES (1, 'drop; delete');\nUPDATE a SET name = 'x' WHERE id = 1;\n"),
  of('src/style.css')('a colour', '.a { color: red; }\n', '.a { color: #0a7f3f; }\n'),
]

export const ordinaryChanges: readonly OrdinaryChange[] = [...javascript, ...typescript, ...python, ...nativeChanges, ...others]
