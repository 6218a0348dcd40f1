import { denied, needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { insideAny } from '../relations.ts'
import { isOwnFunction } from './own-names.ts'

type Rule = CodeRule['rule']

const name = (names: string): Rule => ({ any: [{ kind: 'identifier' }, { kind: 'type_identifier' }], regex: `^(?:${names})$` })
/** A function called by this name, in the global namespace or std; a method of the same name is something else. */
const called = (names: string): Rule => ({ any: [{ kind: 'identifier' }, { kind: 'qualified_identifier' }], regex: `^(?:(?:std)?\\s*::\\s*)?(?:${names})$`, inside: { kind: 'call_expression', field: 'function' } })
/** The same, or its address taken under a full name. */
const reached = (names: string): Rule => ({ any: [called(names), { kind: 'qualified_identifier', regex: `^(?:std)?\\s*::\\s*(?:${names})$` }, { kind: 'identifier', regex: `^(?:${names})$`, all: [insideAny({ kind: 'init_declarator', field: 'value' }, { kind: 'argument_list' }, { kind: 'pointer_expression' }, { kind: 'assignment_expression', field: 'right' }, { kind: 'using_declaration' })] }, { kind: 'qualified_identifier', regex: `::\\s*(?:${names})$`, inside: { kind: 'using_declaration' } }] })

const runnerName = '(?:PYTEST_\\w+|RATCHET_\\w+|CTEST_\\w+|GTEST_\\w+|VITEST|JEST_WORKER_ID|NODE_TEST_CONTEXT|ASAN_OPTIONS|LLVM_PROFILE_FILE)'
const clocks = 'clock_gettime|clock_getres|gettimeofday|clock|time|times|getrusage|rand|srand|random|nanosleep|usleep|sleep|timespec_get'
const handlers = 'atexit|at_quick_exit|on_exit|signal|sigaction|set_terminate|set_new_handler|set_unexpected|longjmp|siglongjmp|setjmp|sigsetjmp|alarm|setitimer'
const environment = 'getenv|secure_getenv|_wgetenv|environ|__environ|_environ|getauxval|setenv|putenv|unsetenv|envp'
const commandLine = 'argv|argc|program_invocation_name|program_invocation_short_name|__progname|__progname_full|__argv|__argc|getpid|getppid|getprogname'

/** What code asks of the world around it, and what it does to it. */
export const cppEffects: readonly CodeRule[] = [
  denied({ id: 'detects-test-runner', words: [], mark: new RegExp(`\\b${runnerName}\\b`), rule: { any: [{ kind: 'string_content' }, { kind: 'raw_string_content' }], regex: `^${runnerName}$` }, message: 'reads how a test runner or Ratchet marks its processes' }),
  needsApproval({ id: 'reads-environment', words: environment.split('|'), rule: name(environment), message: 'reads or changes the environment: where it runs may then decide what it does' }),
  needsApproval({ id: 'reads-command-line', words: commandLine.split('|'), rule: name(commandLine), message: 'reads how the program was started' }),
  needsApproval({ id: 'reads-call-stack', words: ['backtrace', 'backtrace_symbols', '__builtin_return_address', '__builtin_frame_address', '__builtin_extract_return_addr', 'stacktrace', '_Unwind_Backtrace', 'dladdr', '_ReturnAddress', 'CaptureStackBackTrace', 'basic_stacktrace'], rule: { any: [name('backtrace|backtrace_symbols|__builtin_return_address|__builtin_frame_address|__builtin_extract_return_addr|stacktrace|basic_stacktrace|_Unwind_Backtrace|dladdr|_ReturnAddress|CaptureStackBackTrace'), { kind: 'namespace_identifier', regex: '^stacktrace$' }] }, message: 'looks at the call stack: it may find out who calls it', risk: 0.7 }),
  needsApproval({ id: 'names-test-files', words: [], mark: /\/(?:proc|dev|tmp|sys|var|run)\b|\.cache\b|(?:test|spec|fixture|golden|expected|snap|oracle|bench)[\w-]*[./]|[./_](?:test|spec|fixture|golden|expected|snap|oracle|bench)/i, rule: { any: [{ kind: 'string_content' }, { kind: 'raw_string_content' }], regex: '^/(?:proc|dev|tmp|sys|var|run)(?:/|$)|(?i)(?:^|/)(?:tests?|specs?|fixtures?|goldens?|expected|snapshots?|oracles?|bench(?:marks?)?)/|(?:^|/)\\.cache(?:/|$)' }, message: 'names files of tests, of the system, or of caches' }),
  denied({
    id: 'patches-clock-or-randomness',
    words: [...clocks.split('|'), 'chrono', 'steady_clock', 'system_clock', 'high_resolution_clock', 'now', 'dlsym'],
    rule: {
      any: [
        { kind: 'function_declarator', has: { field: 'declarator', regex: `^(?:::)?(?:${clocks})$` }, inside: { any: [{ kind: 'function_definition' }, { kind: 'pointer_declarator', inside: { kind: 'function_definition' } }] }, not: { inside: { any: [{ kind: 'class_specifier' }, { kind: 'struct_specifier' }], stopBy: 'end' } } },
        { any: [{ kind: 'class_specifier' }, { kind: 'struct_specifier' }], has: { field: 'name', regex: '^(?:std\\s*::\\s*)?chrono\\s*::|^(?:steady_clock|system_clock|high_resolution_clock|utc_clock)$' } },
        { kind: 'namespace_definition', has: { field: 'name', regex: '^(?:std\\s*::\\s*)?chrono$' } },
        { kind: 'function_declarator', has: { field: 'declarator', regex: 'chrono\\s*::.*\\bnow$|_clock\\s*::\\s*now$' }, inside: { kind: 'function_definition' } },
        { any: [{ kind: 'string_content' }], regex: `^(?:${clocks})$`, inside: { kind: 'string_literal', inside: { kind: 'argument_list', inside: { kind: 'call_expression', has: { field: 'function', regex: 'dlv?sym$' } } } } },
      ],
    },
    spares: isOwnFunction,
    message: 'replaces a clock, a timer or a source of randomness',
  }),
  needsApproval({
    id: 'ends-process',
    words: ['exit', '_exit', '_Exit', 'quick_exit', 'abort', 'terminate', 'raise', 'kill', 'killpg', '__builtin_trap', '__builtin_unreachable', ...handlers.split('|')],
    rule: { any: [name('_exit|_Exit|quick_exit|__builtin_trap|sigaction|at_quick_exit|atexit|on_exit|sigsetjmp|siglongjmp|longjmp|setjmp|set_terminate|set_unexpected|killpg'), reached(`exit|abort|terminate|raise|kill|${handlers}`), { kind: 'qualified_identifier', regex: '^(?:std)?\\s*::\\s*(?:exit|abort|terminate|raise|signal)$' }] },
    message: 'ends the process, or catches its end',
    risk: 0.8,
  }),
  needsApproval({ id: 'starts-processes', words: ['system', 'popen', '_popen', 'fork', 'vfork', 'execl', 'execlp', 'execle', 'execv', 'execvp', 'execve', 'execvpe', 'fexecve', 'posix_spawn', 'posix_spawnp', 'clone', 'daemon', 'thread', 'jthread', 'async', 'pthread_create', 'thrd_create', 'CreateProcess', 'CreateThread', 'execution', 'par', 'par_unseq'], rule: { any: [name('popen|_popen|fork|vfork|execlp?|execle|execvp?e?|fexecve|posix_spawnp?|pthread_create|thrd_create|CreateProcess[AW]?|CreateThread'), reached('system|clone|daemon'), { kind: 'qualified_identifier', regex: '^std\\s*::\\s*(?:thread|jthread|async|execution\\s*::\\s*par\\w*)\\b' }, { kind: 'type_identifier', regex: '^(?:jthread)$' }] }, message: 'gets work done in other processes or threads', risk: 0.7 }),
  needsApproval({ id: 'loads-code', words: ['dlopen', 'dlsym', 'dlvsym', 'dlmopen', 'LoadLibrary', 'LoadLibraryA', 'GetProcAddress', 'mprotect', 'mmap', 'VirtualProtect', 'syscall', 'ptrace', 'memfd_create', 'mremap', 'prctl', 'personality', 'userfaultfd', '__libc_start_main', 'LD_PRELOAD'], mark: /\b(?:RTLD|LD)_/, rule: { any: [name('dlopen|dlsym|dlvsym|dlmopen|LoadLibrary[AW]?|GetProcAddress|mprotect|mmap|VirtualProtect|syscall|ptrace|memfd_create|mremap|prctl|personality|__libc_start_main|RTLD_\\w+'), { kind: 'string_content', regex: '^LD_\\w+$' }] }, message: 'loads code or speaks to the kernel directly', risk: 0.8 }),
  needsApproval({ id: 'accesses-files', words: ['fopen', 'freopen', 'fdopen', 'tmpfile', 'mkstemp', 'ifstream', 'ofstream', 'fstream', 'basic_ifstream', 'basic_ofstream', 'filesystem', 'open', 'openat', 'creat', 'unlink', 'remove', 'rename', 'FILE', 'dup2', 'shm_open', 'basic_fstream', 'wifstream', 'wofstream', 'mkdtemp'], rule: { any: [name('fopen|freopen|fdopen|tmpfile|mkstemp|mkdtemp|ifstream|ofstream|fstream|basic_[io]?fstream|wifstream|wofstream|openat|creat|dup2|shm_open|FILE'), reached('open|unlink|rename'), { kind: 'namespace_identifier', regex: '^filesystem$' }] }, message: 'reads or writes files', risk: 0.6 }),
  needsApproval({ id: 'accesses-network', words: ['socket', 'connect', 'gethostbyname', 'getaddrinfo', 'sendto', 'recvfrom', 'curl_easy_init', 'asio'], rule: { any: [reached('socket|connect|gethostbyname|getaddrinfo|sendto|recvfrom|curl_easy_init'), { kind: 'namespace_identifier', regex: '^asio$' }] }, message: 'accesses the network', risk: 0.7 }),
  needsApproval({
    id: 'always-equal',
    words: ['operator'],
    rule: { kind: 'function_definition', all: [{ has: { field: 'declarator', regex: '\\boperator\\s*(?:==|!=|<=>|<=|>=|<|>|bool)' } }, { has: { field: 'body', regex: '^\\{\\s*return\\s+(?:true|0|1|!0|std\\s*::\\s*strong_ordering\\s*::\\s*equal)\\s*;\\s*\\}$' } }] },
    message: 'adds a comparison that gives one answer to everything',
    risk: 0.6,
  }),
  needsApproval({ id: 'replaces-allocator-or-entry', words: ['operator', 'main', 'malloc', 'free', '__libc_start_main', '_start', '__wrap_malloc', 'calloc', 'realloc', '__assert_fail', 'write', 'printf', 'puts'], mark: /\b__(?:wrap|cxa)_/, rule: { any: [{ kind: 'function_definition', has: { field: 'declarator', regex: '^(?:\\*\\s*)?(?:::\\s*)?operator\\s*(?:new|delete)' }, not: { inside: { any: [{ kind: 'class_specifier' }, { kind: 'struct_specifier' }], stopBy: 'end' } } }, { kind: 'function_declarator', has: { field: 'declarator', regex: '^(?:main|_start|malloc|calloc|realloc|free|__wrap_\\w+|__libc_start_main|__cxa_\\w+|__assert_fail|write|printf|puts)$' }, inside: { kind: 'function_definition', stopBy: 'neighbor' } }, { kind: 'function_declarator', has: { field: 'declarator', regex: '^(?:malloc|calloc|realloc)$' }, inside: { kind: 'pointer_declarator', inside: { kind: 'function_definition' } } }] }, spares: isOwnFunction, message: 'replaces a function of the C library, an allocator or the program\'s entry', risk: 0.6 }),
  needsApproval({ id: 'swallows-errors', words: ['catch'], rule: { kind: 'catch_clause', has: { field: 'body', not: { has: { any: [{ kind: 'call_expression' }, { kind: 'return_statement' }, { kind: 'throw_statement' }, { kind: 'assignment_expression' }, { kind: 'update_expression' }, { kind: 'break_statement' }, { kind: 'continue_statement' }, { kind: 'goto_statement' }, { kind: 'declaration' }], stopBy: 'end' } } } }, message: 'swallows errors', risk: 0.4, consentLevel: 1 }),
  noted({ id: 'reads-clock', words: ['chrono', 'clock', 'time', 'clock_gettime', 'gettimeofday', '__rdtsc', '__builtin_ia32_rdtsc', '__rdtscp'], rule: { any: [{ kind: 'qualified_identifier', regex: '_clock\\s*::\\s*now$' }, called('clock|time|clock_gettime|gettimeofday|__rdtscp?|__builtin_ia32_rdtsc')] }, message: 'reads a clock', risk: 0.15 }),
  noted({ id: 'draws-randomness', words: ['rand', 'random_device', 'random', 'drand48', 'arc4random'], rule: { any: [called('rand|random|drand48|arc4random'), name('random_device')] }, message: 'draws random numbers: it may behave differently each time', risk: 0.15 }),
  noted({ id: 'prints', words: ['cout', 'cerr', 'printf', 'puts', 'putchar', 'fprintf', 'write', 'clog', 'vprintf', 'fputs', 'println', 'print', 'fwrite'], rule: { any: [{ any: [{ kind: 'identifier' }], regex: '^(?:cout|cerr|clog)$' }, called('printf|puts|putchar|fprintf|vprintf|fputs|fwrite|println|print')] }, message: 'prints', risk: 0.05 }),
  noted({
    id: 'keeps-between-calls',
    words: ['static', 'thread_local', 'map', 'unordered_map', 'vector', 'set', 'unordered_set', 'multimap', 'unordered_multimap'],
    rule: {
      kind: 'declaration',
      any: [
        { all: [{ has: { kind: 'storage_class_specifier', regex: '^(?:static|thread_local)$' } }, { not: { has: { kind: 'type_qualifier', regex: '^(?:const|constexpr|constinit)$' } } }, { not: { has: { kind: 'function_declarator' } } }] },
        { all: [{ regex: '\\b(?:unordered_)?(?:map|set|vector|multimap)\\s*<' }, { not: { has: { any: [{ kind: 'type_qualifier', regex: '^(?:const|constexpr)$' }, { kind: 'function_declarator' }] } } }, { inside: { any: [{ kind: 'translation_unit' }, { kind: 'declaration_list' }] } }] },
      ],
    },
    message: 'keeps something between calls',
    risk: 0.05,
  }),
]
