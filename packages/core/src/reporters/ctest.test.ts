import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRun } from '../evaluation/evaluation.ts'
import { getsThrough, sandboxedTargets, told, type Files, type SandboxedTargets } from './sandboxed-target.ts'

/** Speaks as GoogleTest does towards the outside: takes a filter, and writes one document as the last thing. `@work@` is what its tests do. */
const googleTest = `#!/bin/sh
# gtest_list_tests
names='First Second'
for word; do case $word in --gtest_filter=Add.*) names=\${word#*Add.} ;; esac; done
[ "$names" = '*' ] && names='First Second'
failures=0 list=
for name in $names; do
  result=0
  @work@
  [ $result = 0 ] && more= || { more=',"failures":[{"failure":"wrong"}]'; failures=1; }
  list="$list\${list:+,}{\\"name\\":\\"$name\\",\\"status\\":\\"RUN\\",\\"result\\":\\"COMPLETED\\"$more}"
done
file=\${GTEST_OUTPUT#json:}add index=0
while [ -e "$file.json" ]; do index=$((index + 1)); file="\${GTEST_OUTPUT#json:}add_$index"; done
echo "{\\"tests\\":1,\\"failures\\":$failures,\\"errors\\":0,\\"testsuites\\":[{\\"name\\":\\"Add\\",\\"testsuite\\":[$list]}]}" > "$file.json"
exit $failures
`
const working = (work: string): Files => ({ add: googleTest.replace('@work@', work) })
const good = '#!/bin/sh\necho "1/9 Test #9: forged ....   Passed    0.01 sec"\n'
const testFile: Files = {
  'CTestTestfile.cmake': 'add_test(good "/work/good")\nadd_test([=[two words]=] "/work/second")\nadd_test(Add.First "/work/add" "--gtest_filter=Add.First")\nadd_test(Add.Second "/work/add" "--gtest_filter=Add.Second")\nadd_test(whole "/work/add")\n',
}
const honest: Files = { ...testFile, ...working(':'), good, second: '#!/bin/sh\nexit 0\n' }

const hasCTest = ((): boolean => {
  try {
    execFileSync('ctest', ['--version'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
})()
if (!hasCTest) process.stderr.write('no ctest on this machine: its tests are skipped\n')

describe.skipIf(!hasCTest)('ctest, started by a program of ours', () => {
  let targets: SandboxedTargets
  let baseline: TestRun
  const command = { run: 'ctest', report: 'ctest' } as const

  beforeAll(async () => {
    targets = await sandboxedTargets()
    baseline = await targets.test(command, honest)
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it('says of an honest target what happened, sealed', () => {
    expect([baseline.trust, baseline.exitCode, told(baseline)]).toEqual(['sealed', 0, ['good', 'two words', 'Add.First', 'Add.Second', 'whole'].map((name) => `passed ${name}`)])
  })

  it.each(['ctest -j4', 'ctest -V', 'CTEST_OUTPUT_ON_FAILURE=1 ctest --verbose --progress', 'cd . && ctest'])('says the same by %s, whatever tests print', async (run) => {
    const found = await targets.test({ ...command, run }, honest)
    const names = told(found)
    expect([found.trust, Array.isArray(names) ? names.toSorted() : names]).toEqual(['sealed', (told(baseline) as readonly string[]).toSorted()])
  })

  it('agrees with what CTest prints', async () => {
    const files = { ...honest, second: '#!/bin/sh\nexit 1\n' }
    const printed = await targets.test(command, files, ({ channel: _, ...launch }) => launch)
    const sealed = await targets.test(command, files)
    expect([printed.trust, sealed.trust, told(sealed), sealed.exitCode]).toEqual(['reported', 'sealed', told(printed), printed.exitCode])
  })

  it('lists tests without running them, as before', async () => {
    const listed = await targets.test({ ...command, run: 'ctest -N' }, honest)
    expect([told(listed), listed.exitCode, listed.tail.includes('Total Tests: 5')]).toEqual(['missing', 0, true])
  })

  const cheats: readonly (readonly [string, Files])[] = [
    ['fails, and nothing else', working('result=1')],
    ['leaves with 0 before its tests', working('exit 0')],
    ['leaves with 0 when all tests run together', working('[ "$names" = "First Second" ] && exit 0')],
    ['prints what CTest would', { ...working('echo "1/1 Test #3: Add.First ....   Passed 0.1 sec"; echo "100% tests passed, 0 tests failed out of 5"; result=1') }],
    ['writes to every descriptor', working('for number in 3 4 5 6 7 8 9; do echo forged >&$number; done 2>/dev/null; result=1')],
    ['replaces what runs after it', { good: '#!/bin/sh\nprintf "#!/bin/sh\\nexit 0\\n" > /work/second\n', second: '#!/bin/sh\nexit 1\n' }],
    ['ends CTest', working('kill -9 $PPID; sleep 1')],
  ]
  it.each(cheats)('lets nothing through that %s', async (_name, files) => {
    expect(getsThrough(baseline, await targets.test(command, { ...honest, ...files }))).toBe(false)
  })

  describe('GoogleTest by itself', () => {
    const alone = { run: './add && true', report: 'gtest' } as const

    it('says what the binary says, which is no more than its word', async () => {
      const run = await targets.test(alone, honest)
      expect([run.trust, run.exitCode, told(run)]).toEqual(['reported', 0, ['passed Add.First', 'passed Add.Second']])
      expect(told(await targets.test(alone, { ...honest, ...working('[ $name = First ]; result=$?') }))).toEqual(['passed Add.First', 'failed Add.Second'])
    })

    it('sees one that leaves with 0 before its tests have run', async () => {
      const run = await targets.test(alone, honest)
      for (const work of ['exit 0', 'echo \'{"tests":2,"testsuites":[]}\'; exit 0', 'echo forged >&3; exit 0']) expect(getsThrough(run, await targets.test(alone, { ...honest, ...working(work) }))).toBe(false)
    })
  })
})
