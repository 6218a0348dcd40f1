import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { alwaysTrue, hasLoopInTree, isLeft } from '../endless.ts'

type Rule = CodeRule['rule']

const call = (names: string): Rule => ({ kind: 'call_expression', has: { field: 'function', regex: `^(?:(?:std)?\\s*::\\s*)?(?:${names})$` } })
/** Files that are C++ and nothing else: in C there is no other way to hold memory than by hand. */
const onlyCpp = /\.(?:cc|cpp|cxx|c\+\+|hh|hpp|hxx|h\+\+|ipp|inl|tpp|tcc|cu)$/i
const foreign = ['lambda_expression', 'function_definition', 'class_specifier', 'struct_specifier']
const left = isLeft({ inner: ['while_statement', 'for_statement', 'for_range_loop', 'do_statement', 'switch_statement'], foreign, breaks: ['break_statement'], labelled: null, leaves: ['return_statement', 'throw_statement', 'goto_statement', 'co_yield_statement', 'co_return_statement', 'co_await_expression'] })

/** Memory that somebody owns, or that is put into an object of its own before anything else can happen. */
const owned: readonly Rule[] = [
  { inside: { kind: 'argument_list', inside: { kind: 'call_expression', has: { field: 'function', regex: '(?:unique_ptr|shared_ptr|auto_ptr|scoped_ptr)\\b|(?:\\.|->)\\s*reset$' } } } },
  { inside: { kind: 'argument_list', inside: { kind: 'init_declarator', inside: { kind: 'declaration', has: { field: 'type', regex: '(?:unique_ptr|shared_ptr)\\b' } } } } },
  { inside: { kind: 'initializer_list', inside: { any: [{ kind: 'init_declarator' }, { kind: 'compound_literal_expression' }], stopBy: 'neighbor' } }, regex: '^new\\b' },
  // Built in a place that is there already.
  { has: { field: 'placement', kind: 'argument_list', not: { regex: 'nothrow' } } },
]

/** Memory by hand, buffers whose length nobody asks for, and loops without an end. */
export const cppMemory: readonly CodeRule[] = [
  needsApproval({
    id: 'raw-owning-pointer',
    words: ['new', 'malloc', 'calloc', 'realloc', 'strdup', 'strndup', 'aligned_alloc', 'posix_memalign'],
    rule: { any: [{ kind: 'new_expression', not: { any: owned as Rule[] } }, call('malloc|calloc|realloc|strdup|strndup|aligned_alloc|posix_memalign|(?:::)?operator new(?:\\[\\])?')] },
    message: 'holds memory by a plain pointer: whoever forgets to give it back leaks it, whoever does it twice breaks it',
    risk: 0.3,
    consentLevel: 1,
    paths: onlyCpp,
  }),
  needsApproval({
    id: 'unchecked-buffer',
    words: ['gets', 'strcpy', 'strcat', 'stpcpy', 'wcscpy', 'wcscat', 'sprintf', 'vsprintf', 'swprintf', 'scanf', 'sscanf', 'fscanf', 'vsscanf', 'alloca', '__builtin_alloca', '_alloca', 'lstrcpy', 'lstrcat', '_mbscpy', '__builtin_strcpy', '__builtin_strcat', '__builtin_sprintf', 'getwd', 'streadd', 'set_len'],
    rule: {
      any: [
        call('gets|strcpy|strcat|stpcpy|wcscpy|wcscat|sprintf|vsprintf|alloca|_alloca|lstrcpy[AW]?|lstrcat[AW]?|_mbscpy|__builtin_(?:alloca|strcpy|strcat|sprintf|vsprintf|stpcpy)|getwd'),
        // A text read without a bound: `%s`, and nothing between the two.
        { kind: 'string_literal', regex: '%l?(?:s|\\[)', inside: { kind: 'argument_list', inside: { kind: 'call_expression', has: { field: 'function', regex: '(?:^|::)\\s*v?[fs]?scanf$' } } } },
        // The function's address, to be called elsewhere.
        { kind: 'identifier', regex: '^(?:gets|strcpy|strcat|sprintf|vsprintf|stpcpy)$', any: [{ inside: { kind: 'init_declarator', field: 'value' } }, { inside: { kind: 'pointer_expression' } }, { inside: { kind: 'assignment_expression', field: 'right' } }] },
      ],
    },
    message: 'writes into memory without asking how long it is',
    risk: 0.5,
  }),
  needsApproval({
    id: 'endless-loop',
    words: ['while', 'for', 'do'],
    mayMatch: (root) => hasLoopInTree(root, ['while_statement', 'do_statement', 'for_statement']),
    rule: {
      any: [{ any: [{ kind: 'while_statement' }, { kind: 'do_statement' }], has: { field: 'condition', ...alwaysTrue() } }, { kind: 'for_statement', any: [{ has: { field: 'condition', ...alwaysTrue() } }, { not: { has: { field: 'condition', regex: '[^;\\s]' } } }] }],
      not: { any: [left, { has: { field: 'body', has: { kind: 'call_expression', has: { field: 'function', regex: '^(?:std\\s*::\\s*)?(?:exit|_exit|abort|terminate|longjmp)$' }, stopBy: { any: foreign.map((kind) => ({ kind })) } } } }] },
    },
    message: 'adds a loop that nothing ends: no condition, no way out of it',
    risk: 0.4,
    consentLevel: 1,
  }),
  noted({ id: 'copies-memory', words: ['memcpy', 'memmove', 'strncpy', 'strncat', 'memset', 'bcopy'], rule: call('memcpy|memmove|strncpy|strncat|memset|bcopy'), message: 'copies memory by hand', risk: 0.08 }),
  noted({ id: 'reads-memory-as-another-type', words: ['reinterpret_cast', 'const_cast'], rule: { kind: 'call_expression', regex: '^(?:reinterpret|const)_cast\\s*<' }, message: 'takes memory for something of another type', risk: 0.1 }),
]
