import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SandboxError, type Launch, type LaunchResult, type Limits, type Sandbox } from '../sandbox/sandbox.ts'
import { processorShare } from './processor-share.ts'

const never = new AbortController().signal
const megabyte = 1024 ** 2
const limits: Limits = { memoryBytes: 256 * megabyte, cpuMs: 20_000, wallMs: 20_000, processes: 32, diskBytes: 8 * megabyte, outputBytes: 64 * 1024 }
const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('utf8'))

type Run = (command: string, more?: Partial<Omit<Launch, 'limits'>> & { readonly limits?: Partial<Limits> }, signal?: AbortSignal) => Promise<LaunchResult>

interface Stage {
  /** Directory of this suite on the host. */
  readonly home: string
  /** Holds `sub/file` with `content`. */
  readonly tree: string
  readonly run: Run
}

/**
 * What every sandbox must do, whatever stands behind it. Awaited by the test file, since a tier that is absent on this machine shows as one skipped suite that
 * says so. Commands use only what every tier shows: /bin/sh, coreutils but for `ls` and `stat`, which not every kernel in user space can serve, and perl.
 */
export async function describeSandboxContract(name: string, create: () => Promise<Sandbox>): Promise<void> {
  process.env['RATCHET_CONTRACT_SECRET'] = 'secret'
  let sandbox: Sandbox
  try {
    sandbox = await create()
  } catch (error) {
    if (!(error instanceof SandboxError) || error.code !== 'sandbox-unavailable') throw error
    describe.skip(`${name} is absent on this machine (${error.message.split('\n')[0]})`, () => it('keeps the contract of a sandbox', () => expect.unreachable()))
    return
  }
  describe(`${name} keeps the contract of a sandbox:`, () => {
    const stage: { home: string; tree: string; run: Run } = { home: '', tree: '', run: (command, more = {}, signal = never) => sandbox.launch(launchOf(stage.tree, command, more), signal) }
    beforeAll(async () => {
      stage.home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-contract-'))
      stage.tree = await openTree(stage.home, 'a tree, with: odd\nname 漢')
      await mkdir(path.join(stage.tree, 'sub'))
      await writeFile(path.join(stage.tree, 'sub/file'), 'content')
      await openToAll(stage.tree, ['sub', 'sub/file'])
    })
    afterAll(async () => {
      delete process.env['RATCHET_CONTRACT_SECRET']
      await sandbox[Symbol.asyncDispose]()
      await rm(stage.home, { recursive: true, force: true })
    })
    describeResults(stage)
    describeTree(stage)
    describeProtection(stage)
    describeCollecting(stage)
    describeChannel(stage)
    describeIsolation(stage)
    describeLimits(stage)
    describeProcessors(stage)
    describeEnds(stage)
  })
}

function launchOf(tree: string, command: string, more: NonNullable<Parameters<Run>[1]>): Launch {
  return { command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, ...more, limits: { ...limits, ...more.limits } }
}

/** Whoever the command is on the host, it may write here. */
async function openTree(home: string, name: string): Promise<string> {
  const tree = path.join(home, name)
  await mkdir(tree)
  await chmod(tree, 0o777)
  return tree
}

async function openToAll(tree: string, names: readonly string[]): Promise<void> {
  for (const name of names) await chmod(path.join(tree, name), (await stat(path.join(tree, name))).isDirectory() ? 0o777 : 0o666)
}

/**
 * A process of its own makes the sandbox by `script` (statements that leave it in `sandbox`), starts something that never ends, and is killed. `afterwards` looks for
 * what else may be left.
 */
export function describeKilledParent(name: string, script: string, afterwards: () => Promise<void> = async () => {}): void {
  it(`${name}: nothing runs on when the process that launched it is killed`, async (context) => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-killed-'))
    const tree = await openTree(home, 'tree')
    const launch = launchOf(tree, `${daemon}; sleep 60`, { access: 'kept' })
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', `${script}\nawait sandbox.launch(${JSON.stringify(launch)}, new AbortController().signal)`], { stdio: 'ignore' })
    try {
      for (let tries = 0; tries < 800 && child.exitCode === null && !(await readdir(tree)).includes('beat'); tries++) await sleep(25)
      if (child.exitCode !== null) return context.skip('the tier is absent on this machine')
      child.kill('SIGKILL')
      await once(child, 'exit')
      let isBeating = true
      for (let tries = 0; tries < 20 && isBeating; tries++) isBeating = await beats(path.join(tree, 'beat'))
      expect(isBeating).toBe(false)
      await afterwards()
    } finally {
      child.kill('SIGKILL')
      await rm(home, { recursive: true, force: true })
    }
  })
}

