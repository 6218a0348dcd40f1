import { describe, expect, it } from 'vitest'
import { addedLines } from '../added-lines.ts'
import { textFindings } from './text-findings.ts'

const base = 'export const one = 1\n'
const rules = (text: string, path = 'src/a.js', before = base): readonly string[] => {
  const after = `${before}${text}\n`
  return textFindings([{ path, before, after, addedLines: addedLines(before, after), isProtected: false, problem: null }]).map(({ rule }) => rule)
}
const token = `ghp_${'a1B2'.repeat(9)}`

/** What is caught plainly, and what is caught in disguise. */
const caught: readonly (readonly [rule: string, texts: readonly string[]])[] = [
  ['adds-secret', ['const k = "-----BEGIN PRIVATE KEY-----"', '-----BEGIN PGP PRIVATE KEY BLOCK-----', "id = 'AKIAQ3EGPX7ZK2MNWB5T'", 'ASIAQ3EGPX7ZK2MNWB5T', `x("${token}")`, `t = 'npm_${'aB3d'.repeat(9)}'`, `k = 'sk_live_${'a1b2c3'.repeat(5)}'`, `g = "AIza${'aB3-x'.repeat(7)}"`, `j = "eyJ${'a'.repeat(12)}.eyJ${'b'.repeat(12)}.${'c'.repeat(12)}"`]],
  ['adds-secret', ["id = 'AKIA' + 'Q3EGPX7ZK2MNWB5T'", 'char id[] = "AKIAQ3EG" "PX7ZK2MNWB5T";', "const id = ['AKIAQ3EG', 'PX7ZK2MNWB5T'].join('')", `const t = 'ghp_' +\n  '${'a1B2'.repeat(9)}'`, "k = '-----BEGIN RSA ' +\n  'PRIVATE KEY-----'"]],
  ['looks-like-secret', ["const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'", 'PASSWORD = "Tr0ub4dor&3xKcd9"', '{ "apiKey": "9fJ2kLmQ8rTvXz41" }', 'api_key: str = "9fJ2kLmQ8rTvXz41"', 'login(token="9fJ2kLmQ8rTvXz41")']],
  ['destroys-data', ["db.run('DROP TABLE users')", 'q = "drop database if exists main"', "sql('TRUNCATE TABLE logs')", 'execute("DELETE FROM users")', 'DELETE FROM users;', 'await client.dropDatabase()', "exec('rm -rf /var/data')"]],
  ['destroys-data', ["db.run('DROP/**/TABLE users')", "db.run('DROP  \tTABLE users')", "db.run('dr' + 'op table users')", 'run("DROP "\n    "TABLE users")', "db.run('Drop Table `users`')", "sh('rm -fr ~')"]],
  ['weakens-protection', ['const agent = new Agent({ rejectUnauthorized: false })', 'requests.get(url, verify=False)', 'ctx.check_hostname = False', 'curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0);', "ssh('-o StrictHostKeyChecking=no')", "run('iptables -F')", "run('ufw disable')", "run('chmod 777 /etc')", '@csrf_exempt', 'jwt.decode(t, options={"verify_signature": False})']],
  ['weakens-protection', ['const o = { rejectUnauthorized: !1 }', "o['rejectUnauthorized'] = 0", 'requests.get(url, verify = False)', "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'", "run('iptables ' + '--flush')", 'ssl._create_unverified_context()', "sign(x, { algorithm: 'none' })", "run('ip6tables -P INPUT ACCEPT')"]],
  ['runs-text', ["setTimeout('f()', 1)", "setInterval(`f()`, 1)", "import('data:text/javascript,1')", "import x from 'https://example.com/x.js'"]],
  ['runs-text', ["setTimeout ( ('f()'), 1)", "setTimeout(\n  'f()', 1)", "await import(\n'blob:x')", "import 'data:text/javascript,1'"]],
  ['word-in-pieces', ["const k = 'constr' + 'uctor'", "const k = 'ev' + 'al'", "__import__('sub' 'process')"]],
  ['word-in-pieces', ["const k = 'con' +\n  'struc' +\n  'tor'", "const k = ['e', 'v', 'a', 'l'].join('')", 'const k = `__pro` + "to__"', "/* ' */ const k = 'ev' + 'al'", "const q = /'/, k = 'ev' + 'al'", "const k = 'ev'.concat('al')", "const k = ('ev') + ('al')", "const k = 'ev' /* x */ + 'al'", 'k = "sys" r"tem"', "const k = 'e' + ('v' + 'a') + 'l' // don't"]],
]

