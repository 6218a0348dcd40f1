import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeTarget, ratchet, shellTarget, type Outcome, type Target, type Verdict } from '../target.ts'

const rules = `version: 1
immutable_constraints:
  - id: no-markers
    statement: Notes of that kind are kept outside of the source.
    when: added.exists(l, l.text.contains("FORBIDDEN"))
    examples: [{ deny: { added: [{ text: FORBIDDEN }] } }, { allow: {} }]
supervised_operations:
  - id: slight-gains
    statement: People look at gains below a half.
    when: effect.proven && effect.estimate < 1.5
    examples: [{ ask: { effect: { estimate: 1.1 } } }, { allow: {} }]
autonomous_operations:
  - id: the-figure
    statement: The figure alone is changed freely.
    when: paths.all(p, p == "src/cost")
    requires: [tests-pass, no-regression, benchmark-gain]
`

const configured = `${String(shellTarget['ratchet.yaml'])}constitution: constitution.yaml\n`

interface Governed extends Target {
  readonly user: string
  readonly as: (...args: readonly string[]) => Promise<Outcome>
  readonly judge: (revision?: string) => Promise<{ readonly code: number | null; readonly document: Verdict & { readonly policy: { readonly decision: string; readonly before: string; readonly consentLevel: number; readonly rules: readonly string[] } | null } }>
}

async function governed(files: Readonly<Record<string, string>> = { 'constitution.yaml': rules }): Promise<Governed> {
  const user = await mkdtemp(path.join(os.tmpdir(), 'ratchet-user-'))
  const target = await makeTarget({ ...shellTarget, 'ratchet.yaml': configured, ...files })
  onTestFinished(async () => {
    await rm(user, { recursive: true, force: true })
    await target[Symbol.asyncDispose]()
  })
  const as = (...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: user } })
  const judge: Governed['judge'] = async (revision = 'HEAD') => {
    const { code, stdout } = await as('evaluate', revision, '--json')
    return { code, document: JSON.parse(stdout) as never }
  }
  return { ...target, user, as, judge }
}

describe('a change under a constitution', { timeout: 240_000 }, () => {
  it('is accepted where an autonomous operation covers it and the facts are there', async () => {
    const target = await governed()
    await target.commit({ 'src/cost': '50\n' })
    const { code, document } = await target.judge()
    expect([code, document.verdict, document.policy]).toMatchObject([0, 'accepted', { decision: 'allow', before: 'accepted', rules: ['the-figure'] }])
    expect(await target.as('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 verdicts follow from their facts') })
  })

  it('is asked about where a rule on evidence says so, and where no rule covers it', async () => {
    const target = await governed()
    await target.commit({ 'src/cost': '80\n' })
    const slight = await target.judge()
    expect([slight.code, slight.document.verdict, slight.document.policy]).toMatchObject([5, 'approval-required', { decision: 'ask', rules: ['slight-gains'], consentLevel: 2 }])
    await target.commit({ 'src/cost': '30\n', 'src/answer': 'echo "$(( 2 * $1 ))"\n' })
    const uncovered = await target.judge()
    expect([uncovered.code, uncovered.document.policy]).toMatchObject([5, { decision: 'ask', rules: ['default'] }])
    expect((await target.as('verify')).code).toBe(0)
    // A question is not an answer.
    expect(await target.as('apply', uncovered.document.id, '--branch', 'later')).toMatchObject({ code: 5, stdout: expect.stringContaining('needs 1 approval') })
  })

  it('is denied before it runs where it breaks an immutable constraint, or touches the constitution', async () => {
    const target = await governed()
    await target.commit({ 'src/cost': '50\n', 'src/note': 'FORBIDDEN\n' })
    const denied = await target.judge()
    expect([denied.code, denied.document.reasons]).toMatchObject([3, [{ code: 'constitution', message: expect.stringContaining('no-markers') }]])
    expect(denied.document.sandbox.tier).toBeNull()
    const baseline = await target.git('rev-parse', 'HEAD')
    await target.commit({ 'src/cost': '20\n', 'constitution.yaml': rules.replace('FORBIDDEN', 'NOTHING') })
    const { stdout, code } = await target.as('evaluate', 'HEAD', '--baseline', baseline, '--json')
    expect([code, (JSON.parse(stdout) as Verdict).reasons[0]?.code]).toEqual([3, 'protected-path'])
  })
})

