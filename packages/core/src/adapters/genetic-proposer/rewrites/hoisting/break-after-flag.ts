import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { indentAt, isWithin, namedChildren } from '../../analysis/nodes.ts'
import { mustTakeAsLong } from '../../analysis/steady-in-time.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Invariance } from './invariance.ts'
import { replaced } from './lazy-value.ts'
import { readsOf } from './reads.ts'
import { repeatableWalk, type RepeatableWalk } from './repeatable-walk.ts'
import { isSettled, objectsRead, type Asked } from './settled-condition.ts'

interface FlagLoop {
  readonly loop: SgNode
  readonly condition: SgNode
  /** The statement that sets the flag. */
  readonly setting: SgNode
  readonly isBlock: boolean
  readonly flag: SgNode
}

/** Loops that only set a flag: after the first time, every further round is for nothing. */
export function breakSites(source: ScriptSource, invariance: Invariance): readonly EditSite[] {
  return source.root.root().findAll({ rule: { any: [{ kind: 'for_statement' }, { kind: 'for_in_statement' }] } }).flatMap((loop) => {
    const found = flagLoop(loop)
    // Bits are put together so that nobody can tell from the time where they differ.
    if (found === null || mustTakeAsLong(loop) || /\^|\|=/.test(loop.text()) || !isIdleAfterwards(found, source.scopes, invariance)) return []
    const offset = found.setting.range().start.index
    return [{ offset, key: `${offset}:break`, rationale: `leaves the loop after \`${excerpt(found.setting)}\`: further rounds change nothing`, edits: () => [breakEdit(source, found, leaving(found, source.scopes))] }]
  })
}

function flagLoop(loop: SgNode): FlagLoop | null {
  const statement = soleStatement(loop.field('body'))
  if (statement?.kind() !== 'if_statement' || statement.field('alternative') !== null) return null
  const [consequence, condition] = [statement.field('consequence'), statement.field('condition')]
  const setting = soleStatement(consequence)
  const [assignment] = setting?.kind() === 'expression_statement' ? namedChildren(setting) : []
  const [flag, value] = [assignment?.field('left'), assignment?.field('right')]
  const isConstant = assignment?.kind() === 'assignment_expression' && ['true', 'false', 'number', 'string', 'null'].includes(String(value?.kind()))
  if (!isConstant || setting === null || condition === null || flag?.kind() !== 'identifier') return null
  return { loop, condition, setting, isBlock: consequence?.kind() === 'statement_block', flag }
}

function soleStatement(body: SgNode | null): SgNode | null {
  if (body?.kind() !== 'statement_block') return body
  const [statement, ...others] = namedChildren(body)
  return others.length === 0 && statement !== undefined ? statement : null
}

function isIdleAfterwards({ loop, condition, flag }: FlagLoop, scopes: Scopes, invariance: Invariance): boolean {
  const head = loop.kind() === 'for_statement' ? loop.field('condition') : loop.field('right')
  // A body runs only after its loop has read the list.
  const readBefore = head === null ? [] : [...objectsRead(head), ...(loop.kind() === 'for_statement' ? [] : [head.text()])]
  const asked: Asked = { region: loop, scopes, invariance, solid: new Set(), strings: new Set(), readBefore: new Set(readBefore) }
  if (scopes.resolve(flag) === null || scopes.resolve(flag)?.kind === 'import' || !isSettled(condition, asked)) return false
  if (loop.kind() === 'for_in_statement') return idleWalk(loop, scopes) !== 'unknown'
  const [initializer, test, increment] = [loop.field('initializer'), loop.field('condition'), loop.field('increment')]
  if (initializer === null || !String(initializer.kind()).endsWith('_declaration') || test === null || increment === null) return false
  if (test.find({ rule: { kind: 'identifier', regex: `^${flag.text().replaceAll('$', String.raw`\$`)}$` } }) !== null) return false
  return isSettled(test, asked) && isStep(increment) && namedChildren(initializer).every((declarator) => isOwn(declarator.field('name'), loop, scopes)) && stepsOwn(increment, loop, scopes)
}

/** `for (const x of list)` and `for (const k in object)`: giving out the rest of it changes nothing, or only a walk through an array would not. */
function idleWalk(loop: SgNode, scopes: Scopes): RepeatableWalk {
  const list = loop.field('right')
  if (list === null || loop.field('kind') === null || /^for\s+await\b/.test(loop.text()) || !isOwn(loop.field('left'), loop, scopes) || readsOf(list, scopes) === null) return 'unknown'
  return loop.field('operator')?.text() === 'in' ? 'always' : repeatableWalk(list, scopes)
}

function isStep(increment: SgNode): boolean {
  if (increment.kind() === 'update_expression') return increment.field('argument')?.kind() === 'identifier'
  return increment.kind() === 'augmented_assignment_expression' && increment.field('left')?.kind() === 'identifier' && increment.field('right')?.kind() === 'number'
}

function stepsOwn(increment: SgNode, loop: SgNode, scopes: Scopes): boolean {
  const name = increment.field('argument') ?? increment.field('left')
  const binding = name === null ? null : scopes.resolve(name)
  return binding !== null && isWithin(binding.declaration, loop)
}

/** A name that only the loop knows. */
function isOwn(name: SgNode | null, loop: SgNode, scopes: Scopes): boolean {
  const binding = name?.kind() === 'identifier' ? scopes.resolve(name) : null
  return binding !== null && binding.uses.every((use) => isWithin(use, loop))
}

/** A list that may be something else is left early only where it is an array when the program runs. */
function leaving({ loop }: FlagLoop, scopes: Scopes): string {
  return loop.kind() === 'for_in_statement' && idleWalk(loop, scopes) === 'ask' ? `if (Array.isArray(${loop.field('right')?.text()})) break` : 'break'
}

function breakEdit(source: ScriptSource, { setting, isBlock }: FlagLoop, leave: string): TextEdit {
  const text = setting.text()
  const { start } = setting.range()
  const ended = text.endsWith(';') ? text : `${text};`
  if (!isBlock) return replaced(source, setting, `{ ${ended} ${leave}; }`)
  const isAlone = source.text.slice(source.text.lastIndexOf('\n', start.index - 1) + 1, start.index).trim() === ''
  return replaced(source, setting, isAlone ? `${text}\n${indentAt(source.text, start.index)}${leave}${text.endsWith(';') ? ';' : ''}` : `${ended} ${leave};`)
}
