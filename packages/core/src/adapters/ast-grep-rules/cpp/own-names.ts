import type { SgNode } from '@ast-grep/napi'
import { isNode, upwards } from '../../genetic-proposer/analysis/nodes.ts'
import type { Names } from '../names.ts'
import { rootText } from '../root-text.ts'

/** How many arguments the function of the system takes; those that take any number are not here. */
const takes: ReadonlyMap<string, number> = new Map([
  ['clock', 0], ['time', 1], ['times', 1], ['rand', 0], ['srand', 1], ['random', 0], ['clock_gettime', 2], ['clock_getres', 2], ['gettimeofday', 2], ['getrusage', 2], ['nanosleep', 2], ['usleep', 1], ['sleep', 1], ['timespec_get', 2],
  ['strcmp', 2], ['strncmp', 3], ['strcasecmp', 2], ['memcmp', 3], ['bcmp', 3], ['wcscmp', 2], ['fabs', 1], ['fabsf', 1], ['write', 3], ['puts', 1], ['putchar', 1], ['fputs', 2], ['fwrite', 4], ['free', 1], ['raise', 1], ['getenv', 1],
])
const foreign = /\b(?:std|chrono|testing|__\w+)\b/

/**
 * A function of a namespace of one's own that cannot be called the way the system's is, so that nobody who means the system's gets it. Threat: a definition that a declaration elsewhere makes one of C, whose symbol is the
 * system's; in a file that speaks of `extern` at all nothing is spared.
 */
export function isOwnFunction(found: SgNode, { root, isFrequent }: Names): boolean {
  const real = takes.get(found.field('declarator')?.text() ?? '')
  if (found.kind() !== 'function_declarator' || real === undefined || isFrequent(found.field('declarator')?.text() ?? '') || /\bextern\b|\bextern_|##/.test(rootText(root))) return false
  const count = parameterCount(found.field('parameters'))
  return count !== null && count !== real && isInOwnNamespace(found)
}

/** Null where a call may leave some out, or give more. */
function parameterCount(list: SgNode | null): number | null {
  const parameters = list?.children().filter((child) => child.isNamed() && child.kind() !== 'comment') ?? []
  if (list === null || parameters.some((parameter) => parameter.kind() !== 'parameter_declaration') || list.text().includes('...')) return null
  return parameters.length === 1 && parameters[0]?.text() === 'void' ? 0 : parameters.length
}

function isInOwnNamespace(found: SgNode): boolean {
  const around = [...upwards(found)]
  if (around.some((node) => ['linkage_specification', 'template_declaration', 'ERROR'].includes(String(node.kind())))) return false
  const spaces = around.filter((node) => node.kind() === 'namespace_definition')
  return spaces.length > 0 && spaces.every((space) => space.field('name') !== null && !foreign.test(space.field('name')?.text() ?? '') && !space.children().some((child) => child.kind() === 'inline'))
}

/** Macros by which test libraries check; others that begin like them are their owners'. */
const known = /^(?:CHECK|REQUIRE)_(?:EQ|NE|LT|LE|GT|GE|OP|OK|ERR|FALSE|TRUE|THAT|NEAR|NULL|NOTNULL|INDEX|BOUND|NOFAIL|NOTHROW|NO_THROW|CLOSE\w*|EQUAL\w*|STR\w*|THROW\w*|UNARY\w*|MESSAGE|\w*_MESSAGE|ASSERT\w*|ARRAY\w*|DOUBLE_EQ|SMALL|PREDICATE|BITWISE_EQUAL|TEXT|COMPARE\w*|DEATH\w*|IF)$/

const longestCheck = 500

/** `#define CHECK_RANGE(x, n) ((x) < (n))`: a check of one's own, that looks at everything it is given. */
export function isOwnCheck(found: SgNode, { root, isFrequent }: Names): boolean {
  const name = found.field('name')?.text() ?? ''
  if (found.kind() !== 'preproc_function_def' || !/^(?:CHECK|REQUIRE)_\w+$/.test(name) || known.test(name) || found.text().length > longestCheck || isFrequent('#') || isGivenTwice(root, found, name)) return false
  const parameters = found.field('parameters')?.children().filter((child) => child.isNamed()) ?? []
  const value = found.field('value')?.text() ?? ''
  // In the argument of `sizeof` or a cast to nothing a parameter is named and not looked at.
  const code = value.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ')
  return parameters.length > 0 && !/\b(?:sizeof|void|decltype|if\s*\(\s*0)\b|["'#]|(?:^|[(,?:]|&&|\|\|)\s*!?(?:true|false|\d+)\s*(?:$|[),?:]|&&|\|\|)/.test(code) && parameters.every((parameter) => parameter.kind() === 'identifier' && new RegExp(`\\b${parameter.text()}\\b`).test(code))
}

/** Given another meaning after its first one, or taken away in between. */
function isGivenTwice(root: SgNode, found: SgNode, name: string): boolean {
  const others = root.findAll({ rule: { any: [{ kind: 'preproc_def' }, { kind: 'preproc_function_def' }, { kind: 'preproc_call' }] } })
  return others.some((other) => !isNode(other, found) && new RegExp(`^#\\s*\\w+\\s+${name}\\b`).test(other.text()))
}
