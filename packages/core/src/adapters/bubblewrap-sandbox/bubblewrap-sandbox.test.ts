import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Launch, LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import { processorShare } from '../../testing/processor-share.ts'
import { createBubblewrapSandbox } from './bubblewrap-sandbox.ts'
import { installBubblewrap } from './install-bubblewrap.ts'
import { commandOwner, ownRights } from './stage.ts'

const never = new AbortController().signal
const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }

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
const marker = (): string => `sleep 7${process.pid}${markers++}`

const variants = [
  { accounting: 'auto', trees: 'auto' },
  { accounting: 'sampled', trees: 'auto' },
  { accounting: 'auto', trees: 'copy' },
] as const

describe.each(variants)('bubblewrap, accounting $accounting, trees $trees', ({ accounting, trees }) => {
  let home: string
  let tree: string
  let box: Sandbox

  beforeAll(async () => {
    process.env['RATCHET_TEST_SECRET'] = 'secret'
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-box-test-'))
    tree = path.join(home, 'a tree\nof 漢')
    await mkdir(path.join(tree, 'sub'), { recursive: true })
    await writeFile(path.join(tree, 'sub/file'), 'content')
    const owner = commandOwner(ownRights())
    if (owner !== null) for (const name of ['.', 'sub', 'sub/file']) await chown(path.join(tree, name), owner, owner)
    box = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath }, accounting, trees })
  })
  afterAll(async () => {
    delete process.env['RATCHET_TEST_SECRET']
    await box[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  const run = (command: string, more: Partial<Launch> = {}, signal: AbortSignal = never): Promise<LaunchResult> =>
    box.launch({ command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, ...more, limits: { ...limits, ...more.limits } }, signal)
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
  const small = (change: Partial<Launch['limits']>): Partial<Launch> => ({ limits: { ...limits, ...change } })

  it('passes output, exit status and environment through', async () => {
    const result = await run('echo "out $NAME"; echo err >&2; exit 7', { environment: { NAME: "it's \"quoted\" $HOME" } })
    expect([result.ending, result.exitCode, text(result.stdout), text(result.stderr)]).toEqual(['exited', 7, 'out it\'s "quoted" $HOME\n', 'err\n'])
    expect(result.usage.wallMs).toBeGreaterThan(0)
    expect(result.usage.accounting === 'sampled').toBe(accounting === 'sampled')
  })

  it('stays on the processors that it was given', async () => {
    expect(await processorShare(run)).toBeLessThan(1.25)
  })

  it('shows the tree, lets it be written, and forgets what was written', async () => {
    expect((await run('echo new > sub/file && echo more > added && rm -r sub && ls')).exitCode).toBe(0)
    expect(text((await run('cat sub/file; ls /tmp; ls')).stdout)).toBe('contenthome\nsub\n')
    expect(await readdir(tree)).toEqual(['sub'])
  })

  it('keeps what setup and build write, and stops them when it is too much', async () => {
    const kept = path.join(home, 'kept')
    await mkdir(kept, { recursive: true })
    expect((await run('echo built > out', { tree: kept, access: 'kept' })).exitCode).toBe(0)
    expect(await readFile(path.join(kept, 'out'), 'utf8')).toBe('built\n')
    const greedy = await run('i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > "f$i"; done', { tree: kept, access: 'kept' })
    expect(greedy.ending).toBe('disk-limit')
  })

  it('keeps protected paths as they are, whatever the command tries on them and on the folders above', async () => {
    const readOnly = ['sub/file', 'no/such/file']
    const attempts = ['echo new > sub/file', 'rm -f sub/file', 'mv sub/file x', 'chmod 777 sub/file', 'touch -d @1 sub/file', 'mv sub other', 'rm -rf sub', 'ln -sf /etc/passwd sub/file']
    for (const attempt of attempts) {
      const result = await run(`(${attempt}) 2>/dev/null && exit 9; cat sub/file && echo fresh > sub/beside && cat sub/beside`, { readOnly })
      expect([attempt, result.exitCode, text(result.stdout)]).toEqual([attempt, 0, 'contentfresh\n'])
    }
  })

  it('mounts read-only, also over the tree', async () => {
    const extra = path.join(home, 'extra')
    await mkdir(extra, { recursive: true })
    await writeFile(path.join(extra, 'dependency'), 'x')
    const result = await run('cat node_modules/dependency && ! touch node_modules/y 2>/dev/null', { mounts: [{ source: extra, target: 'node_modules' }] })
    expect([result.exitCode, text(result.stdout)]).toEqual([0, 'x'])
    expect(await readdir(extra)).toEqual(['dependency'])
  })

  it('hands a file over, and neither links nor pipes in its place', async () => {
    const collected = async (command: string): Promise<string | null> => {
      const result = await run(command, { collect: 'report.xml' })
      return result.collected === null ? null : text(result.collected)
    }
    expect(await collected('echo report > report.xml; exit 3')).toBe('report\n')
    expect(await collected('true')).toBeNull()
    expect(await collected('ln -s /etc/passwd report.xml')).toBeNull()
    expect(await collected('mkfifo report.xml')).toBeNull()
    expect(await collected('echo forged >&3; true')).toBeNull()
  })

  it('shows no host file, network, environment, descriptor or capability', async () => {
    const probes = [
      '! cat /etc/shadow', '! ls /root', '! ls /home', '[ ! -e /sys ]', '! env | grep -q RATCHET_TEST_SECRET', '! touch /usr/x', '! touch /etc/x', '! touch /x', '! touch /dev/x',
      '! ls /proc/1/root/etc/shadow', '! cat /work/../etc/shadow', '! unshare --user true', '! mount -t tmpfs x /tmp', '[ "$(id -u)" = 65534 ]',
      "node -e \"require('net').connect(22,'127.0.0.1').on('error',()=>process.exit(0)).on('connect',()=>process.exit(1))\"",
      "node -e \"const s=require('dgram').createSocket('udp4').on('error',()=>process.exit(0));s.send('x',53,'8.8.8.8',e=>process.exit(e?0:1))\"",
      'ls -l /proc/self/fd > /tmp/list; ! grep -- "->" /tmp/list | grep -qv "/dev/null\\|socket:\\|/proc/\\|/tmp/list"',
    ]
    for (const probe of probes) expect([probe, (await run(`{ ${probe}; } >/dev/null 2>&1`)).exitCode]).toEqual([probe, 0])
  })

  it('lets commands serve themselves over a loopback of their own, when that is asked for', async () => {
    const serve = `node -e "const s=require('net').createServer(c=>c.end('served')).on('error',e=>{console.log(e.code);process.exit(1)}).listen(0,'127.0.0.1',()=>require('net').connect(s.address().port,'127.0.0.1').on('data',d=>{console.log(String(d));s.close()}))"`
    const [without, own] = [await run(serve), await run(serve, { loopback: true })]
    expect([without.exitCode, text(without.stdout).trim(), own.exitCode, text(own.stdout).trim()]).toEqual([1, 'EAFNOSUPPORT', 0, 'served'])
  })

  it('ends at the wall limit with everything dead: ignored signals, double forks, new sessions', async () => {
    const [daemon, main] = [marker(), marker()]
    const result = await run(`trap '' TERM INT HUP; (setsid sh -c 'exec ${daemon}' &) ; exec ${main}`, small({ wallMs: 400 }))
    expect([result.ending, result.exitCode]).toEqual(['wall-limit', null])
    expect([await isRunning(daemon), await isRunning(main)]).toEqual([false, false])
  })

  it('ends what outlives the command, also when it holds the output', async () => {
    const daemon = marker()
    const result = await run(`(setsid ${daemon} &) ; exit 0`)
    expect([result.ending, result.exitCode, await isRunning(daemon)]).toEqual(['exited', 0, false])
  })

  it('stops floods, bombs, hogs and spinners', async () => {
    const flood = await run('yes')
    expect([flood.ending, flood.stdout.length]).toEqual(['output-limit', limits.outputBytes])
    const bomb = await run('bomb() { bomb | bomb & }; bomb; sleep 1; exit 1', small({ wallMs: 3000 }))
    // Without a group that counts, the kernel may refuse the shell its next process before anybody has looked: then it gives up by itself.
    expect(['process-limit', 'wall-limit', ...(accounting === 'sampled' ? ['exited'] : [])]).toContain(bomb.ending)
    expect(bomb.exitCode).not.toBe(0)
    const hog = await run('node -e "const a=[];for(;;)a.push(Buffer.alloc(1e7,1))"', small({ memoryBytes: 96 * 1024 ** 2 }))
    expect(['memory-limit', 'exited']).toContain(hog.ending)
    expect(hog.exitCode).not.toBe(0)
    expect((await run('while :; do :; done', small({ cpuMs: 300 }))).ending).toBe('cpu-limit')
  })

  it('bounds what can be written, wherever', async () => {
    for (const file of ['/tmp/x', 'x', '/dev/shm/x']) expect([file, (await run(`head -c 20000000 /dev/zero > ${file}`)).exitCode]).not.toEqual([file, 0])
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const main = marker()
    const launched = run(main, {}, controller.signal)
    await sleep(200)
    controller.abort()
    expect([(await launched).ending, await isRunning(main)]).toEqual(['aborted', false])
    expect((await run('true', {}, AbortSignal.abort())).ending).toBe('aborted')
  })

  it('runs launches side by side without mixing them up', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, (_, index) => run(`echo ${index} > mine; sleep 0.1; cat mine`)))
    expect(results.map((result) => text(result.stdout).trim())).toEqual(['0', '1', '2', '3', '4', '5'])
  })

  it('measures processor time from outside', async () => {
    const busy = await run('node -e "const used=()=>{const c=process.cpuUsage();return c.user+c.system};while(used()<500e3);"')
    expect(busy.usage.cpuMs).toBeGreaterThan(350)
    expect(busy.usage.cpuMs).toBeLessThan(2000)
    expect(busy.usage.peakMemoryBytes).toBeGreaterThan(1024 ** 2)
  })

  it('refuses a tree that is not there', async () => {
    await expect(run('true', { tree: path.join(home, 'nowhere') })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
  })

  it('refuses an environment that no program could be started with', async () => {
    await expect(run('true', { environment: { HUGE: 'x'.repeat(2 ** 22) } })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    expect((await run('true')).exitCode).toBe(0)
  })

  it('passes its own probe', async () => {
    const probe = await box.probe(never)
    expect(probe.checks.filter((check) => !check.ok)).toEqual([])
    expect(probe.available).toBe(true)
  })
})

