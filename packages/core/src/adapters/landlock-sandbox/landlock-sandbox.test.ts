import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chown, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Launch, LaunchResult, Sandbox, SandboxProbe } from '../../sandbox/sandbox.ts'
import { processorShare } from '../../testing/processor-share.ts'
import { createLandlockSandbox, landlockAbi } from './landlock-sandbox.ts'

const never = new AbortController().signal
const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }
const abi = await landlockAbi()
const adapter = fileURLToPath(new URL('landlock-sandbox.ts', import.meta.url))
const decoded = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8')

async function isRunning(marker: string): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
      throw error
    })
    if (line.replaceAll('\0', ' ').trim() === marker) return true
  }
  return false
}

let markers = 0
const marker = (): string => `sleep 8${process.pid}${markers++}`

const variants = [
  { accounting: 'auto', most: abi },
  { accounting: 'sampled', most: abi },
  { accounting: 'sampled', most: 3 },
] as const

describe.skipIf(abi < 3).each(variants)(`landlock (ABI ${abi}; skipped below 3), accounting $accounting, ABI $most at most`, ({ accounting, most }) => {
  let home: string
  let tree: string
  let box: Sandbox

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-landlock-test-'))
    tree = path.join(home, 'a tree\nof 漢')
    await mkdir(path.join(tree, 'sub/deep'), { recursive: true })
    await writeFile(path.join(tree, 'sub/file'), 'content')
    await writeFile(path.join(tree, 'sub/deep/file'), 'deep')
    box = await createLandlockSandbox({ environment: process.env, executables: { node: process.execPath }, accounting, abi: most })
  })
  afterAll(async () => {
    await box[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  const run = (command: string, more: Partial<Launch> = {}, signal: AbortSignal = never): Promise<LaunchResult> =>
    box.launch({ command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, ...more, limits: { ...limits, ...more.limits } }, signal)
  const small = (change: Partial<Launch['limits']>): Partial<Launch> => ({ limits: { ...limits, ...change } })

  it('passes output, exit status, environment and the channel through', async () => {
    const result = await run('echo "out $NAME"; echo err >&2; read line <&3; echo "$line back" >&3; exit 7', { environment: { NAME: "it's \"quoted\" $HOME", PERL5OPT: '-Mnone' }, channel: Buffer.from('there\n') })
    expect([result.ending, result.exitCode, decoded(result.stdout), decoded(result.stderr), decoded(result.channel)]).toEqual(['exited', 7, 'out it\'s "quoted" $HOME\n', 'err\n', 'there back\n'])
    expect(result.usage.accounting === 'sampled').toBe(accounting === 'sampled')
    expect((await run('exec 9>&3')).exitCode).not.toBe(0)
    expect((await run('kill -9 $$')).ending).toBe('signalled')
  })

  it('stays on the processors that it was given', async () => {
    expect(await processorShare(run)).toBeLessThan(1.25)
  })

  it('lets a throw-away tree be written and forgets it; keeps a kept one', async () => {
    expect((await run('echo new > sub/file && echo more > added && rm -r sub && ls && mkdir x && rmdir x')).exitCode).toBe(0)
    expect(decoded((await run('cat sub/file; ls')).stdout)).toBe('contentsub\n')
    expect(await readdir(tree)).toEqual(['sub'])
    const kept = path.join(home, 'kept')
    await mkdir(path.join(kept, 'old'), { recursive: true })
    expect((await run('rm -r old; mkdir -p a/b; echo x > a/b/c; ln -s /etc/shadow link', { tree: kept, access: 'kept' })).exitCode).toBe(0)
    expect((await readdir(kept)).sort()).toEqual(['a', 'link'])
    expect((await lstat(path.join(kept, 'link'))).isSymbolicLink()).toBe(true)
  })

  it('keeps protected paths as they are, whatever is tried', async () => {
    const readOnly = ['sub/file', 'sub/deep', 'nowhere', '../outside']
    for (const attack of ['echo x > sub/file', 'rm -f sub/file', 'mv sub/file y', 'mv sub y', 'chmod 777 sub/file', 'echo x > z; mv -f z sub/file', 'ln -sf /etc/x sub/file', 'truncate -s 0 sub/file', 'echo x > sub/deep/file', 'echo x > sub/deep/new', 'rm -rf sub/deep', 'mv sub/deep q', 'ln sub/file hard && echo x > hard', 'perl -e \'open $f, "<", "sub/file"; chmod 0777, $f or exit 1\'']) {
      const result = await run(`(${attack}) 2>/dev/null; code=$?; [ -f sub/file ] && [ ! -L sub/file ] && cat sub/file sub/deep/file; ls sub/deep; exit $code`, { readOnly })
      expect([attack, decoded(result.stdout)]).toEqual([attack, 'contentdeepfile\n'])
      expect([attack, result.exitCode]).not.toEqual([attack, 0])
    }
    expect((await run('echo x > new && echo y > sub/new && cat new sub/new', { readOnly })).exitCode).toBe(0)
    const link = path.join(home, 'linked')
    await mkdir(path.join(link, 'real'), { recursive: true })
    await writeFile(path.join(link, 'real/test'), 'real')
    await symlink('real', path.join(link, 'tests'))
    const replaced = await run('rm -f tests; mkdir tests 2>/dev/null; echo fake > tests/test; cat real/test tests/test', { tree: link, readOnly: ['tests/test', 'real/test'] })
    expect(decoded(replaced.stdout)).toBe('realreal')
  })

  it('hands a collected file over, and nothing outside of the tree', async () => {
    const collected = async (command: string, collect = 'report.xml'): Promise<string | null> => {
      const result = await run(command, { collect })
      return result.collected === null ? null : decoded(result.collected)
    }
    expect(await collected('echo report > report.xml; exit 3')).toBe('report\n')
    expect(await collected('true')).toBeNull()
    for (const attack of ['ln -s /etc/passwd report.xml', 'mkfifo report.xml', 'mkdir report.xml', 'echo forged >&3; true', 'echo forged >&4; true']) expect([attack, await collected(attack)]).toEqual([attack, null])
    expect(await collected('ln -s /etc sub2', 'sub2/passwd')).toBeNull()
    const flood = await run('head -c 200000 /dev/zero > report.xml', { collect: 'report.xml' })
    expect(flood.ending).toBe('output-limit')
  })

  it('shows a mount as a link that cannot be replaced, also when only root can reach what it shows', async () => {
    const source = path.join(home, 'modules')
    await mkdir(source, { recursive: true })
    await writeFile(path.join(source, 'index.js'), 'module.exports = 42')
    const mounts = [{ source, target: 'node_modules/answer' }]
    expect(decoded((await run('node -e "console.log(require(\'answer\'))"', { mounts })).stdout)).toBe('42\n')
    const attack = await run('(rm -rf node_modules/answer; mv node_modules y; echo x > node_modules/answer/index.js) 2>/dev/null; cat node_modules/answer/index.js', { mounts })
    expect(decoded(attack.stdout)).toBe('module.exports = 42')
    const kept = path.join(home, 'kept-with-mount')
    await mkdir(kept)
    expect((await run('cat node_modules/answer/index.js && echo x > built', { tree: kept, access: 'kept', mounts })).exitCode).toBe(0)
    expect(await readdir(kept)).toEqual(['built'])
    expect(await readFile(path.join(source, 'index.js'), 'utf8')).toBe('module.exports = 42')
    await expect(run('true', { mounts: [{ source, target: '/opt/elsewhere' }] })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
  })

  it('shows no host file, network, service, environment or descriptor', async () => {
    process.env['RATCHET_TEST_SECRET'] = 'secret'
    const probes = [
      '! cat /etc/shadow', '! cat /etc/passwd', '! ls /root', '! ls /proc', `! cat /proc/${process.pid}/environ`, `! cat /proc/${process.pid}/cmdline`, `! ls /proc/${process.pid}/root/`, `! cat /proc/${process.pid}/mem`, '! ls /tmp', '! env | grep -q RATCHET_TEST_SECRET',
      '! touch /usr/x', '! touch /tmp/x', '! touch /dev/shm/x', `! touch ${home}/x`, `! cat "${tree}/sub/file"`, '! ln /etc/passwd here', 'ln -s /etc/passwd l; ! cat l', '! unshare --user true', '! mount -t tmpfs x .',
      "node -e \"require('net').connect(22,'127.0.0.1').on('error',()=>process.exit(0)).on('connect',()=>process.exit(1))\"",
      "node -e \"try{const s=require('dgram').createSocket('udp4');s.on('error',()=>process.exit(0));s.send('x',53,'8.8.8.8',e=>process.exit(e?0:1))}catch{}\"",
      "node -e \"require('net').connect('/run/x').on('error',(e)=>process.exit(e.code==='ENOENT'?1:0))\"",
      "node -e \"require('child_process').execFileSync('true')\"", '[ "$(echo piped | cat)" = piped ]', 'echo x > /dev/null',
      'perl -e \'for (3 .. 30) { open(my $h, "<&=$_") and exit 1 }\'', `! kill -0 ${process.pid}`, '! kill -0 1',
      'perl -e \'use Socket; socketpair(my $a, my $b, AF_UNIX, SOCK_DGRAM, 0) ? exit 1 : exit 0\'', 'perl -e \'use Socket; socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) ? exit 0 : exit 1\'',
      'perl -e \'exit(defined shmget(4711, 4096, 01666) ? 1 : 0)\'',
    ]
    for (const probe of probes) expect([probe, (await run(`{ ${probe}; } >/dev/null 2>&1`)).exitCode]).toEqual([probe, 0])
    delete process.env['RATCHET_TEST_SECRET']
  })

  it('lets only a launch with the network reach it', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const command = `node -e "require('net').connect(${(server.address() as AddressInfo).port},'127.0.0.1').on('error',()=>process.exit(1)).on('data',(d)=>process.stdout.write(d))"`
    expect(decoded((await run(command, { network: true })).stdout)).toBe('hello')
    expect((await run(command)).exitCode).toBe(1)
    server.close()
  })

  it('ends with everything dead: at the limit, after the command, and on abort', async () => {
    const [daemon, main, orphan] = [marker(), marker(), marker()]
    const limited = await run(`trap '' TERM INT HUP; (setsid sh -c 'trap "" TERM; ${daemon}; true' &) ; exec ${main}`, small({ wallMs: 600 }))
    expect([limited.ending, limited.exitCode]).toEqual(['wall-limit', null])
    const left = await run(`(setsid sh -c '(setsid ${orphan} &)' &) ; sleep 0.2; exit 0`)
    expect([left.ending, left.exitCode]).toEqual(['exited', 0])
    for (const name of [daemon, main, orphan]) expect([name, await isRunning(name)]).toEqual([name, false])
    const controller = new AbortController()
    const aborted = run(main, {}, controller.signal)
    await sleep(300)
    controller.abort()
    expect([(await aborted).ending, await isRunning(main)]).toEqual(['aborted', false])
    expect((await run('true', {}, AbortSignal.abort())).ending).toBe('aborted')
  })

  it('stops floods, bombs, hogs, spinners and writers', async () => {
    const flood = await run('yes')
    expect([flood.ending, flood.stdout.length]).toEqual(['output-limit', limits.outputBytes])
    const bomb = await run('bomb() { bomb | bomb & }; bomb; sleep 1; exit 1', small({ wallMs: 3000 }))
    expect(['process-limit', 'wall-limit', 'exited']).toContain(bomb.ending)
    expect(bomb.exitCode).not.toBe(0)
    const hog = await run('node -e "const a=[];for(;;)a.push(Buffer.alloc(1e7,1))"', small({ memoryBytes: 96 * 1024 ** 2 }))
    expect(['memory-limit', 'exited']).toContain(hog.ending)
    expect(hog.exitCode).not.toBe(0)
    expect((await run('while :; do :; done', small({ cpuMs: 300 }))).ending).toBe('cpu-limit')
    for (const file of ['$TMPDIR/x', 'x']) expect((await run(`head -c 20000000 /dev/zero > ${file}`)).exitCode).not.toBe(0)
    expect((await run('i=0; while :; do head -c 1000000 /dev/zero > $TMPDIR/$i; i=$((i+1)); sleep 0.02; done', small({ memoryBytes: 2 ** 30 }))).ending).toBe('disk-limit')
  })

  it('runs launches side by side, and measures them', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, (_, index) => run(`echo ${index} > mine; sleep 0.1; cat mine`)))
    expect(results.map((result) => decoded(result.stdout).trim())).toEqual(['0', '1', '2', '3'])
    const busy = await run('node -e "const used=()=>{const c=process.cpuUsage();return c.user+c.system};while(used()<500e3);"')
    expect(busy.usage.cpuMs).toBeGreaterThan(350)
    expect(busy.usage.cpuMs).toBeLessThan(2500)
    expect(busy.usage.peakMemoryBytes).toBeGreaterThan(1024 ** 2)
  })

  it('refuses what it cannot do', async () => {
    await expect(run('true', { tree: path.join(home, 'nowhere') })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    await expect(run('true', { loopback: true })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    await expect(run('true', { directory: '/srv/other' })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    await expect(run('true', { environment: { HUGE: 'x'.repeat(2 ** 22) } })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    expect((await run('true')).exitCode).toBe(0)
  })

  it('passes its own probe and says what is weaker', async () => {
    const probe = await box.probe(never)
    expect(probe.checks.filter((check) => !check.ok)).toEqual([])
    expect([probe.available, probe.tier]).toEqual([true, 'landlock'])
    expect(probe.checks.filter((check) => check.name.startsWith('weaker')).length).toBeGreaterThan(3)
  })
})

describe.skipIf(abi < 6)(`a parent that is killed (Landlock ABI ${abi}; skipped below 6)`, () => {
  const keeperOf = async (pid: number): Promise<number> => Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0])
  it.each([
    { who: 'Ratchet', victim: (pid: number): void => void process.kill(pid, 'SIGKILL') },
    { who: 'what keeps the launch together', victim: (pid: number): void => void keeperOf(pid).then((keeper) => process.kill(keeper, 'SIGKILL')) },
  ])('leaves no process behind when $who is killed', async ({ victim }) => {
    const daemon = marker()
    const script = `import { createLandlockSandbox } from ${JSON.stringify(adapter)}
      const box = await createLandlockSandbox({ environment: process.env, accounting: 'sampled' })
      await box.launch({ command: ${JSON.stringify(`(setsid ${daemon} &); ${daemon}`)}, tree: '/usr/share/man', access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits: ${JSON.stringify(limits)} }, new AbortController().signal)`
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'ignore' })
    for (let tries = 0; tries < 400 && !(await isRunning(daemon)); tries++) await sleep(25)
    expect(await isRunning(daemon)).toBe(true)
    victim(child.pid ?? 0)
    for (let tries = 0; tries < 200 && (await isRunning(daemon)); tries++) await sleep(25)
    expect(await isRunning(daemon)).toBe(false)
  })
})

