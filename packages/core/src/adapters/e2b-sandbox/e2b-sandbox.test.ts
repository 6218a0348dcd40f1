import { lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Launch, LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import { createE2bSandbox } from './e2b-sandbox.ts'
import { StandIn, standInKey, standInRoot } from './stand-in.ts'

const never = new AbortController().signal
const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 20_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }
const decoded = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8')

// The stand-in's machines are directories here, and what happens in them is done by root, as in a real one.
describe.skipIf(process.geteuid?.() !== 0)('e2b against a stand-in for the service (skipped unless root runs the tests)', () => {
  let home: string
  let tree: string
  let service: StandIn
  let box: Sandbox

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-e2b-test-'))
    tree = path.join(home, 'a tree\nof 漢')
    await mkdir(path.join(tree, 'sub'), { recursive: true })
    await writeFile(path.join(tree, 'sub/file'), 'content')
    await symlink('/etc/passwd', path.join(tree, 'link'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))
  beforeEach(async () => {
    service = new StandIn()
    box = await createE2bSandbox({ baseUrl: await service.baseUrl(), apiKey: async () => standInKey, fetch: service.fetch, root: standInRoot })
  })
  afterEach(async () => {
    expect(service.machines.size).toBe(0)
    await box[Symbol.asyncDispose]()
    await service[Symbol.asyncDispose]()
  })

  const run = (command: string, more: Partial<Launch> = {}, signal: AbortSignal = never): Promise<LaunchResult> =>
    box.launch({ command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, ...more, limits: { ...limits, ...more.limits } }, signal)
  const small = (change: Partial<Launch['limits']>): Partial<Launch> => ({ limits: { ...limits, ...change } })

  it('runs a command on the tree, with its output, status and environment', async () => {
    const result = await run('echo "out $NAME"; echo err >&2; cat sub/file; id -u >&2; exit 7', { environment: { NAME: "it's \"quoted\" 漢", PERL5OPT: '-Mnone' } })
    expect([result.ending, result.exitCode, decoded(result.stdout)]).toEqual(['exited', 7, 'out it\'s "quoted" 漢\ncontent'])
    expect(decoded(result.stderr)).toMatch(/^err\n19\d{8}\n$/)
    expect(result.usage.accounting).toBe('sampled')
    expect((await run('kill -9 $$')).ending).toBe('signalled')
    expect(decoded((await run('pwd', { directory: '/srv/other/app' })).stdout)).toMatch(/\/srv\/other\/app\n$/)
    expect((await run('true', { channel: new Uint8Array() })).channel).toBeNull()
  })

  it('never lets the key near a machine', async () => {
    await run('env; echo hi', { collect: 'out' })
    const toMachines = service.seen.filter(({ url }) => url.includes('machines.test'))
    expect(toMachines.length).toBeGreaterThan(3)
    for (const request of toMachines) expect(JSON.stringify(request)).not.toContain(standInKey)
    const toService = service.seen.filter(({ url }) => !url.includes('machines.test'))
    expect(toService.map(({ headers }) => headers['x-api-key'])).toEqual([standInKey, standInKey])
    expect(JSON.parse(toService[0]?.body ?? '')).toMatchObject({ templateID: 'base', secure: true, autoPause: false, allow_internet_access: false })
    await run('true', { network: true })
    expect(service.seen.findLast(({ body }) => body.includes('templateID'))?.body).toContain('"allow_internet_access":true')
  })

  it('hands over the collected file, keeps protected paths, shows mounts, gives a kept tree back', async () => {
    expect(decoded((await run('echo report > r; exit 3', { collect: 'r' })).collected)).toBe('report\n')
    for (const attack of ['true', 'ln -s /etc/passwd r', 'mkfifo r', 'mkdir r']) expect([attack, (await run(attack, { collect: 'r' })).collected]).toEqual([attack, null])
    const guarded = await run('(echo x > sub/file; rm -f sub/file; mv sub y; echo x > z; mv -f z sub/file; chmod 777 sub/file) 2>/dev/null; cat sub/file; echo n > sub/new; cat sub/new', { readOnly: ['sub/file', 'nowhere'] })
    expect(decoded(guarded.stdout)).toBe('contentn\n')
    const source = path.join(home, 'modules, and more')
    await mkdir(source, { recursive: true })
    await writeFile(path.join(source, 'a'), 'module')
    const mounts = [{ source, target: 'node_modules/a' }, { source: path.join(source, 'a'), target: 'node_modules/single' }]
    expect(decoded((await run('(echo x > node_modules/a/a; rm -rf node_modules/a) 2>/dev/null; cat node_modules/a/a node_modules/single', { mounts })).stdout)).toBe('modulemodule')
    const kept = path.join(home, 'kept')
    await mkdir(path.join(kept, 'old'), { recursive: true })
    const name = `${'long '.repeat(30)}漢`
    expect((await run(`rm -r old; mkdir -p d/e; echo x > "d/${name}"; chmod +x "d/${name}"; ln -s /etc l`, { tree: kept, access: 'kept', mounts })).exitCode).toBe(0)
    expect((await readdir(kept)).sort()).toEqual(['d', 'l', 'node_modules'])
    expect([await readFile(path.join(kept, 'd', name), 'utf8'), (await lstat(path.join(kept, 'd', name))).mode & 0o111, await readdir(path.join(kept, 'node_modules'))]).toEqual(['x\n', 0o111, []])
  })

  it('keeps the limits and leaves nothing running', async () => {
    const flood = await run('yes')
    expect([flood.ending, flood.stdout.length, flood.exitCode]).toEqual(['output-limit', limits.outputBytes, null])
    expect((await run('sleep 30', small({ wallMs: 400 }))).ending).toBe('wall-limit')
    expect((await run('while :; do :; done', small({ cpuMs: 300 }))).ending).toBe('cpu-limit')
    expect((await run(`perl -e 'my $x = "x" x 200_000_000; sleep 5'`, small({ memoryBytes: 2 ** 26 }))).ending).toBe('memory-limit')
    expect((await run('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 20 & done; wait', small({ processes: 8 }))).ending).toBe('process-limit')
    expect((await run('i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i; sleep 0.02; done')).ending).toBe('disk-limit')
    expect((await run('head -c 200000 /dev/zero > big', { collect: 'big' })).ending).toBe('output-limit')
    const left = await run('(setsid sleep 4711 >/dev/null 2>&1 &); exit 0')
    expect([left.ending, left.exitCode]).toEqual(['exited', 0])
  })

  it('ends the machine on abort, whenever that comes', async () => {
    expect((await run('true', {}, AbortSignal.abort())).ending).toBe('aborted')
    const controller = new AbortController()
    const launched = run('sleep 30', {}, controller.signal)
    while (service.machines.size === 0 || [...service.machines.values()].every((machine) => machine.processes.length < 2)) await sleep(10)
    controller.abort()
    expect([(await launched).ending, service.machines.size]).toEqual(['aborted', 0])
  })

  it('waits as it is told to and tries again; gives up with a reason', async () => {
    service.faults.create.push({ status: 429, retryAfter: '0' }, { status: 500 }, { status: 503, retryAfter: 'Fri, 21 Nov 2025 00:00:00 GMT' })
    expect((await run('true')).exitCode).toBe(0)
    service.faults.create.push({ status: 401 })
    const refused = await run('true').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'sandbox-unavailable', remedy: expect.stringContaining('key') })
    expect(JSON.stringify([refused, String(refused)])).not.toContain(standInKey)
    service.faults.create.push(...Array.from({ length: 4 }, () => ({ status: 429, retryAfter: '0' })))
    await expect(run('true')).rejects.toMatchObject({ code: 'sandbox-unavailable', message: expect.stringContaining('429') })
    service.faults.create.push({ status: 201, body: '<html>' })
    await expect(run('true')).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    service.faults.create.push({ status: 201, body: '{"sandboxID":"a.evil.example/x"}' })
    await expect(run('true')).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    service.faults.end.push({ status: 500 }, { status: 404 })
    expect((await run('true')).exitCode).toBe(0)
    for (const id of service.machines.keys()) await fetch(`${await service.baseUrl()}/sandboxes/${id}`, { method: 'DELETE' })
  })

  it('never takes a broken connection for an end', async () => {
    for (const fault of ['cut', 'cut-in-frame', 'huge-frame', 'no-end'] as const) {
      service.faults.stream = fault
      await expect(run('echo x; exit 0'), fault).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    }
    service.faults.stream = 'silent'
    expect((await run('exit 0', small({ wallMs: 500 }))).ending).toBe('wall-limit')
    service.faults.stream = 'lies'
    await expect(run('sleep 20')).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    for (const report of ['', 'exited 0', 'exited 0\n1 2\nmore', 'fine\n1 2\n', 'exited 99999\n1 2\n']) {
      service.faults.report = report
      await expect(run('true'), report).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    }
  })

  it('refuses what it must not or cannot do', async () => {
    await expect(createE2bSandbox({ baseUrl: 'http://api.example.com', apiKey: async () => standInKey })).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    await expect(run('true', { tree: path.join(home, 'nowhere') })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    await expect(run('true', { directory: '/srv/../etc' })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    await expect(run('true', { mounts: [{ source: path.join(home, 'nowhere'), target: 'x' }] })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    const hostile = path.join(home, 'hostile')
    await mkdir(hostile, { recursive: true })
    await symlink('/etc', path.join(hostile, 'out'))
    await expect(run('true', { tree: hostile, mounts: [{ source: tree, target: 'out/made' }] })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    const unreachable = await createE2bSandbox({ baseUrl: 'http://127.0.0.1:1', apiKey: async () => standInKey })
    expect(await unreachable.probe(never)).toMatchObject({ available: false, checks: [{ ok: false }] })
    await unreachable[Symbol.asyncDispose]()
  })

  it('passes its own probe', async () => {
    // The stand-in's machines have this machine's network, so that only the protection is seen.
    const probe = await box.probe(never)
    expect([probe.tier, probe.accounting]).toEqual(['e2b', 'sampled'])
  })
})
