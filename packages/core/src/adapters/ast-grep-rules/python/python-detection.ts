import { denied, needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { attribute, attributeBut, callOf, importOf, importedFrom, moduleAsValue, usedName } from './python-syntax.ts'

const runnerName = '(?:PYTEST_\\w+|RATCHET_\\w+|TOX_\\w+|COVERAGE_\\w+|NOSE_\\w+|HYPOTHESIS_\\w+|_pytest|pytest_\\w+|VITEST|JEST_WORKER_ID|NODE_TEST_CONTEXT)'
const sysHarmless = 'maxsize|intern|byteorder|float_info|maxunicode|version_info|hash_info|int_info|getsizeof|float_repr_style|implementation|hexversion|version'
const osHarmless = 'path|sep|altsep|linesep|fspath|PathLike|extsep|curdir|pardir|name'

export const pythonDetection: readonly CodeRule[] = [
  denied({ id: 'detects-test-runner', words: [], mark: new RegExp(`\\b${runnerName}\\b`), rule: { any: [{ kind: 'identifier' }, { kind: 'string_content' }], regex: `^${runnerName}$` }, message: 'reads how a test runner or Ratchet marks its processes' }),
  needsApproval({ id: 'reads-environment', words: ['environ', 'environb', 'getenv', 'getenvb', 'putenv', 'unsetenv'], rule: { kind: 'identifier', regex: '^(?:environb?|getenvb?|putenv|unsetenv)$' }, message: 'reads or changes the environment: where it runs may then decide what it does' }),
  needsApproval({
    id: 'reads-command-line',
    words: ['argv', 'orig_argv', 'executable', 'flags', 'getpid', 'getppid', '__file__', '__spec__', '__loader__', '__main__', '__path__', '__package__', '__cached__'],
    rule: { any: [{ kind: 'identifier', regex: '^(?:argv|orig_argv|getppid|getpid)$' }, attribute('sys', 'executable|flags|argv'), { kind: 'identifier', regex: '^__(?:file|spec|loader|path|package|cached)__$' }, { kind: 'string_content', regex: '^__main__$', not: { inside: { kind: 'string', inside: { kind: 'comparison_operator', has: { kind: 'identifier', regex: '^__name__$' } } } } }] },
    message: 'reads how the program was started, or where its own file lies',
  }),
  needsApproval({
    id: 'reads-call-stack',
    words: ['_getframe', '_getframemodulename', '_current_frames', 'currentframe', 'getouterframes', 'getinnerframes', 'stack', 'traceback', 'inspect', 'f_back', 'f_globals', 'f_locals', 'f_code', 'f_builtins', 'tb_frame', 'gi_frame', 'cr_frame', 'ag_frame', '__traceback__', 'settrace', 'setprofile', 'monitoring', 'extract_stack', 'walk_stack', 'bdb', 'pdb', 'trace', 'faulthandler'],
    rule: { any: [{ kind: 'identifier', regex: '^(?:_getframe|_getframemodulename|_current_frames|currentframe|getouterframes|getinnerframes|f_back|f_globals|f_locals|f_code|f_builtins|tb_frame|gi_frame|cr_frame|ag_frame|__traceback__|settrace|setprofile|extract_stack|walk_stack)$' }, importOf('inspect|traceback|faulthandler|bdb|pdb|trace'), attribute('inspect|traceback', '\\w+'), attribute('sys', 'monitoring')] },
    message: 'looks at the call stack: it may find out who calls it',
    risk: 0.7,
  }),
  needsApproval({ id: 'test-tools-in-source', words: ['unittest', 'pytest', 'nose', 'hypothesis', 'mock', 'monkeypatch', 'doctest', 'conftest', 'coverage', 'freezegun', 'time_machine', 'testing', 'nose2', '_pytest', 'tests', 'test', 'time_machine'], rule: { any: [importOf('unittest|pytest|nose2?|hypothesis|mock|doctest|conftest|coverage|freezegun|time_machine|_pytest|tests?'), { kind: 'identifier', regex: '^(?:monkeypatch|unittest|pytest|conftest)$' }, { kind: 'string_content', regex: '^(?:unittest|pytest|_pytest|nose|hypothesis|coverage|doctest|conftest)(?:[.].*)?$' }] }, message: 'uses test tools in source' }),
  needsApproval({
    id: 'names-test-files',
    words: [],
    mark: /\/(?:proc|dev|tmp|sys|var|run)\b|\.cache\b|__pycache__|(?:test|spec|fixture|golden|expected|snap|oracle|bench)[\w-]*[./]|[./_](?:test|spec|fixture|golden|expected|snap|oracle|bench)/i,
    rule: { kind: 'string_content', regex: '^/(?:proc|dev|tmp|sys|var|run)(?:/|$)|(?i)(?:^|/)(?:tests?|specs?|fixtures?|goldens?|expected|snapshots?|oracles?|bench(?:marks?)?)/|(?:^|/)test_\\w+\\.py$|_test\\.py$|(?:^|/)\\.cache(?:/|$)|__pycache__' },
    message: 'names files of tests, of the system, or of caches',
  }),
  needsApproval({ id: 'uses-sys', words: ['sys'], rule: { any: [attributeBut('sys', `${sysHarmless}|_getframe|argv|executable|flags|settrace|setprofile|exit|modules|monitoring`), importedFrom('sys', sysHarmless), { kind: 'aliased_import', has: { field: 'name', regex: '^sys$' } }, moduleAsValue('sys')] }, message: 'uses sys for more than facts of the interpreter' }),
  needsApproval({ id: 'uses-os', words: ['os', 'posix', 'nt', 'posixpath'], rule: { any: [attributeBut('os', `${osHarmless}|environb?|getenvb?|putenv|unsetenv|getpid|getppid`), importedFrom('os|posix|nt', osHarmless), { kind: 'aliased_import', has: { field: 'name', regex: '^os$' } }, moduleAsValue('os'), importOf('posix|nt|posixpath')] }, message: 'uses the operating system: processes, files, users', risk: 0.6 }),
  noted({ id: 'imports-sys-or-os', words: ['sys', 'os'], rule: { any: [{ kind: 'import_statement', has: { field: 'name', kind: 'dotted_name', regex: '^(?:sys|os|os[.]path)$' } }] }, message: 'imports sys or os', risk: 0.1 }),
  noted({ id: 'prints', words: ['print'], rule: callOf('^print$'), message: 'prints', risk: 0.05 }),
  noted({ id: 'reads-clock', words: ['time', 'datetime', 'perf_counter', 'monotonic', 'now', 'utcnow', 'today', 'perf_counter_ns', 'monotonic_ns', 'process_time', 'time_ns', 'process_time_ns'], rule: { any: [importOf('time|datetime'), callOf('^(?:time\\.)?(?:time|time_ns|perf_counter|perf_counter_ns|monotonic|monotonic_ns|process_time|process_time_ns)$|\\.(?:now|utcnow|today)$')] }, message: 'reads a clock', risk: 0.15 }),
  noted({ id: 'draws-randomness', words: ['random', 'secrets', 'uuid'], rule: { any: [importOf('random|secrets|uuid'), callOf('^(?:random|secrets|np\\.random|numpy\\.random)\\.')] }, message: 'draws random numbers: it may behave differently each time', risk: 0.15 }),
  needsApproval({ id: 'reads-caller-scope', words: ['globals', 'locals', 'vars', '__dict__', '__globals__', '__builtins__', '__subclasses__', '__closure__', '__code__', '__mro__', '__bases__', '__getattribute__', '__self__', '__wrapped__', '__import__', '__loader__', '__builtin__'], rule: { any: [usedName('globals|locals|vars'), { kind: 'identifier', regex: '^__(?:globals|builtins|builtin|subclasses|closure|code|mro|bases|getattribute|wrapped)__$' }, { kind: 'string_content', regex: '^__(?:globals|builtins|subclasses|closure|code|import|dict|class|mro|bases)__$' }] }, message: 'reaches names by reflection, where any name can be reached', risk: 0.6 }),
]