const nobody = { uid: 65534, gid: 65534 }
const mayDrop = process.geteuid?.() === 0 && abi >= 3 && spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(adapter)}, 4)`], nobody).status === 0

describe.skipIf(!mayDrop)('as an ordinary user (skipped unless root runs the tests, from a checkout that others may read)', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-landlock-nobody-'))
    await mkdir(path.join(home, 'tree/free'), { recursive: true })
    await writeFile(path.join(home, 'tree/test'), 'test')
    await writeFile(path.join(home, 'secret'), 'secret')
    for (const name of ['', 'tree', 'tree/free', 'tree/test', 'secret']) await chown(path.join(home, name), nobody.uid, nobody.gid)
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it.each([
    { most: abi, wrapper: [] },
    { most: 3, wrapper: [] },
    { most: abi, wrapper: ['unshare', '--user', '--map-root-user'] },
  ])('everything holds, ABI $most at most, started by $wrapper', async ({ most, wrapper }) => {
    const attacks = [
      'id -u; echo x > written; cat written', `chmod 777 ${home}/secret || touch -d @1 ${home}/secret || cat ${home}/secret || truncate -s 0 ${home}/secret`, 'chmod 777 test || echo x > test || rm -f test || mv test y || (echo x > y && mv -f y test)',
      'echo x > free/x && mv free/x free/y && rm free/y && mkdir made && echo y > made/y', 'kill -9 $PPID; kill -9 -1; echo alive',
      `perl -e 'exit(syscall(${process.arch === 'x64' ? 302 : 261}, getppid, 0, 0, 0) == -1 ? 1 : 0)'`,
    ]
    const script = `import { createLandlockSandbox } from ${JSON.stringify(adapter)}
      const never = new AbortController().signal
      await using box = await createLandlockSandbox({ environment: process.env, executables: { node: process.execPath }, abi: ${most} })
      const probe = await box.probe(never)
      const results = []
      for (const access of ['throw-away', 'kept']) for (const command of ${JSON.stringify(attacks)}) {
        const tree = ${JSON.stringify(path.join(home, 'tree'))}
        if (access === 'throw-away' || command.startsWith('id')) results.push(await box.launch({ command, tree, access, mounts: [], readOnly: ['test'], environment: {}, limits: ${JSON.stringify(limits)} }, never))
      }
      console.log(JSON.stringify({ probe, results: results.map((result) => ({ ...result, stdout: Buffer.from(result.stdout).toString() })) }))`
    const [command = '', ...args] = [...wrapper, process.execPath, '--input-type=module-typescript', '-e', script]
    const child = spawn(command, args, { ...nobody, cwd: '/', env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home }, stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    const { probe, results } = JSON.parse(output) as { probe: SandboxProbe; results: (Omit<LaunchResult, 'stdout'> & { stdout: string })[] }
    expect(probe.checks.filter((check) => !check.ok)).toEqual([])
    expect(probe.checks.map((check) => check.name)).toContain('weaker: user')
    const user = wrapper.length === 0 ? '65534' : '0'
    expect(results.map(({ exitCode, stdout }) => [exitCode === 0, stdout])).toEqual([[true, `${user}\nx\n`], [false, ''], [false, ''], [true, ''], [true, 'alive\n'], [false, ''], [true, `${user}\nx\n`]])
    expect(await readFile(path.join(home, 'tree/test'), 'utf8')).toBe('test')
  })
})