/** Whether something still writes to the heartbeat. */
async function beats(file: string): Promise<boolean> {
  const before = (await stat(file)).size
  await sleep(300)
  return (await stat(file)).size !== before
}

const daemon = `(setsid sh -c 'trap "" TERM HUP INT; while :; do echo x >> beat; sleep 0.02; done' >/dev/null 2>&1 &)`
const untilBeat = 'while [ ! -s beat ]; do sleep 0.02; done'

function describeResults(stage: Stage): void {
  it('output, exit status and environment come through', async () => {
    const result = await stage.run('echo "out $NAME"; echo err >&2; exit 7', { environment: { NAME: "it's \"quoted\" $HOME\n漢" } })
    expect([result.ending, result.exitCode, text(result.stdout), text(result.stderr)]).toEqual(['exited', 7, 'out it\'s "quoted" $HOME\n漢\n', 'err\n'])
    expect(result.usage.wallMs).toBeGreaterThan(0)
  })

  it('exit statuses stay what they are, also those that engines and shells use for themselves', async () => {
    for (const status of [0, 125, 128]) expect([status, (await stage.run(`exit ${status}`)).exitCode]).toEqual([status, status])
    const killed = await stage.run('kill -9 $$')
    expect(killed.exitCode === null ? killed.ending : killed.exitCode).toBe(killed.exitCode === null ? 'signalled' : 137)
  })

  it('the environment is what the contract says and nothing else', async () => {
    const lines = (text((await stage.run('env; if cat /proc/1/environ /proc/self/environ 2>/dev/null | grep -q secret; then echo LEAK=x; fi', { environment: { MINE: 'x' } })).stdout) ?? '').trim().split('\n')
    const names = lines.map((line) => line.slice(0, line.indexOf('='))).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))
    expect(names.sort()).toEqual(['HOME', 'LANG', 'MINE', 'PATH', 'TMPDIR'])
    expect(lines).toEqual(expect.arrayContaining(['HOME=/tmp/home', 'TMPDIR=/tmp', 'LANG=C.UTF-8']))
  })

  it('the working directory is /work, or where the launch says', async () => {
    expect(text((await stage.run('pwd; cat sub/file')).stdout)).toBe('/work\ncontent')
    expect(text((await stage.run('pwd; cat sub/file; [ ! -e /work/sub ] || echo both', { directory: '/srv/elsewhere/app' })).stdout)).toBe('/srv/elsewhere/app\ncontent')
  })

  it('launches run side by side without mixing', async () => {
    const results = await Promise.all(Array.from({ length: 3 }, (_, index) => stage.run(`echo ${index} > mine; sleep 0.1; cat mine`)))
    expect(results.map((result) => text(result.stdout))).toEqual(['0\n', '1\n', '2\n'])
  })

  it('a tree that is not there is refused', async () => {
    await expect(stage.run('true', { tree: path.join(stage.home, 'nowhere') })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
  })
}

