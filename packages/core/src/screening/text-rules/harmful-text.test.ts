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

/** The same for what more is known of each kind. */
const caughtToo: readonly (readonly [rule: string, texts: readonly string[]])[] = [
  ['destroys-data', ["q('DELETE FROM users WHERE 1')", "q('DELETE FROM users WHERE 1=1')", "q('delete from users where true')", 'q("DELETE FROM users WHERE id = id")', "q('DELETE FROM users WHERE \\'a\\'=\\'a\\'')".replaceAll("\\'", "''").replace("q('", 'q("').replace("')", '")').replaceAll("''", "'"), "q('DELETE FROM t WHERE 1 < 2')", 'users.deleteMany({})', 'users.deleteMany()', 'User.objects.all().delete()', 'User.destroy({ where: {} })', 'redis.flushall()', "redis.call('FLUSHALL')", 'metadata.drop_all(engine)', "q('ALTER TABLE users DROP COLUMN name')", "fs.rmSync('/', { recursive: true })", 'git push origin main --force']],
  ['destroys-data', ["q('DELETE FROM users ' + 'WHERE 1=1')", 'q("DELETE FROM users "\n  "WHERE id IS NOT NULL")', "q('DELETE FROM users WHERE (1=1)')", "q('DELETE FROM users WHERE NOT 1 <> 1')".replace('NOT 1 <> 1', 'not 1'), "q('DELETE/**/FROM users/**/WHERE/**/true')"]],
  ['weakens-protection', ['s.verify = False', 'requests.get(u, verify=0)', 'requests.get(u, verify=None)', 'ctx.verify_mode = 0', 'ssl._create_default_https_context = f', 'ctx.set_verify_mode(asio::ssl::verify_none);', 'socket.setPeerVerifyMode(QSslSocket::VerifyNone);', 'const o = { checkServerIdentity: () => undefined }', 'npm config set strict-ssl false', 'curl -sk https://a.example'.replace('-sk', '-s -k'), 'wget --no-check-certificate u', 'git -c http.sslVerify=false pull', 'pip install --trusted-host a b', 'curl_easy_setopt(c, (CURLoption)64, 0L);', 'client.set_missing_host_key_policy(paramiko.AutoAddPolicy())']],
  ['weakens-protection', ["const header = { alg: 'none' }", 'jwt.decode(t, key, algorithms=["HS256", "none"])', 'jwt.verify(token, null)', "jwt.verify(token, '', options)", 'jwt.decode(t, options={"verify_exp": False})', "jwt.verify(t, k, { ignoreExpiration: true })", 'permission_classes = [AllowAny]', 'permission_classes = []', 'const options = { requireAuth: false }', 'skip_auth = True', 'PermitRootLogin yes', 'deploy ALL=(ALL) NOPASSWD: ALL', 'host all all 0.0.0.0/0 trust']],
  ['weakens-protection', ['const isAdmin = () => true', 'function isAuthorized(user) { return true }', 'def has_permission(self, request):\n    return True', 'bool verifySignature(const Message& m) { return true; }', 'check_password = lambda user, word: True', 'const canAccess = async (user) => (true)', 'function verifyToken(token: string): boolean {\n  return !0\n}', 'def check_token(t) -> bool: return True']],
  ['weakens-protection', ['iptables -A INPUT -j ACCEPT', 'iptables -D INPUT 1', 'ufw default allow incoming', 'systemctl stop firewalld', 'systemctl disable --now ufw', 'SELINUX=disabled', 'nft add rule inet filter input accept', 'cidr_blocks = ["0.0.0.0/0"]', 'Set-NetFirewallProfile -Enabled False']],
  ['weakens-protection', ['chmod +s /usr/bin/x', 'chmod u+s x', 'chmod 4755 x', 'chmod -R 0777 .', "fs.chmodSync(f, 0o777)", 'os.chmod(f, 0o4755)', "fs.chmod(f, '777', g)", 'chmod(f, S_ISUID | S_IRWXU);', 'os.chmod(f, 511)', 'umask(0)', 'umask 000', 'setuid(0);', 'setcap cap_net_admin+ep x', 'fs::permissions(p, fs::perms::all);', 'chmod 666 /dev/kvm', 'os.chmod(f, stat.S_IRWXU | stat.S_IWOTH)']],
]

describe('harmful text of more kinds', () => {
  it.each(caughtToo.flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const)))('%s: %j', (rule, text) => expect(rules(text)).toContain(rule))

  it.each([
    ["q('DELETE FROM users WHERE id = ?')"], ['DELETE FROM t WHERE a = b'.replace(/^/, "q('").concat("')")], ['element.remove()'], ['list.remove(x)'], ['int verify = 0;'], ['def get(url, verify=None):\n    return url', 'src/a.py'], ['os.chmod(f, 0o644)'], ["fs.chmodSync(f, 0o755)"], ['chmod(p, 0644);'], ['umask 022'], ['umask(0o077)'], ['chmod 755 x'], ['chmod +x x'], ['const isEmpty = () => true'],
    ['function isAuthorized(user) { return user.roles.includes(role) }'], ['const canAccess = (user) => user.admin'], ['const hasTokens = tokens.length > 0'], ['def has_permission(self, request):\n    return request.user.is_staff', 'src/a.py'], ["const options = { requireAuth: true }"], ['// drop column headers of the table'], ['const alg = header.alg'], ["jwt.verify(token, key, { algorithms: ['RS256'] })"], ['permission_classes = [IsAuthenticated]'], ['const insecureOrigins = []'], ['setuid(user);'], ['curl -fsSL https://a.example'], ['git push origin main --force-with-lease'], ['const isLoggedIn = computed(() => true && user.value)'],
  ])('lets %j pass', (text, path = 'src/a.js') => expect(rules(text, path)).toEqual([]))
})

