import { describe, expect, it } from 'vitest'
import { redacted } from '../../evaluation/without-secrets.ts'
import { addedLines } from '../../screening/added-lines.ts'
import type { ChangedFile } from '../../screening/changed-file.ts'
import { secretFindings } from '../../screening/secret-findings.ts'
import { textFindings } from '../../screening/text-rules/text-findings.ts'
import { createSecretlintScanner } from './secretlint-scanner.ts'

const scanner = createSecretlintScanner()
const file = (before: string | null, after: string, path = 'src/a.js'): ChangedFile => ({ path, before, after, addedLines: addedLines(before, after), isProtected: false, problem: null })
const rules = async (before: string | null, after: string, path = 'src/a.js'): Promise<readonly string[]> => {
  const text = textFindings([file(before, after, path)])
  return [...text, ...(await secretFindings([file(before, after, path)], scanner, text))].map(({ rule, line }) => `${rule}:${line}`)
}
const github = `ghp_${'a1B2'.repeat(9)}`
const slack = 'https://hooks.slack.com/services/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'
const sendgrid = `SG.${'a1B2c3D4e5F6g7H8i9J0k1'}.${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V'}`

describe('secrets on added lines', () => {
  it.each([
    ['a web hook', `post('${slack}')`], ['a key of a mail service', `const k = '${sendgrid}'`], ['a database', "const url = 'postgres://app:s3cr3tW0rd@db.acme.io:5432/main'"], ['a token', `const t = '${github}'`], ['a token in pieces', `const t = '${sendgrid.slice(0, 10)}' + '${sendgrid.slice(10)}'`],
    ['a token in a comment that switches rules off', `// secretlint-disable\nconst k = '${sendgrid}'\n// secretlint-enable`], ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEvQIBADANBgkq'.repeat(20)}\n-----END RSA PRIVATE KEY-----`], ['an npm token', `//registry.npmjs.org/:_authToken=npm_${'aB3d'.repeat(9)}`],
  ])('%s', async (_, text) => expect((await rules('a()\n', `a()\n${text}\n`)).filter((rule) => rule.startsWith('adds-secret'))).toHaveLength(1))

  it('names the line, in a whole new file as well', async () => {
    expect(await rules(null, `a()\nb()\nconst k = '${sendgrid}'\n`)).toContain('adds-secret:3')
    expect(await rules('a()\nb()\n', `a()\n'${slack}'\nb()\n`)).toEqual(['adds-secret:2'])
  })

  it.each([
    ['what moves', `'${slack}'\na()\n`, `a()\nf('${slack}')\n`], ['a database of one\'s own', 'a()\n', "a()\nconst url = 'postgres://user:password@localhost:5432/app'\n"], ['one by the name of a service', 'a()\n', "a()\nurl = 'mysql://root:toor@db:3306/x'\n"], ['a placeholder', 'a()\n', 'a()\nhook = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"\n'], ['a template', 'a()\n', 'a()\nconst url = `postgres://${user}:${password}@${host}/x`\n'], ['ordinary code', 'a()\n', 'a()\nconst b = hash("0123456789abcdef0123456789abcdef")\n'],
  ])('%s is none', async (_, before, after) => expect((await rules(before, after)).filter((rule) => rule.startsWith('adds-secret'))).toEqual([]))
})

describe('passwords that are plain', () => {
  it.each([
    ["const password = 'hunter2'"], ["const dbPassword = 'Pa$word!'"], ["PASSWORD = 'admin123'", 'a.py'], ["db_password: str = 's3cret'", 'a.py'], ["connect(password='hunter2')", 'a.py'], ['const char password[] = "hunter2";', 'a.cpp'], ['std::string api_key{"abc123"};', 'a.cpp'], ['#define DB_PASSWORD "hunter2"', 'a.cpp'], ['std::string password("p@ss");', 'a.cpp'], ['{ "password": "hunter2" }', 'a.json'], ["const secret: string = 'abc!def'", 'a.ts'], ["auth_token = r'tok-1!'", 'a.py'], ['client_secret = b"x9y8z7"', 'a.py'], ['const auto secret = "k3y!";', 'a.cpp'],
  ])('%s', async (text, path = 'src/a.js') => expect(await rules('', `${text}\n`, path)).toContain('looks-like-secret:1'))
  it.each([
    ["const password = 'password'"], ["label = { password: 'Password' }"], ["t('form.password.min8')"], ["const passwordField = 'user-password-2'"], ["password: 'errors.password.tooShort2'"], ["const secret = process.env.SECRET"], ["getPassword('user1')"], ["const password = 'changeme'"], ["password = '<password>'"], ["const password = `${a}${b}`"], ['type="password" name="x1"'], ["const privateKey = 'rsa-2048'"], ["secret: 'sha256'"], ["input('Password', 'abc1')"], ["const apiKey = 'X-Api-Key'"], ["throw new Error('wrong password')"], ['const password = "correct horse battery staple"'],
  ])('%s is none', async (text) => expect(await rules('', `${text}\n`)).toEqual([]))
  it('documents may show how it is done', async () => expect(await rules('', "password = 'hunter2'\n", 'README.md')).toEqual([]))
})