function describeTree(stage: Stage): void {
  it('writes of a throw-away launch succeed and vanish', async () => {
    const changed = await stage.run('echo new > sub/file && echo more > added && cat sub/file added && rm -r sub && [ ! -e sub ] && echo x > /tmp/left && echo x > "$HOME/left"')
    expect([changed.exitCode, text(changed.stdout)]).toEqual([0, 'new\nmore\n'])
    expect((await stage.run('[ ! -e added ] && [ ! -e /tmp/left ] && [ ! -e "$HOME/left" ] && [ "$(cat sub/file)" = content ]')).exitCode).toBe(0)
    expect([await readdir(stage.tree), await readFile(path.join(stage.tree, 'sub/file'), 'utf8')]).toEqual([['sub'], 'content'])
  })

  it('writes of a kept launch stay', async () => {
    const kept = await openTree(stage.home, 'kept')
    expect((await stage.run('mkdir dist && echo built > dist/out', { tree: kept, access: 'kept' })).exitCode).toBe(0)
    expect(await readFile(path.join(kept, 'dist/out'), 'utf8')).toBe('built\n')
  })

  it('mounts are shown over the tree and cannot be written', async () => {
    const extra = path.join(stage.home, 'extra')
    await mkdir(extra)
    await writeFile(path.join(extra, 'dependency'), 'x')
    await openToAll(extra, ['.', 'dependency'])
    const mounts = [{ source: extra, target: 'node_modules' }, { source: extra, target: '/opt/more' }]
    const result = await stage.run('cat node_modules/dependency /opt/more/dependency && ! touch node_modules/y 2>/dev/null && ! echo y > node_modules/dependency', { mounts })
    expect([result.exitCode, text(result.stdout)]).toEqual([0, 'xx'])
    expect([await readdir(extra), await readFile(path.join(extra, 'dependency'), 'utf8')]).toEqual([['dependency'], 'x'])
  })

  it('a mount point behind a link in the tree does not lead out of it', async () => {
    const [hostile, outside, extra] = [await openTree(stage.home, 'hostile'), await openTree(stage.home, 'outside'), await openTree(stage.home, 'extra2')]
    await symlink(outside, path.join(hostile, 'out'))
    for (const access of ['throw-away', 'kept'] as const) {
      try {
        await stage.run('true', { tree: hostile, access, mounts: [{ source: extra, target: 'out/made' }] })
      } catch (error) {
        expect(error).toMatchObject({ code: 'sandbox-setup-failed' })
      }
      expect(await readdir(outside)).toEqual([])
    }
  })
}

function describeProtection(stage: Stage): void {
  it('protected paths stay as they are, whatever is tried on them and on the folders above', async () => {
    const attempts = ['echo new > sub/file', 'rm -f sub/file', 'mv sub/file x', 'chmod 777 sub/file', 'touch -d @1 sub/file', 'mv sub other', 'rm -rf sub', 'ln -sf /etc/passwd sub/file', 'echo x > y && mv y sub/file']
    const command = attempts.map((attempt, index) => `if (${attempt}) 2>/dev/null; then echo ${index}; fi`).join('\n')
    const result = await stage.run(`${command}\ncat sub/file && echo fresh > sub/beside && cat sub/beside`, { readOnly: ['sub/file', 'no/such/file'] })
    expect([result.exitCode, text(result.stdout)]).toEqual([0, 'contentfresh\n'])
  })

  it('a file that is mounted into a folder with protected files is the one that is seen', async () => {
    const source = path.join(stage.home, 'other')
    await writeFile(source, 'other', { mode: 0o644 })
    const tree = await openTree(stage.home, 'covered')
    await mkdir(path.join(tree, 'sub'))
    for (const name of ['file', 'kept']) await writeFile(path.join(tree, 'sub', name), 'own')
    await openToAll(tree, ['sub', 'sub/file', 'sub/kept'])
    const result = await stage.run('cat sub/file sub/kept; echo x > sub/file || echo refused', { tree, readOnly: ['sub/kept'], mounts: [{ source, target: 'sub/file' }] })
    expect(text(result.stdout)).toBe('otherownrefused\n')
  })

  it('nothing outside the scratch space can be written, and the command is nobody', async () => {
    const attempts = ['/usr/x', '/etc/x', '/x', '/opt/x', '/proc/sys/kernel/hostname', '/sys/x'].map((file) => `! (echo x > ${file}) 2>/dev/null`)
    const who = ['[ "$(id -u)" != 0 ]', "grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status", '! mount -t tmpfs x /tmp 2>/dev/null', '! chmod 700 /usr 2>/dev/null', 'echo x > /tmp/x', 'echo x > "$HOME/x"', 'echo x > x', 'echo x > /dev/null']
    for (const check of [...attempts, ...who].reduce<readonly string[]>((all, one, index) => (index % 14 === 0 ? [...all, one] : [...all.slice(0, -1), `${all.at(-1)} && ${one}`]), [])) {
      expect([check, (await stage.run(check)).exitCode]).toEqual([check, 0])
    }
  })
}

