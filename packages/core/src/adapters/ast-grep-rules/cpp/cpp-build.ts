import { denied, needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { isOwnCheck, isOwnFunction } from './own-names.ts'

const keywords =
  'if|else|for|while|do|switch|case|break|continue|return|goto|class|struct|union|enum|private|public|protected|const|constexpr|volatile|static|inline|virtual|throw|try|catch|new|delete|operator|int|char|bool|void|float|double|long|short|unsigned|signed|auto|template|typename|namespace|using|sizeof|true|false|nullptr|main|std'
const judged = 'assert|static_assert|NDEBUG|EXPECT_\\w+|ASSERT_\\w+|TEST|TEST_F|TEST_P|CHECK\\w*|REQUIRE\\w*|FAIL|GTEST_\\w+|__FILE__|__LINE__|__func__|clock_gettime|clock|time|gettimeofday|now|rand|srand|exit|abort'
const reached = 'system|popen|fork|exec[lv]\\w*|posix_spawnp?|_exit|_Exit|exit|quick_exit|abort|atexit|signal|sigaction|dlopen|dlsym|getenv|environ|ptrace|syscall|fopen|open|socket|connect|asm|__asm__|clock_gettime|__FILE__|mmap|mprotect|optimize|argv'

const systemHeader =
  '[<"](?:fstream|filesystem|experimental/filesystem|thread|jthread|future|csignal|signal\\.h|csetjmp|setjmp\\.h|unistd\\.h|dlfcn\\.h|fcntl\\.h|spawn\\.h|pthread\\.h|threads\\.h|netdb\\.h|sched\\.h|execinfo\\.h|stacktrace|source_location|cxxabi\\.h|link\\.h|elf\\.h|ucontext\\.h|process\\.h|windows\\.h|io\\.h|dirent\\.h|pwd\\.h|poll\\.h|sys/[\\w.]+|arpa/[\\w.]+|netinet/[\\w.]+|linux/[\\w.]+|gtest/.*|gmock/.*|catch2?/.*|doctest.*|boost/(?:process|asio|interprocess|dll|stacktrace|filesystem|thread)[\\w/.]*)[>"]'
const testFile = '(?i)[<"/](?:tests?|specs?|fixtures?|goldens?|expected|oracles?|bench\\w*)/|[<"/]test_\\w+|_test\\.|\\.(?:cc|cpp|cxx|c|inc|txt|json|csv)[>"]|"/'

const shadowed = 'assert|abort|exit|_exit|_Exit|quick_exit|atexit|strcmp|strncmp|strcasecmp|memcmp|bcmp|wcscmp|fabs|fabsf|printf|fprintf|puts|putchar|fputs|fwrite|__assert_fail|raise|clock_gettime|gettimeofday|rand|srand|malloc|calloc|realloc|getenv'
/** Endings that are read as C or C++; what else is included is code that no rule has read. */
const endings = String.raw`\.(?:h|hh|hpp|hxx|h\+\+|ipp|inl|tpp|tcc)`
const readEnding = `(?i)${endings}[">]$`
const unreadMark = String.raw`include\s*(?:"(?![^"\n]*${endings}")|<(?=[^>\n]*\.)(?![^>\n]*${endings}>))`

/** Between a directive and its argument: spaces, comments, and line ends that are taken away. */
const between = String.raw`(?:\s|/\*(?s:.*?)\*/|\\\r?\n)*`

const clocks = 'clock|time|times|getrusage|random|nanosleep|usleep|sleep|timespec_get|clock_getres'
/** A declaration is enough: what is declared as one of C is one of C wherever it is defined. */
const declares = (names: string): NonNullable<CodeRule['rule']> => ({ kind: 'function_declarator', has: { field: 'declarator', any: [{ kind: 'identifier' }, { kind: 'parenthesized_declarator' }], regex: `^[(\\s]*(?:${names})[\\s)]*$` } })

/** What the preprocessor and the compiler are told: it changes what every other line means. */
export const cppBuild: readonly CodeRule[] = [
  denied({ id: 'redefines-meaning', words: ['define', 'undef'], rule: { any: [{ kind: 'preproc_def' }, { kind: 'preproc_function_def' }], has: { field: 'name', regex: `^(?:${judged}|${keywords})$` } }, spares: isOwnCheck, message: 'gives an assertion, a keyword or a function of the system a new meaning by a macro' }),
  needsApproval({ id: 'shadows-judge', words: `${shadowed}|${clocks}`.split('|'), rule: { any: [declares(shadowed), { ...declares(clocks), inside: { kind: 'linkage_specification', stopBy: 'end' } }] }, spares: isOwnFunction, message: 'defines a function by which tests and oracles compare', risk: 0.8 }),
  denied({ id: 'removes-assertions', words: ['undef'], rule: { kind: 'preproc_call', regex: `^#\\s*undef\\b${between}(?:${judged})\\b` }, message: 'takes away a macro that tests rely on' }),
  needsApproval({ id: 'asks-for-macro', words: ['NDEBUG', 'GTEST_API_', 'CATCH_CONFIG_MAIN', '__SANITIZE_ADDRESS__', '__has_feature', 'UNIT_TEST', 'TESTING'], mark: /\b(?:__SANITIZE_|GTEST_|CATCH_|DOCTEST_|UNIT_TEST)/, rule: { any: [{ kind: 'preproc_ifdef' }, { kind: 'preproc_if' }, { kind: 'preproc_elif' }, { kind: 'preproc_defined' }, { kind: 'identifier', regex: '^(?:NDEBUG|__SANITIZE_\\w+|UNIT_TEST\\w*|TESTING|GTEST_\\w+)$' }], regex: '\\b(?:NDEBUG|__SANITIZE_\\w+|UNIT_TEST\\w*|TESTING|GTEST_\\w+|CATCH_\\w+|DOCTEST_\\w+|__has_feature)\\b' }, message: 'behaves differently in builds made for tests', risk: 0.6 }),
  needsApproval({ id: 'reaches-through-macro', words: reached.replaceAll('\\w*', '').split('|').concat(['define']), mark: /##/, rule: { any: [{ kind: 'preproc_arg', regex: `\\b(?:${reached})\\b|##` }], inside: { any: [{ kind: 'preproc_def' }, { kind: 'preproc_function_def' }] } }, message: 'hides a function of the system, or a name put together, in a macro', risk: 0.6 }),
  needsApproval({
    id: 'tunes-compiler',
    words: ['pragma', '_Pragma', 'attribute', '__attribute__', 'gnu', 'optimize', 'fast', 'omp', '__pragma', 'clang', '__attribute', 'msvc'],
    rule: {
      any: [
        { kind: 'preproc_call', regex: '^#\\s*pragma\\b(?s:.*)\\b(?:optimize|fast|float_control|fenv_access|fp_contract|FENV_ACCESS|FP_CONTRACT|CX_LIMITED_RANGE|omp|comment|weak|redefine_extname|poison|system_header|init_seg|push_macro|pop_macro)\\b' },
        { kind: 'identifier', regex: '^(?:_Pragma|__pragma)$' },
        { any: [{ kind: 'attribute_specifier' }, { kind: 'attribute_declaration' }, { kind: 'attribute' }], regex: '\\b(?:__)?(?:optimize|optnone|constructor|destructor|init_priority|weak|weakref|alias|ifunc|no_sanitize\\w*|no_instrument_function|section|cleanup|interrupt|naked)(?:__)?\\b', not: { inside: { any: [{ kind: 'attribute_specifier' }, { kind: 'attribute_declaration' }] } } },
      ],
    },
    message: 'changes how the compiler treats the code, or runs it before main',
    risk: 0.6,
  }),
  noted({ id: 'targets-processor', words: ['pragma', 'target', 'immintrin', 'target_clones', '__builtin_cpu_supports'], mark: /intrin\.h|arm_neon/, rule: { any: [{ kind: 'preproc_call', regex: '^#\\s*pragma\\b.*\\btarget\\b' }, { kind: 'preproc_include', regex: 'intrin\\.h|arm_neon' }, { any: [{ kind: 'attribute_specifier' }, { kind: 'attribute_declaration' }], regex: '\\btarget(?:_clones)?\\b' }] }, message: 'asks for a certain processor', risk: 0.15 }),
  needsApproval({
    id: 'includes-system',
    words: [],
    mark: new RegExp(`${systemHeader}|${unreadMark}|(?:include_next|embed|import)\\b|include\\s+[A-Za-z_]|include.{0,200}(?:${testFile.replace('(?i)', '')})`, 'i'),
    rule: {
      any: [
        { kind: 'preproc_include', regex: systemHeader },
        { kind: 'preproc_include', regex: testFile },
        { kind: 'preproc_include', has: { field: 'path', kind: 'string_literal', not: { regex: readEnding } } },
        { kind: 'preproc_include', has: { field: 'path', kind: 'system_lib_string', regex: '\\.', not: { regex: readEnding } } },
        // The name of a macro: what it stands for is not said here.
        { kind: 'preproc_include', has: { field: 'path', kind: 'identifier' } },
        { kind: 'preproc_call', regex: '^#\\s*(?:include_next|embed|import)\\b' },
      ],
    },
    message: 'includes access to processes, threads, files, the network, files of tests, or code in a file that no rule reads',
    risk: 0.5,
  }),
  needsApproval({ id: 'inline-assembly', words: ['asm', '__asm__', '__asm'], rule: { any: [{ kind: 'gnu_asm_expression' }, { kind: 'identifier', regex: '^(?:asm|__asm__|__asm)$' }] }, message: 'holds assembly', risk: 0.7 }),
  needsApproval({ id: 'reads-own-place', words: ['__FILE__', '__BASE_FILE__', '__FILE_NAME__', '__builtin_FILE', 'source_location', '__DATE__', '__TIME__', '__TIMESTAMP__', '__COUNTER__', '__INCLUDE_LEVEL__'], rule: { any: [{ kind: 'identifier' }, { kind: 'namespace_identifier' }, { kind: 'type_identifier' }], regex: '^(?:__FILE__|__BASE_FILE__|__FILE_NAME__|__builtin_FILE|source_location|__DATE__|__TIME__|__TIMESTAMP__|__COUNTER__|__INCLUDE_LEVEL__)$' }, message: 'asks where or when its own file was compiled' }),
]
