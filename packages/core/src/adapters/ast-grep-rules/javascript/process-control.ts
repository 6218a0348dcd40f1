import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { isOwnUse, isOwnValue } from './own-names.ts'
import { member, memberBut, moduleName, spelled, storedTo, usedAsValue, type Dialect } from './syntax.ts'

const control = 'exit|reallyExit|kill|_kill|abort|exitCode|setUncaughtExceptionCaptureCallback|binding|_linkedBinding|dlopen|getBuiltinModule|mainModule|chdir|umask|set\\w*id|disconnect|send|report|permission|finalization|_\\w+'
const listening = 'on|once|off|addListener|prependListener|prependOnceListener|removeListener|removeAllListeners|emit|listeners|rawListeners'
/** Reading these neither tells who runs the code nor changes anything. */
const harmless = 'nextTick|platform|arch|version|versions|memoryUsage|release|features|emitWarning|cpuUsage|resourceUsage'
const knownElsewhere = 'env|argv|execArgv|argv0|title|ppid|pid|execPath|loadEnvFile|hrtime'

/** Code that ends the process, speaks in its name, or gets work done outside of it. */
export function processControl(dialect: Dialect): readonly CodeRule[] {
  return [
    needsApproval({
      id: 'ends-process',
      words: ['process'],
      rule: { any: [member('process', control), storedTo('^process\\s*[.\\[]')] },
      spares: isOwnUse,
      message: 'ends, signals or changes the process it runs in',
      risk: 0.8,
    }),
    needsApproval({
      id: 'listens-to-process',
      words: ['process'],
      rule: member('process', listening),
      message: 'listens to events of the process, which are where errors and its end are reported',
      risk: 0.7,
    }),
    needsApproval({
      id: 'uses-process',
      words: ['process'],
      rule: { any: [memberBut('process', [control, listening, harmless, knownElsewhere].join('|')), { all: [moduleName('process')] }] },
      spares: isOwnUse,
      message: 'uses the process object',
    }),
    needsApproval({ id: 'process-as-value', words: ['process'], rule: usedAsValue('process', dialect), spares: isOwnValue, message: 'uses the process object as a value, or by a computed name: what it does with it cannot be told', risk: 0.6 }),
    needsApproval({
      id: 'starts-processes',
      words: ['child_process', 'worker_threads', 'cluster', 'Worker', 'SharedWorker', 'execa', 'spawn', 'spawnSync', 'execSync', 'execFileSync', 'fork', 'zx', 'BroadcastChannel', 'MessageChannel', 'cross', 'shelljs', 'tinyexec', 'piscina', 'workerpool', 'tinypool', 'execFile'],
      rule: {
        any: [
          moduleName('child_process|worker_threads|cluster|execa|cross-spawn|zx|shelljs|tinyexec|piscina|workerpool|tinypool'),
          { kind: 'new_expression', has: { field: 'constructor', regex: '(?:^|\\.)(?:Worker|SharedWorker|BroadcastChannel|MessageChannel)$' } },
          { kind: 'call_expression', has: { field: 'function', regex: '(?:^|\\.)(?:spawn|spawnSync|execSync|execFile|execFileSync|fork)$' } },
        ],
      },
      message: 'gets work done in other processes or threads',
      risk: 0.7,
    }),
    noted({ id: 'defers-work', words: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'queueMicrotask'], rule: { kind: 'call_expression', has: { field: 'function', regex: '^(?:globalThis\\.)?(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\\s*\\.\\s*nextTick)$' } }, message: 'puts work off to later', risk: 0.1 }),
    needsApproval({
      id: 'speaks-as-runner',
      words: [],
      mark: /\bok \d|TAP version|# (?:tests|pass|fail)\b|testsuite|testcase|##teamcity|"numPassedTests|numPassedTests/,
      rule: { kind: 'string_fragment', regex: '^(?:\\s|\\\\n)*(?:not )?ok \\d|TAP version|# (?:tests|pass|fail)\\b|<testsuite|<testcase|##teamcity|numPassedTests' },
      message: 'holds text that test runners write',
      risk: 0.7,
    }),
    noted({ id: 'prints', words: ['console'], rule: { kind: 'call_expression', has: { field: 'function', regex: '^console\\s*\\??\\.' } }, message: 'prints', risk: 0.05 }),
    needsApproval({ id: 'names-process-event', words: ['uncaughtException', 'unhandledRejection', 'uncaughtExceptionMonitor', 'beforeExit', 'rejectionHandled'], rule: spelled('^(?:uncaughtException|unhandledRejection|uncaughtExceptionMonitor|beforeExit|rejectionHandled)$'), message: 'names an event of the process by which errors or its end are reported', risk: 0.6 }),
  ]
}
