import { denied, needsApproval, type CodeRule } from '../code-rule.ts'
import { inPieces, indexed, takenApart, takenApartByIndex, takenFrom } from './property-keys.ts'
import { callOf, member, spelled, whole } from './syntax.ts'

const runnerName = '(?:VITEST(?:_\\w+)?|JEST_WORKER_ID|NODE_TEST_\\w+|RATCHET_\\w+|PYTEST_\\w+|MOCHA(?:_\\w+)?|TAP_\\w+|AVA_PATH|NODE_V8_COVERAGE|__vitest_\\w+|__jest_?\\w*|__coverage__|npm_lifecycle_event|STRYKER_\\w+)'

const newError = '^[\\s(\\[]*(?:new\\s+)?\\w*Error\\b'
const error = `${newError}|^(?:e|err|error|ex|exc|exception|cause|reason|trace)$`

/** Code that finds out who is running it: then it can behave well only while it is watched. */
export const runnerDetection: readonly CodeRule[] = [
  denied({
    id: 'detects-test-runner',
    words: [],
    mark: new RegExp(`\\b${runnerName}\\b`),
    rule: spelled(whole(runnerName)),
    message: 'reads how a test runner or Ratchet marks its processes',
  }),
  needsApproval({
    id: 'reads-environment',
    words: ['env'],
    rule: { any: [member('process', 'env'), { kind: 'member_expression', regex: '^import\\s*\\.\\s*meta\\s*\\.\\s*env$' }] },
    message: 'reads the environment: where it runs may then decide what it does',
  }),
  needsApproval({
    id: 'reads-command-line',
    words: ['process', 'require', 'module', 'execArgv'],
    rule: { any: [member('process', 'argv|execArgv|argv0|title|ppid|pid|execPath|loadEnvFile'), member('require', 'main'), member('module', 'parent|children|paths|filename|id'), spelled('^execArgv$')] },
    message: 'reads how the program was started',
  }),
  needsApproval({
    id: 'reads-call-stack',
    words: ['stack', 'captureStackTrace', 'prepareStackTrace', 'stackTraceLimit', 'getCallSites', 'getCallSite', 'callee', 'caller'],
    mark: new RegExp(`${inPieces('stack').source}|Error\\b`),
    rule: {
      any: [
        { kind: 'member_expression', has: { field: 'property', regex: '^stack$' }, all: [{ has: { field: 'object', regex: error } }] },
        { kind: 'member_expression', has: { field: 'property', regex: '^stack$' }, inside: { kind: 'member_expression', has: { field: 'property', regex: '^(?:split|match|matchAll|replace|replaceAll|search|startsWith)$' } } },
        indexed('stack'),
        { ...takenFrom(error), any: [takenApart('stack')] },
        takenApartByIndex('stack'),
        // Under a name that only running it would tell.
        { kind: 'computed_property_name', not: { regex: '^\\[\\s*["\'`\\d]' }, inside: { kind: 'pair_pattern', field: 'key', ...takenFrom(newError) } },
        { kind: 'subscript_expression', all: [{ has: { field: 'object', regex: newError } }, { has: { field: 'index', not: { any: [{ kind: 'string' }, { kind: 'number' }] } } }] },
        spelled('^(?:captureStackTrace|prepareStackTrace|stackTraceLimit|getCallSites?)$'),
        member('arguments', 'callee'),
        { kind: 'member_expression', has: { field: 'property', regex: '^caller$' } },
      ],
    },
    message: 'looks at the call stack: it may find out who calls it',
    risk: 0.7,
  }),
  needsApproval({
    id: 'reads-own-place',
    words: ['__filename', '__dirname', 'meta'],
    rule: { any: [{ kind: 'identifier', regex: '^__(?:filename|dirname)$' }, { kind: 'meta_property', regex: '^import' }, { kind: 'member_expression', regex: '^import\\s*\\.\\s*meta$' }] },
    message: 'asks where its own file lies',
  }),
  needsApproval({
    id: 'test-tools-in-source',
    words: ['beforeEach', 'afterEach', 'beforeAll', 'afterAll', 'describe', 'vi', 'jest', 'sinon', 'expect', 'mocha', 'chai', 'vitest', 'useFakeTimers', 'it', 'test', 'suite', 'ava', 'tap', 'uvu', 'fast', 'ts', 'sinonjs'],
    rule: {
      any: [
        { kind: 'call_expression', has: { field: 'function', kind: 'identifier', regex: '^(?:beforeEach|afterEach|beforeAll|afterAll|describe|suite)$' } },
        callOf('^(?:vi|jest|sinon|expect|chai|mocha)\\s*\\.'),
        callOf('\\buseFakeTimers$'),
        { kind: 'string_fragment', regex: whole('node:test(?:/.*)?', 'vitest(?:/.*)?', '@jest/globals', '@vitest/.*', 'jest(?:-.*)?', 'mocha', 'chai', 'sinon', 'ava', 'tap', 'uvu', 'expect', 'fast-check', 'ts-node', '@sinonjs/.*') , inside: { kind: 'string' } },
      ],
    },
    message: 'uses test tools in source',
  }),
  needsApproval({
    id: 'names-test-files',
    words: [],
    mark: /\/(?:proc|dev|tmp|sys|var|run)\b|\.cache\b|(?:test|spec|fixture|golden|expected|snap|oracle|bench)[\w-]*[./]|[./](?:test|spec|fixture|golden|expected|snap|oracle|bench)|compile-cache/i,
    rule: {
      kind: 'string_fragment',
      regex: '^/(?:proc|dev|tmp|sys|var|run)(?:/|$)|(?i)(?:^|/)(?:__)?(?:tests?|specs?|fixtures?|goldens?|expected|snapshots?|oracles?|bench(?:marks?)?)(?:__)?/|[./-](?:test|spec|snap|golden|expected)\\.\\w+$|(?:^|/)\\.cache(?:/|$)|compile-cache',
    },
    message: 'names files of tests, of the system, or of caches',
  }),
]