describe('files of SQL', () => {
  const found = (before: string | null, after: string): readonly string[] => textFindings([{ path: 'db/1.sql', before, after, addedLines: addedLines(before, after), isProtected: false, problem: null }]).map(({ rule, line }) => `${rule}:${line}`)

  it.each([['DROP TABLE users;'], ['TRUNCATE users;'], ['DELETE FROM users;'], ['delete\nfrom users\n;'], ['DELETE FROM users WHERE 1;'], ['DELETE FROM users WHERE 1 = 1'], ["DELETE FROM users WHERE 'a'='a'"], ['UPDATE users SET admin = 1;'], ['ALTER TABLE users DROP COLUMN name;'], ['ALTER TABLE users DROP name;'], ['select 1; /* x */ drop/**/table users'], ['DELETE FROM users -- WHERE id = 1\n;'], ["DELETE FROM users /* WHERE id = 1 */;"], ['with a as (select 1) delete from users'], ['DROP SCHEMA public CASCADE;'], ['DELETE FROM users WHERE true;'], ['GRANT ALL ON a TO PUBLIC;'], ["UPDATE users SET a = 'where x'"], ['DELETE FROM users WHERE id = id;'], ['/*!50000 DROP TABLE users */;'], ['DO $$ BEGIN DROP TABLE users; END $$;'], ["EXECUTE IMMEDIATE 'DROP TABLE users';"], ['# x\nTRUNCATE users;'], ['\\\\c db\nTRUNCATE users;'], ['select 1\nTRUNCATE TABLE users\nGO'], ['select 1\nDELETE FROM users\nGO']])('%j is caught', (text) => expect(found('select 1;\n', `select 1;\n${text}\n`)).toContainEqual(expect.stringMatching(/^destroys-data/)))

  it('a condition taken away is what makes a statement destroy', () => {
    expect(found('DELETE FROM users\nWHERE id = 1;\n', 'DELETE FROM users\n;\n')).toEqual(['destroys-data:1'])
    expect(found('UPDATE users\nSET a = 1\nWHERE id = 1;\nselect 2;\n', 'UPDATE users\nSET a = 1\n-- WHERE id = 1\n;\nselect 2;\n')).toEqual(['destroys-data:1'])
  })

  it.each([["DELETE FROM users WHERE id = 7;"], ['CREATE TABLE a (b int);'], ["INSERT INTO a VALUES ('drop table users; delete from b');"], ['-- DROP TABLE users;'], ['/* TRUNCATE users; */ select 1;'], ['UPDATE users SET a = 1 WHERE id = 2;'], ['ALTER TABLE users DROP CONSTRAINT c;'], ['ALTER TABLE users ALTER COLUMN a DROP NOT NULL;'], ['DROP INDEX i;'.replace('INDEX', 'TRIGGER')], ['SELECT * FROM updates;'], ['ALTER TABLE a ADD b int;'], ['GRANT SELECT ON a TO reader;']])('%j passes', (text) => expect(found('select 1;\n', `select 1;\n${text}\n`)).toEqual([]))

  it.each(['/*', '/*!', "'", "''", '--', '#\n', 'delete from a ', 'as delete from x where ', 'with a ', "exec('", ';', '$$', "from '", '   ', '(', 'update a set ', "';'", 'where 1 = 1 ', '\\'])('takes no long time for many of %j', (piece) => {
    const started = performance.now()
    found(null, piece.repeat(Math.floor(400_000 / piece.length)))
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it.each(['update t set ', 'update a ', 'with x as (select 1) ', 'begin update x set a = 1 where ', 'delete from a where b ', 'alter table a drop default ', 'with ) delete '])('takes no long time for a statement of many %j', (piece) => {
    const started = performance.now()
    found(null, `update t set a = 1 ${piece.repeat(Math.floor(19_000 / piece.length))} where x = 2`)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it.each([
    ['update t set a = 1', true], ['update t set a = 1 where b = 2', false], ['with x as (select 1) update t set a = 1', true], ['with x as (select 1 where 2 = 3) update t set a = 1', true], ['begin update t set a = (select 1 where b) where c = 1', false], ['update t set a = 1 where b = 2 union set', true],
    ['with x as (select 1) update t set a = f(2) update', true], ['with x as (select 1 where a = b) delete from t', true], ['delete from t where a = 1 then delete from u', true], ['delete from t where a = 1 returning b', false], ['delete from t where true returning b', true], ['delete from t where a = b and 1 = 1', false], ['alter table t add x int', false], ['alter table t drop default, drop x', true],
  ])('%s', (text, isFound) => expect(found(null, text).some((rule) => rule.startsWith('destroys-data'))).toBe(isFound))

  it('what stood there before is not new', () => expect(found('DELETE FROM users;\nselect 1;\n', 'select 2;\n\nDELETE FROM   users;\n').filter((rule) => rule.endsWith(':1'))).toEqual([]))
})

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
    ['std::string s = "what??!";', 'src/a.cpp'], ["f('x', \"(??)\", \"??'\");", 'src/a.cpp'],
  ])('lets talk of harm pass: %j', (text, path = 'src/a.js') => expect(rules(text, path)).toEqual([]))

  it.each([
    ['destroys-data', 'drop table rows', 'migrations/1.sql'], ['destroys-data', 'const q = `\n  drop table users\n`'], ['destroys-data', '"""\nDROP TABLE users\n"""', 'src/a.py'], ['destroys-data', "q('select 1; drop table users cascade')"], ['destroys-data', "q('begin drop table users')"], ['destroys-data', "q('drop table ' + name)"],
    ['destroys-data', '`\n-- x\n drop table users -- y\n`'], ['destroys-data', "q('select 1 drop table users select 2')"], ['destroys-data', 'DROP TABLE users', 'bin/run.txt'], ['weakens-protection', 'def get(url): return requests.get(url, verify=False)', 'src/a.py'],
    ['weakens-protection', 'def get(x=requests.get(u, verify=False)): pass', 'src/a.py'], ['weakens-protection', 'const o = { rejectUnauthorized: false }', 'docs/conf.js'],
    ['adds-secret', "const id = 'AKIAIOSFODNN7EXAMPLF'"], ['adds-secret', `const isKey = t.startsWith('-----BEGIN PRIVATE KEY-----')\nconst rest = '${'MIIEvQIBADANBgkq'.repeat(4)}'`], ['looks-like-secret', "const TOKEN = 'myApp9fJ2kLmQ8rTvXz41Storage'"],
    ['hidden-spelling', 'const char* s = "//"; int sys\\u0074em();', 'src/a.cpp'], ['hidden-spelling', '/* x */ int sys\\u0074em();', 'src/a.cpp'], ['hidden-spelling', 'int x; // really??/', 'src/a.cpp'], ['hidden-spelling', 'int a = b??(1); // c', 'src/a.cpp'],
  ])('%s is no talk: %j', (rule, text, path = 'src/a.js') => expect(rules(text, path)).toContain(rule))

  it.each(['const char* s = "what??/";', 'f("a") ??! g("b");', '/* " */ ??=define x "', '" ??! f("a"', "f('\"') ??! g('\"');", 'f(R"(")") ??! g("");', 'f("a??!b\\', '  " ??! g("a', 'f("a??!b"); // "'])('a trigraph that no text surely holds: %j', (text) => expect(rules(text, 'src/a.cpp')).toContain('hidden-spelling'))

  it('says nothing about what was there before', () => {
    expect(rules('const two = 2', 'src/a.js', `${base}const id = 'AKIAQ3EGPX7ZK2MNWB5T'\n`)).toEqual([])
  })

  it.each(['int sy\\u0073tem(const char*);', 'int x; // ??/', 'int go() { return sys\\\ntem("ls"); }', 'int a = sys??/\ntem;', 'int \\U00000073ystem();', '#\\\nundef CHECK', '# \\\n undef CHECK', '%:undef CHECK', '  %: define CHECK(x)', '/* a */ %:define CHECK(x)', '# /**/ include "x.txt"', '#/* a\n*/undef CHECK', '#\fundef CHECK', '%:pragma GCC optimize("fast-math")', 'int f() <% return 1; %>', 'int x = list<:0:>;', '#define A(a, b) a %:%: b', 'auto s = R"(")"; int f() <% return 1; %>'])('finds how C and C++ hide a spelling: %j', (text) => {
    expect(rules(text, 'src/a.cpp')).toContain('hidden-spelling')
    expect(rules(text, 'src/a.txt')).not.toContain('hidden-spelling')
  })

  it.each(['const char* s = "caf\\u00e9";', '#define A(x) \\\n  f(x)', 'auto b = a ? c : d; // really??', '#define LONG one + \\\ntwo', 'const char* s = "<%= x %>";', 'std::vector<::a> b;', '// 90%: good', '/*\n * in 90%: good */', '#define A(x) #x', 'printf("%d%%: %s", a % b, c);'])('lets ordinary C++ pass: %j', (text) => expect(rules(text, 'src/a.cpp')).toEqual([]))

  it.each([
    "'a' + ", '/* ', 'secret = ', 'drop ', 'dd ', '"\\"', "token", '-eyJ', '\n', 'import ( ', "don't ", '-----BEGIN A ', "'e'+", 'delete from a ', '`', "' + ", "'(", "' '", 'rm    ', 'password    :    ',
  ])('takes no long time for many of %j', (piece) => {
    const started = performance.now()
    rules(piece.repeat(Math.floor(60_000 / piece.length)))
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
