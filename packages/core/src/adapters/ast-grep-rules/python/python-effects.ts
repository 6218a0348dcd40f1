import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { isOwnUse } from './own-names.ts'
import { attribute, callOf, firstArgument, importOf, importedFrom, usedName, type Rule } from './python-syntax.ts'

const broad = 'Exception|BaseException|AssertionError|\\(\\s*(?:[\\w.]+\\s*,\\s*)*(?:Exception|BaseException|AssertionError)\\b[^)]*\\)'
const nothing: Rule = { kind: 'block', not: { has: { any: [{ kind: 'call' }, { kind: 'return_statement' }, { kind: 'raise_statement' }, { kind: 'assignment' }, { kind: 'augmented_assignment' }, { kind: 'break_statement' }, { kind: 'yield' }, { kind: 'await' }], stopBy: 'end' } } }

/** A command line that cannot be read, or asks for help, ends the process. */
const parsers = 'argparse|optparse'
const usesParsers: Rule = { inside: { kind: 'module', has: { ...importOf(parsers), stopBy: 'end' }, stopBy: 'end' } }
const endsByParser: readonly Rule[] = [
  importOf(parsers), attribute(parsers, '\\w+'), usedName('ArgumentParser|OptionParser'),
  { kind: 'call', all: [{ has: { field: 'function', kind: 'attribute', all: [{ has: { field: 'attribute', regex: '^(?:exit|error)$' } }, { not: { has: { field: 'object', regex: '^(?:self\\.)?_*(?i:log|logger|logging)$' } } }] } }, usesParsers] },
  { kind: 'call', all: [{ has: { field: 'function', kind: 'attribute', regex: '\\.\\s*parse_(?:known_|intermixed_|known_intermixed_)?args$' } }, { has: { field: 'arguments', regex: '^\\(\\s*[^\\s)]' } }, usesParsers] },
]

/** Consoles, test runners and crash helpers, all of which end the process. */
const endsByTool: readonly Rule[] = [
  attribute('code', 'interact|InteractiveConsole'), attribute('unittest|pytest', 'main|exit|TestProgram|console_main'), attribute('os|posix|nt', 'abort|kill|killpg'),
  { kind: 'import_from_statement', all: [{ has: { field: 'module_name', regex: '^(?:code|unittest|unittest\\.main|pytest|os|posix|nt)$' } }, { has: { field: 'name', regex: '^(?:interact|InteractiveConsole|main|exit|TestProgram|console_main|abort|kill|killpg)\\b' } }] },
  { kind: 'identifier', regex: '^(?:interrupt_main|raise_signal|_sig(?:abrt|segv|fpe|bus|ill)|_read_null|_fatal_error\\w*|_stack_overflow)$' },
]