describe('harmful text', () => {
  it.each(caught.flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const)))('%s: %j', (rule, text) => expect(rules(text)).toContain(rule))

  it.each([
    ["const tokens = text.split(' ')"], ['const secret = lookup(name)'], ["const password = 'correct horse battery staple'"], ["const tokenKind = 'authorization'"], ["const key = 'some-long-identifier-of-a-thing'"], ["throw new Error('the token is missing')"],
    ["const apiKeyHeader = 'x-api-key-for-requests'"], ["db.run('DELETE FROM users WHERE id = ?', id)"], ['list.drop(1); table.view()'], ['// removes the index of the list, drop the rest'], ['const agent = new Agent({ rejectUnauthorized: true })'],
    ['verify(x)'], ['requests.get(url, verify=path)'], ['setTimeout(f, 1)'], ['setTimeout(() => f("x"), 1)'], ["import x from './data.js'"], ["const a = 'con' + name + 'tor'"], ["const list = ['eval', 'other']"], ["const s = 'a' + 'b'"], ["const kinds = ['import', 'export', 'require']"], ["run('system', 'exec')"], ["it's a process; it's not"], ["const a = { eval: 'x', exec: 'y' }"], ['chmod(file, 0o644)'],
    ["const example = 'AKIA is how such an id begins'"], ['const publicKey = "-----BEGIN PUBLIC KEY-----"'],
  ])('lets %j pass', (text) => expect(rules(text)).toEqual([]))

  it.each([
    ['// users may drop table rows that are stale'], ['# drop user agents we do not know'], ['// drop index column'], ['/* then drop view of it */'], ['def get(url, verify=False):\n    return url', 'src/a.py'], ['def get(url: str,\n        verify=False) -> str: ...', 'src/a.py'],
    ['Never set `rejectUnauthorized: false`, and never `DROP TABLE users;`.', 'docs/security.md'], ["const id = 'AKIAIOSFODNN7EXAMPLE'"], ["const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'"],
    ["const jwt = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c'"], ["const isKey = t.startsWith('-----BEGIN PRIVATE KEY-----')"], ["const TOKEN_STORAGE_KEY = 'myAppAuthTokenV2Storage'"],
    ['int x; // what (really??) \\u0041', 'src/a.cpp'], ['/* (really??) */', 'src/a.cpp'], ['int x = a / b; /* \\u0041', 'src/a.cpp'],
  ])('lets talk of harm pass: %j', (text, path = 'src/a.js') => expect(rules(text, path)).toEqual([]))

  it.each([
    ['destroys-data', 'drop table rows', 'migrations/1.sql'], ['destroys-data', 'const q = `\n  drop table users\n`'], ['destroys-data', '"""\nDROP TABLE users\n"""', 'src/a.py'], ['destroys-data', "q('select 1; drop table users cascade')"], ['destroys-data', "q('begin drop table users')"], ['destroys-data', "q('drop table ' + name)"],
    ['destroys-data', '`\n-- x\n drop table users -- y\n`'], ['destroys-data', "q('select 1 drop table users select 2')"], ['destroys-data', 'DROP TABLE users', 'bin/run.txt'], ['weakens-protection', 'def get(url): return requests.get(url, verify=False)', 'src/a.py'],
    ['weakens-protection', 'def get(x=requests.get(u, verify=False)): pass', 'src/a.py'], ['weakens-protection', 'const o = { rejectUnauthorized: false }', 'docs/conf.js'],
    ['adds-secret', "const id = 'AKIAIOSFODNN7EXAMPLF'"], ['adds-secret', `const isKey = t.startsWith('-----BEGIN PRIVATE KEY-----')\nconst rest = '${'MIIEvQIBADANBgkq'.repeat(4)}'`], ['looks-like-secret', "const TOKEN = 'myApp9fJ2kLmQ8rTvXz41Storage'"],
    ['hidden-spelling', 'const char* s = "//"; int sys\\u0074em();', 'src/a.cpp'], ['hidden-spelling', '/* x */ int sys\\u0074em();', 'src/a.cpp'], ['hidden-spelling', 'int x; // really??/', 'src/a.cpp'], ['hidden-spelling', 'int a = b??(1); // c', 'src/a.cpp'],
  ])('%s is no talk: %j', (rule, text, path = 'src/a.js') => expect(rules(text, path)).toContain(rule))

  it('says nothing about what was there before', () => {
    expect(rules('const two = 2', 'src/a.js', `${base}const id = 'AKIAQ3EGPX7ZK2MNWB5T'\n`)).toEqual([])
  })

  it.each(['int sy\\u0073tem(const char*);', 'int x; // ??/', 'int go() { return sys\\\ntem("ls"); }', 'int a = sys??/\ntem;', 'int \\U00000073ystem();'])('finds how C and C++ hide a spelling: %j', (text) => {
    expect(rules(text, 'src/a.cpp')).toContain('hidden-spelling')
    expect(rules(text, 'src/a.txt')).not.toContain('hidden-spelling')
  })

  it.each(['const char* s = "caf\\u00e9";', '#define A(x) \\\n  f(x)', 'auto b = a ? c : d; // really??', '#define LONG one + \\\ntwo'])('lets ordinary C++ pass: %j', (text) => expect(rules(text, 'src/a.cpp')).toEqual([]))

  it.each([
    "'a' + ", '/* ', 'secret = ', 'drop ', 'dd ', '"\\"', "token", '-eyJ', '\n', 'import ( ', "don't ", '-----BEGIN A ', "'e'+", 'delete from a ', '`', "' + ", "'(", "' '", 'rm    ', 'password    :    ',
  ])('takes no long time for many of %j', (piece) => {
    const started = performance.now()
    rules(piece.repeat(Math.floor(60_000 / piece.length)))
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
