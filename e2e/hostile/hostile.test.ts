import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readCores } from '@ratchet/core/adapters/linux-processors/read-cores'
import { describe, expect, it } from 'vitest'
import { makeTarget, ratchet, shellTarget, type Files, type Verdict } from '../target.ts'
import process from 'node:process'

const exec = promisify(execFile)
const cores = await readCores()

/** A target whose test sources `src/hook`: whatever a candidate puts there runs inside the sandbox. */
const hooked: Files = {
  ...shellTarget,
  'src/hook': ':\n',
  'check/test.sh': `#!/bin/sh\n. ./src/hook\n${(shellTarget['check/test.sh'] as string).replace('#!/bin/sh\n', '')}`,
  'ratchet.yaml': (shellTarget['ratchet.yaml'] as string).replace('timeout: 5s', 'timeout: 2s'),
}

async function running(marker: string): Promise<boolean> {
  const { stdout } = await exec('ps', ['-eo', 'args'])
  return stdout.split('\n').some((line) => line.includes(marker) && !line.includes('ps -eo'))
}

async function judge(hook: string): Promise<Verdict & { readonly code: number | null }> {
  await using target = await makeTarget(hooked)
  await target.commit({ 'src/cost': '50\n', 'src/hook': hook })
  const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
  return { ...document, code }
}

describe('a hostile candidate', () => {
  it('that hangs is killed at the wall limit, with the daemon it forked twice', async () => {
    const marker = `sleep 8642${process.pid}`
    const verdict = await judge(`(setsid sh -c '${marker} &' &)\ntrap '' TERM INT HUP\n${marker}\n`)
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
    expect(verdict.reasons[0]?.code).toBe('test-run-failed')
    expect(await running(marker)).toBe(false)
  })

  it('that leaves a daemon behind and passes has no daemon afterwards', async () => {
    const marker = `sleep 9753${process.pid}`
    const verdict = await judge(`(setsid sh -c '${marker} >/dev/null 2>&1 </dev/null &' >/dev/null 2>&1 &)\n`)
    expect(verdict.verdict).toBe('accepted')
    expect(await running(marker)).toBe(false)
  })

  it('that floods its output is stopped', async () => {
    const verdict = await judge('yes "not ok 1 - flood"\n')
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
  })

  it('that forks without end is stopped, and the machine lives', async () => {
    const verdict = await judge('bomb() { bomb | bomb & }; bomb; sleep 1; exit 1\n')
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
    expect((await exec('true', [])).stdout).toBe('')
  })

  it('that fills the disk gets an error, not the disk', async () => {
    const verdict = await judge('head -c 64M /dev/zero > fill || exit 1\n')
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
  })

  it('that eats memory is stopped', async () => {
    const verdict = await judge('x=$(head -c 600M /dev/zero | tr "\\\\0" x); exit 1\n')
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
  })

  it('exits 0 before the tests and is rejected for the missing ones', async () => {
    const verdict = await judge('echo "TAP version 13"; echo "1..0"; exit 0\n')
    expect([verdict.code, verdict.verdict]).toEqual([3, 'rejected'])
  })

  it('finds no git history, no network, no host files, no environment', async () => {
    const probe = [
      'for path in .git /root/.ssh /etc/shadow /home; do [ -e "$path" ] && [ -r "$path" ] && [ "$path" != /home ] && exit 1; done',
      'env | grep -q SECRET_OF_THE_HOST && exit 1',
      '(exec 3<>/dev/tcp/127.0.0.1/22) 2>/dev/null && exit 1',
      '[ "$(id -u)" = 0 ] && exit 1',
      'grep -q "^CapEff:.*[1-9a-f]" /proc/self/status && exit 1',
      '',
    ].join('\n')
    await using target = await makeTarget(hooked)
    await target.commit({ 'src/cost': '50\n', 'src/hook': probe })
    const { code, stdout } = await ratchet(['evaluate', 'HEAD', '--json', '--target', target.directory], { environment: { ...process.env, SECRET_OF_THE_HOST: 'x' } })
    expect([code, (JSON.parse(stdout) as Verdict).verdict]).toEqual([0, 'accepted'])
  })

  it('cannot rewrite, as a program of its own, what its judge is about to read', async () => {
    const compared: Files = {
      ...shellTarget,
      'check/expected': '4\n',
      'check/test.sh': '#!/bin/sh\necho "1..1"\nsh src/answer 2 > /tmp/got\nif cmp -s /tmp/got check/expected; then echo "ok 1 - doubles"; else echo "not ok 1 - doubles"; exit 1; fi\n',
      'check/oracle.sh': '#!/bin/sh\nfor n in 1 2 3 4; do sh src/answer $n >/dev/null; cat check/expected; done\n',
    }
    const attempts = ['echo wrong > check/expected', 'rm check/expected; echo wrong > check/expected', 'mv check old; mkdir check; cp old/* check; echo wrong > check/expected', 'ln -sf ../src/wrong check/expected', 'echo "echo 1" > check/bench.sh']
    for (const attempt of attempts) {
      await using target = await makeTarget(compared)
      await target.commit({ 'src/cost': '50\n', 'src/wrong': 'wrong\n', 'src/answer': `(${attempt}) 2>/dev/null; echo wrong\n` })
      const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
      expect([attempt, code, document.verdict]).toEqual([attempt, 3, 'rejected'])
    }
  })

  it('owns nothing of the host, whoever runs Ratchet', async () => {
    const { reasons, code } = await judge('chmod 600 /dev/null 2>/dev/null && exit 1\ntouch -d @1 /dev/full 2>/dev/null && exit 1\necho 1 > /proc/sys/vm/drop_caches 2>/dev/null && exit 1\n[ -w /proc/sys/kernel/core_pattern ] && exit 1\n')
    expect([code, reasons.map((reason) => reason.code)]).toEqual([0, ['proven-gain']])
  })

  it('cannot carry anything from one launch to the next', async () => {
    const verdict = await judge('for file in /tmp/kept ./kept "$HOME/kept"; do [ -e "$file" ] && exit 1; touch "$file" || exit 1; done\n')
    expect(verdict.verdict).toBe('accepted')
  })

  it('that turns a directory into a link out of the tree is denied, and nothing outside is written', async () => {
    await using target = await makeTarget(hooked)
    await target.write({ 'src/cost': '50\n', src: null })
    await target.git('rm', '-r', '--quiet', '--cached', 'src')
    await exec('ln', ['-s', '/tmp', 'src'], { cwd: target.directory })
    await target.commit({})
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
  })
})