export const pythonEffects: readonly CodeRule[] = [
  needsApproval({
    id: 'ends-process',
    words: ['_exit', 'exit', 'quit', 'SystemExit', 'abort', 'kill', 'killpg', 'signal', 'atexit', 'excepthook', 'KeyboardInterrupt', 'faulthandler', 'breakpoint', 'unraisablehook', 'displayhook', 'argparse', 'optparse', 'ArgumentParser', 'OptionParser', 'interact', 'main', 'TestProgram', 'console_main', 'interrupt_main', 'raise_signal'],
    mark: /\b_(?:sig\w+|read_null|fatal_error\w*|stack_overflow)\b/,
    rule: { any: [usedName('exit|quit|breakpoint|_exit|SystemExit'), { kind: 'identifier', regex: '^(?:_exit|excepthook|unraisablehook|displayhook)$' }, attribute('sys', 'exit'), importOf('signal|atexit'), attribute('signal|atexit', '\\w+'), ...endsByParser, ...endsByTool] },
    message: 'ends the process, or does something when it ends',
    risk: 0.8,
  }),
  needsApproval({
    id: 'starts-processes',
    words: ['subprocess', 'multiprocessing', 'threading', '_thread', 'concurrent', 'Popen', 'fork', 'forkpty', 'system', 'popen', 'pty', 'joblib', 'check_output', 'check_call', 'posix_spawn', 'sched', 'ThreadPoolExecutor', 'ProcessPoolExecutor', '_posixsubprocess', 'interpreters', '_interpreters', 'posix_spawnp'], mark: /\b(?:exec|spawn)[lv]\w*/,
    rule: { any: [importOf('subprocess|multiprocessing|threading|_thread|concurrent|pty|joblib|_posixsubprocess|sched|interpreters|_interpreters'), { kind: 'identifier', regex: '^(?:Popen|forkpty|check_output|check_call|posix_spawnp?|execv\\w*|execl\\w*|spawn[lv]\\w*)$' }, attribute('\\w+', 'fork|popen|forkpty'), attribute('subprocess|threading|multiprocessing', '\\w+')] },
    message: 'gets work done in other processes or threads',
    risk: 0.7,
  }),
  needsApproval({ id: 'answers-for-unpickling', words: ['__reduce__', '__reduce_ex__', 'copyreg'], rule: { any: [{ kind: 'identifier', regex: '^__reduce(?:_ex)?__$' }, importOf('copyreg')] }, message: 'decides what runs when its objects are read back', risk: 0.6 }),
  needsApproval({
    id: 'evaluates-text',
    words: ['eval', 'exec', 'compile', '__import__', 'execfile', 'runpy', 'code', 'codeop', 'marshal', 'pickle', 'dill', 'cloudpickle', 'FunctionType', 'CodeType', 'LambdaType', 'cPickle', 'shelve', 'types', '_pickle'],
    rule: { any: [usedName('eval|exec|compile|__import__|execfile'), importOf('runpy|codeop?|marshal|_?pickle|cPickle|dill|cloudpickle|shelve'), importedFrom('types', 'SimpleNamespace|MappingProxyType|GenericAlias|TracebackType|NoneType|EllipsisType|GeneratorType|ModuleType|UnionType'), { kind: 'identifier', regex: '^(?:FunctionType|CodeType|LambdaType)$' }] },
    spares: isOwnUse,
    message: 'makes code from text or data',
    risk: 0.8,
  }),
  needsApproval({ id: 'loads-computed-module', words: ['importlib', 'imp', 'import_module', 'pkgutil', 'zipimport', 'modules', 'meta_path', 'path_hooks', 'pkg_resources', 'reload', 'site', 'sysconfig', 'find_spec', 'sitecustomize', 'usercustomize', 'zipapp', 'venv', 'ensurepip', 'path_importer_cache'], rule: { any: [importOf('importlib|imp|pkgutil|zipimport|pkg_resources|site|sitecustomize|usercustomize|sysconfig|zipapp|venv|ensurepip'), attribute('importlib|pkgutil', '\\w+'), { kind: 'identifier', regex: '^(?:import_module|meta_path|path_hooks|path_importer_cache)$' }, attribute('sys', 'modules')] }, message: 'reaches into how modules are loaded', risk: 0.7 }),
  needsApproval({ id: 'runs-native-code', words: ['ctypes', 'cffi', '_ctypes', 'numba', 'cython', 'llvmlite', 'mmap', 'cppyy', 'pyximport', '_cffi_backend'], mark: /\.(?:so|dll|dylib|pyd|pyc)["']/, rule: { any: [importOf('_?ctypes|cffi|_cffi_backend|llvmlite|mmap|cppyy|pyximport'), attribute('ctypes', '\\w+'), { kind: 'string_content', regex: '\\.(?:so|dll|dylib|pyd|pyc)$' }] }, message: 'runs native code', risk: 0.7 }),
  needsApproval({
    id: 'reaches-by-computed-name',
    words: ['getattr', 'attrgetter', 'methodcaller', '__getattribute__'],
    rule: { any: [{ kind: 'call', all: [{ has: { field: 'function', regex: '^(?:getattr|object\\.__getattribute__|operator\\.attrgetter|attrgetter|methodcaller)$' } }, { has: { field: 'arguments', any: [{ has: { any: [{ kind: 'binary_operator' }, { kind: 'concatenated_string' }, { kind: 'string', has: { kind: 'interpolation' } }, { kind: 'call' }, { kind: 'string', regex: '^["\']_|(?:exit|system|popen|fork|environ|argv|modules|eval|exec|import|__)' }] } }, { has: { nthChild: 1, regex: '^(?:os|sys|time|builtins|__builtins__|importlib|ctypes|random|unittest|subprocess)$' } }] } }] }] },
    message: 'reaches something by a computed name',
    risk: 0.6,
  }),
  noted({ id: 'reads-attribute-by-name', words: ['getattr', 'attrgetter'], rule: callOf('^(?:getattr|attrgetter|operator\\.attrgetter)$'), message: 'reads attributes by name', risk: 0.05 }),
  needsApproval({
    id: 'accesses-files',
    words: ['open', 'pathlib', 'io', 'tempfile', 'shutil', 'glob', 'fileinput', 'sqlite3', 'dbm', 'shelve', 'read_text', 'write_text', 'write_bytes', 'fopen', 'diskcache', 'zipfile', 'tarfile', 'linecache', 'codecs', 'aiofiles', 'fcntl', 'gzip', 'bz2', 'lzma', 'open_code', 'FileIO', 'OpenWrapper', 'read_bytes'],
    rule: { any: [usedName('open'), importOf('pathlib|tempfile|shutil|glob|fileinput|sqlite3|dbm|diskcache|zipfile|tarfile|linecache|aiofiles|fcntl'), attribute('io|codecs|os|gzip|bz2|lzma', 'open|open_code|FileIO|OpenWrapper'), importedFrom('io', 'StringIO|BytesIO|TextIOBase|IOBase|RawIOBase|BufferedIOBase|SEEK_\\w+|TextIOWrapper'), { kind: 'identifier', regex: '^(?:write_text|write_bytes|read_text|read_bytes)$' }] },
    spares: isOwnUse,
    message: 'reads or writes files',
    risk: 0.6,
  }),
  needsApproval({ id: 'accesses-network', words: ['socket', 'http', 'urllib', 'urllib2', 'urllib3', 'requests', 'httpx', 'aiohttp', 'ftplib', 'smtplib', 'ssl', 'xmlrpc', 'socketserver', 'paramiko', 'redis', 'psycopg', 'psycopg2', 'asyncore', 'telnetlib', 'selectors', 'webbrowser', '_socket'], rule: importOf('socket|_socket|http|urllib2|urllib3|urllib\\.request|requests|httpx|aiohttp|ftplib|smtplib|ssl|xmlrpc|socketserver|paramiko|redis|psycopg2?|asyncore|telnetlib|webbrowser'), message: 'accesses the network', risk: 0.7 }),
  noted({ id: 'parses-addresses', words: ['urllib'], rule: importOf('urllib|urllib\\.parse'), message: 'imports urllib', risk: 0.05 }),
  needsApproval({ id: 'asks-about-machine', words: ['platform', 'getpass', 'pwd', 'resource', 'psutil', 'expanduser', 'gettempdir', 'gethostname', 'grp', 'socket', 'expandvars'], rule: { any: [importOf('platform|getpass|pwd|grp|resource|psutil|socket'), { kind: 'identifier', regex: '^(?:expanduser|expandvars|gettempdir|gethostname)$' }] }, message: 'asks about the machine, its users or its folders' }),
  needsApproval({ id: 'tunes-runtime', words: ['gc', 'setrecursionlimit', 'setswitchinterval', 'PYTHONHASHSEED', 'set_int_max_str_digits', 'tracemalloc', 'warnings'], mark: /\bPYTHON[A-Z]/, rule: { any: [importOf('gc|tracemalloc'), attribute('gc', '\\w+'), { kind: 'identifier', regex: '^(?:setrecursionlimit|setswitchinterval|set_int_max_str_digits)$' }, callOf('^warnings\\.(?:filterwarnings|simplefilter)$'), { kind: 'string_content', regex: '^PYTHON[A-Z]+$' }] }, message: 'tunes the interpreter or its garbage collector', risk: 0.6 }),
  needsApproval({
    id: 'swallows-errors',
    words: ['except', 'suppress', 'finally'],
    rule: {
      any: [
        { kind: 'except_clause', all: [{ regex: `^except\\s*(?::|(?:${broad})\\s*(?:as\\s+\\w+\\s*)?:)` }, { has: nothing }] },
        firstArgument('^(?:contextlib\\.)?suppress$', '^(?:Exception|BaseException|AssertionError)$'),
        { kind: 'finally_clause', has: { kind: 'block', has: { any: [{ kind: 'return_statement' }, { kind: 'break_statement' }, { kind: 'continue_statement' }] } } },
      ],
    },
    message: 'swallows errors of every kind',
    risk: 0.4,
    consentLevel: 1,
  }),
  noted({ id: 'catches-everything', words: ['except'], rule: { kind: 'except_clause', regex: `^except\\s*(?::|(?:BaseException|AssertionError)\\b)` }, message: 'catches errors of every kind', risk: 0.15 }),
  noted({
    id: 'keeps-between-calls',
    words: ['lru_cache', 'cache', 'cached_property', 'dict', 'set', 'defaultdict', 'OrderedDict', 'WeakValueDictionary', 'WeakKeyDictionary', 'global'],
    mark: /=\s*(?:\{\s*\}|\[\s*\])/,
    rule: {
      any: [
        { kind: 'decorator', regex: '^@(?:functools\\.)?(?:lru_cache|cache|cached_property)\\b' },
        { kind: 'assignment', has: { field: 'right', regex: '^(?:\\{\\s*\\}|\\[\\s*\\]|dict\\(\\)|set\\(\\)|(?:collections\\.)?(?:defaultdict|OrderedDict)\\(.*\\)|(?:weakref\\.)?Weak\\w+Dictionary\\(\\))$' }, inside: { kind: 'expression_statement', inside: { kind: 'module' } } },
        { any: [{ kind: 'default_parameter' }, { kind: 'typed_default_parameter' }], has: { field: 'value', regex: '^(?:\\{\\s*\\}|\\[\\s*\\])$' } },
        { kind: 'global_statement' },
      ],
    },
    message: 'keeps something between calls',
    risk: 0.05,
  }),
  noted({
    id: 'uses-package',
    words: ['import'],
    rule: { any: [{ kind: 'import_statement' }, { kind: 'import_from_statement', not: { has: { field: 'module_name', regex: '^\\.' } } }], not: { regex: '^(?:import|from)\\s+(?:__future__|abc|array|ast|asyncio|base64|binascii|bisect|builtins|calendar|cmath|codecs|collections|contextlib|contextvars|copy|csv|dataclasses|datetime|decimal|difflib|enum|fractions|functools|hashlib|heapq|hmac|io|itertools|json|keyword|math|numbers|operator|os|queue|random|re|secrets|statistics|string|struct|sys|textwrap|time|token|tokenize|types|typing|unicodedata|uuid|warnings|weakref|zlib)\\b' } },
    message: 'uses another package',
    risk: 0.08,
  }),
]