describe('a signed constitution', { timeout: 240_000 }, () => {
  it('is known by its key from then on: unsigned, changed or signed by another one, it stops everything that judges or applies', async () => {
    const target = await governed()
    expect((await target.as('status')).stdout).toContain('unsigned')
    expect(await target.as('constitution', 'sign', '--new-key')).toMatchObject({ code: 0, stdout: expect.stringContaining('ed25519:') })
    // Not committed yet: the commit that judges carries no signature.
    await target.write({ 'src/cost': '50\n' })
    await target.git('add', 'src/cost')
    await target.git('commit', '--quiet', '-m', 'faster')
    expect(JSON.parse((await target.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-unsigned', remedy: expect.stringContaining('ratchet constitution sign') } })
    await target.commit({}, 'signature')
    await target.commit({ 'src/cost': '20\n' })
    const { document } = await target.judge()
    expect(document.verdict).toBe('accepted')
    expect((await target.as('status')).stdout).toContain('signed')
    expect((await target.as('apply', document.id, '--branch', 'ready')).code).toBe(0)
    await target.commit({ 'constitution.yaml': `${rules}# weaker\n` })
    await target.commit({ 'src/cost': '10\n' })
    expect(JSON.parse((await target.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-changed' } })
    expect((await target.as('run', '--once', '--seed', '1')).code).toBe(2)
    expect((await target.as('status')).stdout).toContain('refused')
    await target.commit({ 'ratchet.yaml': String(shellTarget['ratchet.yaml']) })
    await target.commit({ 'src/cost': '5\n' })
    expect(JSON.parse((await target.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-missing' } })
  })

  it('may change hands when somebody says so, and takes an SSH key', async () => {
    const target = await governed()
    const key = path.join(target.user, 'id')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    expect((await target.as('constitution', 'sign', '--new-key')).code).toBe(0)
    expect(await target.as('constitution', 'sign', '--key', key)).toMatchObject({ code: 2, stderr: expect.stringContaining('--replace-key') })
    expect((await target.as('constitution', 'sign', '--key', key, '--replace-key')).code).toBe(0)
    expect(await target.as('constitution', 'check')).toMatchObject({ code: 0, stdout: expect.stringContaining('SHA256:') })
    await target.commit({ 'src/cost': '90\n' })
    await target.commit({ 'src/cost': '20\n' })
    expect((await target.judge()).document.verdict).toBe('accepted')
    await writeFile(path.join(target.directory, 'key.pem'), await readFile(path.join(target.user, 'ratchet/constitution-key.pem')), { mode: 0o600 })
    expect(await target.as('constitution', 'sign', '--key', path.join(target.directory, 'key.pem'))).toMatchObject({ code: 2, stderr: expect.stringContaining('inside the repository') })
  })
})

describe('whose constitution a command goes by', { timeout: 240_000 }, () => {
  it('is not settled by looking at a branch of somebody else, and can be put right', async () => {
    const target = await governed()
    const stranger = await mkdtemp(path.join(os.tmpdir(), 'ratchet-stranger-'))
    onTestFinished(() => rm(stranger, { recursive: true, force: true }))
    await target.git('checkout', '--quiet', '-b', 'theirs')
    expect((await ratchet(['constitution', 'sign', '--new-key', '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: stranger } })).code).toBe(0)
    await target.commit({}, 'signature')
    await target.commit({ 'src/cost': '50\n' })
    await target.git('checkout', '--quiet', 'main')
    expect(await target.as('evaluate', 'theirs', '--baseline', 'theirs~1')).toMatchObject({ code: 0, stderr: expect.stringContaining('not known yet') })
    expect(existsSync(path.join(target.user, 'ratchet/constitutions'))).toBe(false)
    await target.commit({ 'src/cost': '40\n' })
    expect((await target.judge()).document.verdict).toBe('accepted')
    // Trusted by mistake, it stops what is the user's own, and can be taken back.
    await target.git('checkout', '--quiet', 'theirs')
    const { key } = JSON.parse((await target.as('constitution', 'check', '--json')).stdout) as { readonly key: string }
    expect((await target.as('constitution', 'trust', key)).code).toBe(0)
    await target.git('checkout', '--quiet', 'main')
    expect(JSON.parse((await target.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-unsigned' } })
    expect(await target.as('constitution', 'forget')).toMatchObject({ code: 0, stdout: expect.stringContaining(key) })
    expect((await target.as('evaluate', 'HEAD')).code).toBe(0)
  })

  it('is that of HEAD for a new branch, and that of the tip for one that is there', async () => {
    const target = await governed()
    await target.git('checkout', '--quiet', '-b', 'idea')
    await target.commit({ 'src/cost': '50\n' })
    await target.git('checkout', '--quiet', 'main')
    const { document } = await target.judge('idea')
    expect(document.verdict).toBe('accepted')
    await target.commit({ 'constitution.yaml': rules.replace('supervised_operations:', "  - { id: figure-stays, statement: The figure stays., when: 'paths.exists(p, p == \"src/cost\")' }\nsupervised_operations:") })
    expect(await target.as('apply', document.id, '--branch', 'ready')).toMatchObject({ code: 2, stderr: expect.stringMatching(/HEAD has another one[^]*ratchet apply/) as string })
    await expect(target.git('rev-parse', '--verify', '--quiet', 'ready')).rejects.toThrow()
    expect(await target.as('apply', document.id)).toMatchObject({ code: 3, stdout: expect.stringContaining('figure-stays') })
    expect(await target.git('show', 'HEAD:src/cost')).toBe('100')
  })
})

describe('ratchet constitution', { timeout: 240_000 }, () => {
  it('checks, explains and tests what lies in the working tree', async () => {
    const target = await governed()
    const checked = await target.as('constitution', 'check')
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/valid .*3 rules[^]*unsigned[^]*the-figure: it needs further examples/) })
    expect((await target.as('constitution', 'explain')).stdout).toMatch(/never happens[^]*no-markers[^]*asked about[^]*slight-gains[^]*freely[^]*the-figure/)
    expect(await target.as('constitution', 'test')).toMatchObject({ code: 0, stdout: expect.stringContaining('4 examples') })
    await target.write({ 'constitution.yaml': rules.replace('{ text: FORBIDDEN }', '{ text: ALLOWED }') })
    expect(await target.as('constitution', 'test')).toMatchObject({ code: 1, stdout: expect.stringContaining('no-markers, example 1: expects deny, and the rule says allow') })
    expect((await target.as('constitution', 'sign', '--new-key')).code).toBe(2)
    await target.write({ 'constitution.yaml': rules.replace('paths.all', 'paths.every') })
    expect(await target.as('constitution', 'check')).toMatchObject({ code: 2, stderr: expect.stringContaining('the-figure') })
  })

  it('looks at the one that the configuration names, and trusts the signer of the one it is given', async () => {
    const target = await governed({ 'ratchet.yaml': configured.replace('constitution.yaml', 'rules/law.yaml'), 'rules/law.yaml': rules })
    expect(await target.as('constitution', 'check')).toMatchObject({ code: 0, stdout: expect.stringContaining('rules/law.yaml') })
    expect((await target.as('constitution', 'sign', '--new-key')).code).toBe(0)
    const { key } = JSON.parse((await target.as('constitution', 'check', '--json')).stdout) as { readonly key: string }
    expect((await target.as('constitution', 'forget')).code).toBe(0)
    expect((await target.as('constitution', 'trust', key, path.join(target.directory, 'ratchet.yaml'))).code).toBe(2)
    expect((await target.as('constitution', 'trust', key, path.join(target.directory, 'rules/law.yaml'))).code).toBe(0)
    expect((await target.as('constitution', 'forget')).code).toBe(0)
    expect((await target.as('constitution', 'trust', key)).code).toBe(0)
  })

  it('stops where it cannot be read', async () => {
    const target = await governed({ 'constitution.yaml': rules.replace('paths.all', 'paths.every') })
    await target.commit({ 'src/cost': '50\n' })
    expect(JSON.parse((await target.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-invalid' } })
    const without = await governed({})
    await without.commit({ 'src/cost': '50\n' })
    expect(JSON.parse((await without.as('evaluate', 'HEAD', '--json')).stdout)).toMatchObject({ error: { code: 'constitution-missing' } })
    expect((await without.as('constitution', 'init', '--preset', 'library')).code).toBe(0)
    expect((await without.as('constitution', 'check')).code).toBe(0)
  })
})