describe('a parent that is killed', () => {
  it('leaves no process behind', async () => {
    const daemon = marker()
    const adapter = fileURLToPath(new URL('bubblewrap-sandbox.ts', import.meta.url))
    const script = `import { createBubblewrapSandbox } from ${JSON.stringify(adapter)}
      const box = await createBubblewrapSandbox({ environment: process.env })
      await box.launch({ command: ${JSON.stringify(`(setsid ${daemon} &); ${daemon}`)}, tree: '/usr/share', access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits: ${JSON.stringify(limits)} }, new AbortController().signal)`
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'ignore' })
    for (let tries = 0; tries < 200 && !(await isRunning(daemon)); tries++) await sleep(25)
    expect(await isRunning(daemon)).toBe(true)
    child.kill('SIGKILL')
    for (let tries = 0; tries < 80 && (await isRunning(daemon)); tries++) await sleep(25)
    expect(await isRunning(daemon)).toBe(false)
  })
})

describe('without bubblewrap', () => {
  it('there is no sandbox', async () => {
    await expect(createBubblewrapSandbox({ environment: { PATH: '/nonexistent' } })).rejects.toMatchObject({ code: 'sandbox-unavailable' })
  })

  it('installing asks nobody: root installs, a password-protected sudo gives the command', async () => {
    const bin = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bin-'))
    try {
      const script = async (name: string, body: string): Promise<void> => writeFile(path.join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
      const environment = { PATH: bin }
      expect(await installBubblewrap({ environment, isRoot: true }, never)).toMatchObject({ kind: 'cannot' })
      await script('apt-get', `case "$1" in install) printf '#!/bin/sh\\necho bubblewrap 0.8.0\\n' > ${bin}/bwrap; /bin/chmod +x ${bin}/bwrap;; esac`)
      await script('sudo', 'exit 1')
      expect(await installBubblewrap({ environment, isRoot: false }, never)).toMatchObject({ kind: 'cannot', command: expect.stringContaining('sudo apt-get install') })
      expect(await installBubblewrap({ environment, isRoot: true }, never)).toMatchObject({ kind: 'installed' })
      expect(await installBubblewrap({ environment, isRoot: true }, never)).toEqual({ kind: 'present' })
    } finally {
      await rm(bin, { recursive: true, force: true })
    }
  })
})
