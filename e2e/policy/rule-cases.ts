import { additions, type CaseFile, type CaseKind, type PolicyCase } from './policy-case.ts'

const change = (kind: CaseKind, name: string, [path, before, after]: readonly [path: string, before: CaseFile, after: CaseFile], denied?: true): PolicyCase => ({ name, kind, before: { [path]: before }, after: { [path]: after }, ...(denied === undefined ? {} : { denied }) })
const js = 'export const one = 1\n'

/** Loops, memory, encodings and databases: what the rules of a language know besides. */
export const ruleCases: readonly PolicyCase[] = [
  ...additions('src/loop.js', js, {
    allow: { 'a loop that is left': 'export function find(f) {\n  for (;;) {\n    const x = f()\n    if (x) return x\n  }\n}', 'a queue': 'export function drain(list) {\n  while (list.length > 0) list.pop()\n}' },
    deny: { 'a loop without an end': 'export function spin() {\n  while (true) {}\n}', 'a for without a condition': 'export const spin = (f) => {\n  for (;;) f()\n}' },
    evasion: { 'a loop up to infinity': 'export function spin(f) {\n  for (let i = 0; i < Infinity; i++) f()\n}', 'a do that never ends': 'export function spin(f) {\n  do { f() } while (!0)\n}', 'a break of another loop': 'export function spin(f) {\n  while (true) {\n    for (const x of f()) break\n  }\n}' },
  }),
  ...additions('src/loop.ts', 'export const one: number = 1\n', { allow: { 'a generator': 'export function* ids(): Generator<number> {\n  let id = 0\n  while (true) yield id++\n}' }, deny: { 'a loop without an end': 'export function spin(f: () => void): void {\n  while (1) f()\n}' }, evasion: { 'a condition with a sure half': 'export function spin(f: () => boolean): void {\n  while (f() || true) f()\n}' } }),
  ...additions('src/loop.py', 'one = 1\n', {
    allow: { 'a loop that is left': '\n\ndef find(f):\n    while True:\n        x = f()\n        if x:\n            return x' },
    deny: { 'a loop without an end': '\n\ndef spin(f):\n    while True:\n        f()', 'an iterator without an end': 'import itertools\n\n\ndef spin(f):\n    for i in itertools.count():\n        f(i)' },
    evasion: { 'an iterator from a function': '\n\ndef spin(f):\n    for _ in iter(int, 1):\n        f()', 'all of an iterator without an end': 'from itertools import count\n\n\ndef spin():\n    return sum(count())', 'a comparison with infinity': "\n\ndef spin(i):\n    while i < float('inf'):\n        i += 1" },
  }),
  ...additions('src/memory.cpp', '#include <memory>\nint one = 1;\n', {
    allow: { 'a pointer that owns': 'std::unique_ptr<int> made() { return std::make_unique<int>(1); }', 'a bounded print': '#include <cstdio>\nvoid show(char* b, unsigned long n, int x) { std::snprintf(b, n, "%d", x); }' },
    deny: { 'a plain owner': 'int* made() { return new int(1); }', 'a copy without a bound': '#include <cstring>\nvoid copy(char* a, const char* b) { strcpy(a, b); }', 'a loop without an end': 'void spin() { for (;;) {} }' },
    evasion: { 'memory by hand': '#include <cstdlib>\nint* made() { return static_cast<int*>(std::malloc(4)); }', 'a copy by a built-in': 'void copy(char* a, const char* b) { __builtin_strcpy(a, b); }', 'a copy by a pointer': '#include <cstring>\nauto copy = strcpy;', 'a text read without a bound': '#include <cstdio>\nvoid read(char* b) { std::scanf("%s", b); }', 'a do that never ends': 'void spin(int x) { do { x++; } while (1 == 1); }' },
  }),
  change('deny', 'a coding of Python that hides', ['src/a.py', 'x = 1\n', '# coding: utf-7\nx = 1\n'], true),
  change('deny', 'a lone carriage return in JavaScript', ['src/a.js', js, `${js}// x\rprocess.exit(0)\n`], true),
  change('deny', 'source in UTF-16', ['src/a.ts', null, '\ufeffexport const a = 1\n'.split('').join('\0')]),
  change('evasion', 'a coding in the second line', ['src/a.py', '#!/usr/bin/python\nx = 1\n', '#!/usr/bin/python\n# vim: set fileencoding=rot13 :\nx = 1\n'], true),
  change('evasion', 'a coding that takes effect by what goes', ['src/a.py', 'x = 1\ny = 1\n# coding: utf_7\n', '# coding: utf_7\n'], true),
  change('evasion', 'a lone carriage return in Python', ['src/a.py', 'x = 1\n', 'x = 1\n# y\rimport os\n'], true),
  change('evasion', 'a lone carriage return in C++', ['src/a.cpp', 'int x;\n', 'int x;\n// y\rint system(const char*);\n'], true),
  change('evasion', 'a line separator in TypeScript', ['src/a.ts', 'export const x = 1\n', 'export const x = 1\n// y\u2028process.exit(0)\n'], true),
  change('evasion', 'a form feed in Python', ['src/a.py', 'x = 1\n', 'x = 1\nif x:\n    y = 1\f    z = 2\n'], true),
  change('deny', 'a table emptied in SQL', ['db/1.sql', 'select 1;\n', 'select 1;\nTRUNCATE users;\n']),
  change('deny', 'every row deleted in SQL', ['db/1.sql', 'select 1;\n', 'select 1;\nDELETE FROM users;\n']),
  change('allow', 'one row deleted in SQL', ['db/1.sql', 'select 1;\n', 'select 1;\nDELETE FROM users WHERE id = 7;\n']),
  change('evasion', 'a condition taken away in SQL', ['db/1.sql', 'DELETE FROM users\nWHERE id = 1;\n', 'DELETE FROM users\n;\n']),
  change('evasion', 'a condition that always holds in SQL', ['db/1.sql', 'select 1;\n', 'select 1;\nDELETE FROM users WHERE 1;\n']),
  change('evasion', 'a comment that a database runs', ['db/1.sql', 'select 1;\n', 'select 1;\n/*!50000 DROP TABLE users */;\n']),
  change('evasion', 'every row overwritten in SQL', ['db/1.sql', 'select 1;\n', "select 1;\nUPDATE users SET name = 'where';\n"]),
  ...additions('src/guard.js', js, {
    allow: { 'a guard that looks': 'export const isAdmin = (user) => user.roles.includes(role)', 'a mode': "import { mode } from './mode.js'\nexport const ownOnly = 0o600" },
    deny: { 'a guard for everybody': 'export const isAdmin = () => true', 'a token without a signature': "export const header = { alg: 'none' }", 'every row in a program': "export const clear = (db) => db.run('DELETE FROM users WHERE 1=1')", 'a short password': "const password = 'hunter2'" },
    evasion: { 'a guard that returns yes': 'export function isAuthorized(user) {\n  return !0\n}', 'a token that is not asked': 'export const read = (jwt, token) => jwt.verify(token, null)', 'a condition of its own value': "export const clear = (db) => db.run('DELETE FROM users ' + 'WHERE id = id')", 'no check of names': 'export const options = { checkServerIdentity: () => undefined }' },
  }),
  ...additions('src/guard.py', 'one = 1\n', { allow: {}, deny: { 'rights for everybody': 'permission_classes = []', 'a mode for everybody': '\n\ndef free(os, p):\n    os.chmod(p, 0o777)' }, evasion: { 'rights for anybody': 'permission_classes = [AllowAny]', 'a mode in another number': '\n\ndef free(os, p):\n    os.chmod(p, 511)', 'a password with a type': 'db_password: str = "s3cret!"', 'a check that is a number': '\n\ndef get(session, url):\n    return session.get(url, verify=0)' } }),
  ...additions('src/guard.cpp', 'int one = 1;\n', { allow: {}, deny: { 'a check for everybody': 'bool verifySignature(const char* m) { return true; }', 'a password': 'const char password[] = "hunter2";' }, evasion: { 'an option by its number': 'void f(void* c) { curl_easy_setopt(c, (CURLoption)64, 0L); }', 'a password in braces': '#include <string>\nstd::string api_key{"abc!123"};' } }),
]