function describeCollecting(stage: Stage): void {
  it('a file is handed over, and neither a link nor a pipe in its place', async () => {
    const collected = async (command: string): Promise<readonly unknown[]> => {
      const result = await stage.run(command, { collect: 'out/report.xml' })
      return [result.exitCode, text(result.collected)]
    }
    expect(await collected('mkdir out; echo report > out/report.xml; exit 3')).toEqual([3, 'report\n'])
    expect(await collected('mkdir out; ln -s /etc/passwd out/report.xml')).toEqual([0, null])
    expect(await collected('mkdir out; mkfifo out/report.xml')).toEqual([0, null])
    expect((await collected('mkdir real; echo x > real/report.xml; ln -s /etc out'))[1]).toBeNull()
  })

  it('a collected file counts against the output', async () => {
    const result = await stage.run('mkdir out; head -c 200000 /dev/zero > out/report.xml', { collect: 'out/report.xml' })
    expect([result.ending, result.collected?.length ?? 0]).toEqual(['output-limit', limits.outputBytes])
  })
}

function describeChannel(stage: Stage): void {
  it('what is said on the channel comes back, or the tier says that it has none', async () => {
    const result = await stage.run('head -c 4 <&3 && echo pong >&3', { channel: Buffer.from('ping') })
    if (result.channel === null || result.channel === undefined) return
    expect([result.exitCode, text(result.stdout), text(result.channel)]).toEqual([0, 'ping', 'pong\n'])
    expect((await stage.run('true')).channel ?? null).toBeNull()
  })
}

function describeIsolation(stage: Stage): void {
  it('no file of the host is there', async () => {
    const files = ['/etc/shadow', '/root', '/home', '/boot', '/var/lib', os.homedir(), stage.home, '/proc/1/root/etc/shadow', '/work/../etc/shadow', '/var/run/docker.sock']
    const result = await stage.run(files.map((file) => `[ ! -e '${file}' ] || echo '${file}'`).join('\n'))
    expect([result.exitCode, text(result.stdout)]).toEqual([0, ''])
  })

  it('there is no network, not even to this machine', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0')
    const receiver = createSocket('udp4').bind(0, '0.0.0.0')
    let received = 0
    receiver.on('message', () => (received += 1))
    await Promise.all([once(server, 'listening'), once(receiver, 'listening')])
    const addresses = ['127.0.0.1', ...Object.values(os.networkInterfaces()).flatMap((list) => list ?? []).filter((one) => one.family === 'IPv4' && !one.internal).map((one) => one.address)]
    const script = `use Socket; my ($tcp, $udp, @hosts) = @ARGV; my $reached = 0; $SIG{ALRM} = sub { exit 0 }; alarm 3;
      for my $host (@hosts) {
        if (socket(my $s, PF_INET, SOCK_STREAM, 0)) { $reached++ if connect($s, pack_sockaddr_in($tcp, inet_aton($host))) }
        if (socket(my $u, PF_INET, SOCK_DGRAM, 0)) { send($u, "x", 0, pack_sockaddr_in($udp, inet_aton($host))) }
      } exit($reached)`
    const result = await stage.run(`perl -e '${script}' ${(server.address() as AddressInfo).port} ${receiver.address().port} ${addresses.join(' ')}`)
    server.close()
    receiver.close()
    expect([result.exitCode, received]).toEqual([0, 0])
  })

  it('no descriptor of the host gets inside', async () => {
    const result = await stage.run(`perl -e 'opendir D, "/proc/self/fd"; my $own = fileno D; print join " ", grep { /^[0-9]+$/ && $_ > 2 && $_ != $own && readlink("/proc/self/fd/$_") ne "/dev/null" } readdir D'`)
    expect([result.exitCode, text(result.stdout)]).toEqual([0, ''])
  })
}