describe('secrets in what is printed', () => {
  it('are left out wherever they stand, and everything else stays', async () => {
    const facts = { tail: `start\nusing ${github}\nend`, runs: [{ name: `works with ${github}`, ms: 3, ok: true, digest: 'a'.repeat(64) }], nothing: null, other: 'no secret here at all', hook: `x ${slack} y`, aws: 'id AKIAQ3EGPX7ZK2MNWB5T.' }
    const clean = await redacted(facts, scanner)
    expect(JSON.stringify(clean)).not.toMatch(/ghp_|hooks\.slack|AKIA/)
    expect(clean).toMatchObject({ tail: expect.stringMatching(/^start\nusing \[.* left out\]\nend$/), runs: [{ ms: 3, ok: true, digest: 'a'.repeat(64) }], nothing: null, other: facts.other })
    const { runs: [run] } = clean as typeof facts
    expect(run?.name).toMatch(/^works with \[.* left out\]$/)
  })
  it('are rewritten the same way each time', async () => {
    const name = `works with ${github}`
    const [a, b] = [(await redacted({ name, tail: name }, scanner)) as { name: string; tail: string }, (await redacted({ name, more: 'x'.repeat(50) }, scanner)) as { name: string }]
    expect(a.name).toBe(a.tail)
    expect(a.name).toBe(b.name)
  })
  it('what holds none is the same value', async () => {
    const facts = { tail: 'ok 1 - works\n# pass 1', list: [1, 2] }
    expect(await redacted(facts, scanner)).toBe(facts)
  })
  it('two names that differ in nothing else stay two', async () => {
    const clean = await redacted({ a: `works with ${github}`, b: `works with ${github.slice(0, -1)}Z` }, scanner)
    expect(clean.a).not.toBe(clean.b)
    expect(JSON.stringify(clean)).not.toContain('ghp_')
  })
  it('a key that is cut short before another text is left out, and what follows stays', async () => {
    const clean = await redacted({ tail: `a\n-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkq'.repeat(20)}`, other: 'some other fact of the run' }, scanner)
    expect(JSON.stringify(clean)).not.toContain('MIIEv')
    expect(clean.other).toBe('some other fact of the run')
  })
  it('one more than is counted does not stay', async () => {
    const one = (number: number): string => `SG.${'a1B2c3D4e5F6g7H8i9J0k1'}.${String(number).padStart(4, '0')}${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T'}`
    const many = Array.from({ length: 230 }, (_, number) => one(number))
    expect(JSON.stringify(await redacted({ many: many.map((key) => `uses ${key}`), other: 'some other fact of the run' }, scanner))).not.toContain('SG.')
    const clean = await redacted({ tail: many.join('\n'), other: 'some other fact of the run' }, scanner)
    expect(clean.tail).not.toContain('SG.')
    expect(clean.other).toBe('some other fact of the run')
  })
  it('a private key goes to its end', async () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkq'.repeat(20)}\n-----END PRIVATE KEY-----`
    expect(JSON.stringify(await redacted({ tail: `a\n${key}\nb` }, scanner))).not.toContain('MIIEv')
    expect(JSON.stringify(await redacted({ tail: `a\n-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkq'.repeat(20)}` }, scanner))).not.toContain('MIIEv')
  })
})

it.each(['secret = "', 'ghp_', '-----BEGIN PRIVATE KEY-----', 'postgres://a:b@', 'https://hooks.slack.com/services/', 'password:', "password '", 'eyJ', 'AKIA', 'SG.', '"', 'sk-'])('takes no long time for many of %j', async (piece) => {
  const text = piece.repeat(Math.floor(200_000 / piece.length))
  const started = performance.now()
  await scanner.scan(text, 'a.js')
  await rules('', text.slice(0, 60_000))
  expect(performance.now() - started).toBeLessThan(6_000)
})
