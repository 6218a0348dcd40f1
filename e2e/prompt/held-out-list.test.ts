import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventsOf } from '../replay/recorded-run.ts'
import { makeTarget, ratchet, type Target, type Verdict } from '../target.ts'

const heldOut = Array.from({ length: 24 }, (_, index) => `held-${index}-4711`)
const shown = Array.from({ length: 6 }, (_, index) => `shown-${index}`)
const dull = 'exit 1\n'

/** Solves what it finds the whole list for, by any of the ways that a command has; and prints what it found. */
const reading = `for place in check/held-out.txt check/HELD-OUT.txt kept/held-out.txt ../check/held-out.txt /srv/check/held-out.txt; do cat "$place" 2>/dev/null >> /tmp/found; done
grep -rhsao "held-[0-9]*-4711" /work /srv /run /etc /home /root /var /opt /mnt /dev/shm 2>/dev/null >> /tmp/found
for one in /proc/[0-9]*; do cat $one/environ $one/cmdline 2>/dev/null; done | tr "\\0" "\\n" | grep -ao "held-[0-9]*-4711" >> /tmp/found
find /work /srv /run /home /root /var /opt /mnt -name ".git" 2>/dev/null >> /tmp/found
git -C . show HEAD:check/held-out.txt >> /tmp/found 2>/dev/null
sort -u /tmp/found | grep -v "$RATCHET_TASK"
`

let target: Target
beforeAll(async () => {
  target = await makeTarget({
    'src/answer.sh': dull,
    'check/shown.txt': `${shown.join('\n')}\n`,
    'check/held-out.txt': `${heldOut.join('\n')}\n`,
    'check/test.sh': 'test ! -e check/held-out.txt && test ! -e kept/held-out.txt && test -e check/shown.txt\n',
    'ratchet.yaml': `target: { edit: [src/answer.sh] }
build: mkdir -p kept && cp check/* kept/
tests: [{ run: sh check/test.sh, timeout: 10s }]
metrics: { answered: { run: sh src/answer.sh, measure: pass-rate, tasks: check/shown.txt, heldOut: check/held-out.txt, timeout: 20s } }
accept: { trustReported: true, canaries: 0, falseAcceptRate: 0.1 }
`,
  })
})
afterAll(() => target[Symbol.asyncDispose]())

const judged = async (text: string): Promise<Verdict> => {
  const commit = await target.commit({ 'src/answer.sh': text }, 'another answer')
  await target.git('reset', '--quiet', '--hard', 'HEAD~1')
  const { stdout, stderr } = await ratchet(['evaluate', commit, '--json', '--target', target.directory])
  expect(stderr).toBeDefined()
  return JSON.parse(stdout) as Verdict
}

it('a command solves held-out examples by the one that it is given, and by nothing else: no tree, build, test or git object has their list', async () => {
  expect(await judged('case "$RATCHET_TASK" in held-*-4711) exit 0;; esac; exit 1\n')).toMatchObject({ verdict: 'approval-required', reasons: [{ code: 'proven-gain' }, { code: 'implausible-gain' }] })
  expect(await judged(reading)).toMatchObject({ verdict: 'inconclusive', metrics: { answered: { eValue: 1 } } })
  const pairs = (await eventsOf(target.directory)).flatMap((event) => (event.kind === 'evaluation-recorded' ? event.body.evaluation.metrics : [])).flatMap((metric) => metric.pairs)
  expect(pairs.every(({ task = '', printed }) => heldOut.includes(task) && printed === undefined)).toBe(true)
  expect(await readFile(`${target.directory}/check/held-out.txt`, 'utf8')).toContain('held-0-4711')
}, 60_000)