function describeLimits(stage: Stage): void {
  it('wall time', async () => {
    const result = await stage.run("trap '' TERM INT HUP; sleep 60", { limits: { wallMs: 1200 } })
    expect([result.ending, result.exitCode]).toEqual(['wall-limit', null])
    expect(result.usage.wallMs).toBeLessThan(6000)
  })

  it('processor time, measured from outside', async () => {
    expect((await stage.run('while :; do :; done', { limits: { cpuMs: 700 } })).ending).toBe('cpu-limit')
    // A fixed amount of work: a kernel in user space may count its time by its own lights, and the figure must not come from there.
    const busy = await stage.run(`perl -e 'my $i = 0; $i++ while $i < 8_000_000'`)
    expect(busy.exitCode).toBe(0)
    expect(busy.usage.cpuMs).toBeGreaterThan(100)
    expect(busy.usage.cpuMs).toBeLessThan(10_000)
  })

  it('memory', async () => {
    const result = await stage.run(`perl -e 'my @all; push @all, "x" x 4_000_000 for 1 .. 100; sleep 1; print "kept"'`, { limits: { memoryBytes: 64 * megabyte } })
    expect(['memory-limit', 'exited']).toContain(result.ending)
    expect([result.exitCode === 0, text(result.stdout)]).toEqual([false, ''])
    const modest = await stage.run(`perl -e 'my $x = "x" x 20_000_000; print "kept"'`)
    expect([modest.exitCode, text(modest.stdout)]).toEqual([0, 'kept'])
    expect(modest.usage.peakMemoryBytes).toBeGreaterThan(megabyte)
  })

  it('processes: as many as allowed start, a bomb does not', async () => {
    const forks = (count: number): string => `perl -e '$| = 1; for (1 .. ${count}) { my $pid = fork; exit 9 unless defined $pid; if (!$pid) { sleep 30; exit } } print "all"; kill "KILL", -1'`
    expect(text((await stage.run(forks(20))).stdout)).toBe('all')
    const bomb = await stage.run(forks(400), { limits: { wallMs: 6000 } })
    expect(text(bomb.stdout)).toBe('')
    expect(bomb.exitCode).not.toBe(0)
    expect(['process-limit', 'wall-limit']).toContain((await stage.run('bomb() { bomb | bomb & }; bomb; sleep 30; exit 1', { limits: { wallMs: 2500 } })).ending)
  })

  it('disk, wherever it is written', async () => {
    const writing = ['/tmp/x', 'x', '/dev/shm/x'].map((file) => `if head -c 20000000 /dev/zero > ${file}; then echo ${file}; fi 2>/dev/null; rm -f ${file}`).join('\n')
    expect(text((await stage.run(writing)).stdout)).toBe('')
    const kept = await openTree(stage.home, 'greedy')
    const greedy = await stage.run('i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > "f$i"; sleep 0.02; done', { tree: kept, access: 'kept' })
    expect(greedy.ending).toBe('disk-limit')
  })

  it('output', async () => {
    const flood = await stage.run('yes')
    expect([flood.ending, flood.stdout.length + flood.stderr.length]).toEqual(['output-limit', limits.outputBytes])
  })
}

function describeProcessors({ run }: Stage): void {
  it('stays on the processors that it was given', async () => {
    expect(await processorShare(run)).toBeLessThan(1.25)
  })
}

function describeEnds(stage: Stage): void {
  it('a daemon that outlives the command is dead when the launch settles', async () => {
    const tree = await openTree(stage.home, 'daemon')
    const result = await stage.run(`${daemon}; ${untilBeat}; exit 0`, { tree, access: 'kept' })
    expect([result.ending, result.exitCode, await beats(path.join(tree, 'beat'))]).toEqual(['exited', 0, false])
  })

  it('one that holds the output does not hold the launch', async () => {
    const result = await stage.run('(setsid sleep 60 &) ; echo done')
    expect([result.ending, text(result.stdout)]).toEqual(['exited', 'done\n'])
    expect(result.usage.wallMs).toBeLessThan(15_000)
  })

  it('an abort ends everything, and one before the start starts nothing', async () => {
    const tree = await openTree(stage.home, 'aborted')
    const controller = new AbortController()
    const launched = stage.run(`${daemon}; ${daemon}; sleep 60`, { tree, access: 'kept' }, controller.signal)
    for (let tries = 0; tries < 400 && !(await readdir(tree)).includes('beat'); tries++) await sleep(25)
    controller.abort()
    expect([(await launched).ending, await beats(path.join(tree, 'beat'))]).toEqual(['aborted', false])
    expect((await stage.run('true', {}, AbortSignal.abort())).ending).toBe('aborted')
  })
}