describe('without bubblewrap', () => {
  it('nothing is evaluated, and the message says what to do', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n' })
    const { stdout } = await exec('sh', ['-c', 'd=$(mktemp -d); for t in git node sh env cp unshare mount; do p=$(command -v $t) && ln -s "$p" "$d/$t"; done; echo "$d"'])
    const bare = { ...process.env, PATH: stdout.trim() }
    const { code, stderr, stdout: said } = await ratchet(['evaluate', 'HEAD', '--target', target.directory], { environment: bare })
    expect(code).toBe(1)
    expect(said).toBe('')
    expect(stderr).toMatch(/bubblewrap|bwrap/)
    expect(stderr).toContain('doctor --fix')
    const doctor = await ratchet(['doctor', '--tier', 'namespace'], { environment: bare })
    expect(doctor.code).toBe(1)
  })
})

describe('without taskset', () => {
  /** Every program of this machine but that one. */
  const withoutTaskset = async (): Promise<NodeJS.ProcessEnv> => {
    const { stdout } = await exec('sh', ['-c', 'd=$(mktemp -d); chmod 755 "$d"; IFS=:; for p in $PATH; do for f in "$p"/*; do [ -x "$f" ] && [ ! -e "$d/${f##*/}" ] && ln -s "$f" "$d/${f##*/}"; done; done; rm "$d/taskset"; echo "$d"'])
    return { ...process.env, PATH: stdout.trim() }
  }

  it.skipIf(cores.length < 2)('evaluations side by side are refused before anything is begun, and the doctor says so', async () => {
    await using target = await makeTarget({ ...shellTarget, 'ratchet.yaml': `${shellTarget['ratchet.yaml']}search: { lookahead: 2 }\n` })
    const environment = await withoutTaskset()
    const { code, stderr } = await ratchet(['run', '--target', target.directory], { environment })
    expect([code, stderr]).toEqual([1, expect.stringContaining('apt-get install util-linux')])
    expect(stderr).toContain('--workers 1')
    expect((await target.json<{ readonly runs: readonly unknown[] }>('status')).document.runs).toEqual([])
    const doctor = await ratchet(['doctor', '--tier', 'namespace', '--json', '--target', target.directory], { environment })
    const { checks } = JSON.parse(doctor.stdout) as { readonly checks: readonly { readonly name: string; readonly detail: string }[] }
    expect(checks.find(({ name }) => name === 'taskset')?.detail).toContain('apt-get install util-linux')
    // One at a time it gets as far as ever: here to the language, which no proposer reads.
    expect((await ratchet(['run', '--workers', '1', '--target', target.directory], { environment })).code).toBe(2)
    await exec('rm', ['-r', '--', environment['PATH'] as string])
  })
})
