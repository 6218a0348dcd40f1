import { freshName } from '../../analysis/nodes.ts'
import { isSteadyInTime } from '../../analysis/steady-in-time.ts'
import type { EditSite, PythonOperator, PythonSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { after, replaced, siteAt, without } from '../../tree-edits.ts'
import { isGuarded, isSuspended, loopsAround, statementAround, statementBefore } from '../python-loops.ts'
import { builtinCall, isBuiltin, localName, mentionsIn, methodCall } from '../python-names.ts'
import { isGivenAway, isUndisturbed } from '../python-undisturbed.ts'
import { isCalm, isSequence, isSteadyList, shapeOf, shapeOfName, staysFixed } from '../python-values.ts'

/** What `out = []`, `for x in xs:`, perhaps `if c:`, `out.append(v)` consists of. */
interface AppendLoop {
  readonly made: Syntax
  readonly out: string
  readonly target: Syntax
  readonly list: Syntax
  readonly condition: Syntax | null
  readonly value: Syntax
}

function onlyChild(node: Syntax | null): Syntax | null {
  const [first, ...others] = node?.named ?? []
  return first === undefined || others.length > 0 ? null : first
}

function appendLoop({ tree }: PythonSource, loop: Syntax): AppendLoop | null {
  const made = statementBefore(loop)
  const assignment = made?.kind === 'expression_statement' ? made.named[0] : undefined
  const out = assignment?.kind === 'assignment' && assignment.field('type') === null && /^\[\s*\]$/.test(assignment.field('right')?.text() ?? '') ? assignment.field('left') : null
  const [target, list, home] = [loop.field('left'), loop.field('right'), loop.nearest('function_definition')]
  if (made === null || out?.kind !== 'identifier' || target === null || list === null || home === null || loop.field('alternative') !== null || isSuspended(loop) || isGuarded(loop, home)) return null
  const inner = onlyChild(loop.field('body'))
  const filter = inner?.kind === 'if_statement' && inner.field('alternative') === null ? inner : null
  const statement = filter === null ? inner : onlyChild(filter.field('consequence'))
  const call = methodCall(statement?.kind === 'expression_statement' ? (statement.named[0] ?? null) : null)
  if (call?.method !== 'append' || call.object.text() !== out.text() || call.values.length !== 1 || localName(tree, out) === null) return null
  return { made, out: out.text(), target, list, condition: filter?.field('condition') ?? null, value: call.values[0] as Syntax }
}

/** They ask for the function that they stand in: before Python 3.12 a comprehension is one of its own. */
const seesFrame = /\b(?:super|dir)\b/

/** A loop that only appends is a comprehension, which needs no call for each element. Precondition: nothing sees the list grow, and nobody asks for the loop's names behind it. */
export const loopToComprehension: PythonOperator = {
  name: 'loop-to-comprehension',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('for_statement').flatMap((loop): EditSite[] => {
      const { tree } = source
      const parts = appendLoop(source, loop)
      if (parts === null) return []
      const { made, out, target, list, condition, value } = parts
      const names = [target, ...tree.within(target, 'identifier')].filter(({ kind }) => kind === 'identifier')
      const home = loop.nearest('function_definition') as Syntax
      const isPlain = ['identifier', 'pattern_list', 'tuple_pattern'].includes(target.kind) && tree.within(target, 'subscript', 'attribute').length === 0
      const isFree = names.every((name) => localName(tree, name) !== null && mentionsIn(tree, home, name.text()).every((mention) => mention.isWithin(loop)))
      const body = [list, value, ...(condition === null ? [] : [condition])]
      if (!isPlain || !isFree || body.some((part) => mentionsIn(tree, part, out).length > 0 || part.text().includes(':=') || part.text().includes('lambda') || seesFrame.test(part.text()))) return []
      const walked = list.kind === 'expression_list' ? `(${list.text()})` : list.text()
      const kept = condition === null ? '' : ` if ${condition.kind === 'conditional_expression' ? `(${condition.text()})` : condition.text()}`
      const isSpread = value.kind === 'generator_expression'
      return isSpread ? [] : [siteAt(source, loop, {
        variant: 'comprehension',
        rationale: `builds \`${out}\` by a comprehension instead of a call for each element`,
        edits: () => [without(tree, made), replaced(loop, `${out} = [${value.text()} for ${target.text()} in ${walked}${kept}]`)],
      })]
    }),
}

/** Properties and operators of what may be the program's own types: numbers, texts and containers made in the function have none. */
function runsCodeOfOthers(tree: SyntaxTree, body: Syntax): boolean {
  const isKnown = (node: Syntax): boolean => {
    const local = localName(tree, node)
    const isCounter = local?.writes.every((write) => write.parent?.kind === 'for_statement' && builtinCall(tree, write.parent.field('right'), 'range') !== null) === true
    return local !== null && !local.isParameter && (isCounter || shapeOfName(tree, local) !== 'other')
  }
  const operations = tree.within(body, 'binary_operator', 'augmented_assignment', 'boolean_operator', 'comparison_operator', 'not_operator', 'unary_operator', 'interpolation')
  const isHarmless = (operation: Syntax): boolean => tree.within(operation, 'subscript', 'call', 'attribute').length === 0 && tree.within(operation, 'identifier').every(isKnown)
  const properties = tree.within(body, 'attribute').filter((node) => node.parent?.kind !== 'call' || node.parent.field('function') !== node)
  return properties.length > 0 || !operations.every(isHarmless)
}

/** A loop over positions that only reads `xs[i]` walks through the elements themselves. Precondition: it is a list, tuple or text for sure (a dictionary and a table have other elements at their positions); the list stays as it is, also by another name for it and by whoever else has it, and nothing else is stored under the position. */
export const indexToEnumerate: PythonOperator = {
  name: 'index-to-enumerate',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('for_statement').flatMap((loop): EditSite[] => {
      const { tree } = source
      const [target, body] = [loop.field('left'), loop.field('body')]
      const [size, ...others] = builtinCall(tree, loop.field('right'), 'range') ?? []
      const [list, ...more] = builtinCall(tree, size ?? null, 'len') ?? []
      if (target?.kind !== 'identifier' || body === null || list?.kind !== 'identifier' || others.length > 0 || more.length > 0 || isSuspended(loop) || !isBuiltin(tree, 'enumerate')) return []
      const [local, position] = [localName(tree, list), localName(tree, target)]
      if (local === null || position === null || !isSequence(tree, local) || !staysFixed(tree, local, loop) || (local.mentions.some((mention) => isGivenAway(tree, mention)) && (!isUndisturbed(tree, local, loop) || runsCodeOfOthers(tree, body))) || position.writes.some((write) => write !== target && write.isWithin(loop))) return []
      const reads = tree.within(body, 'subscript').filter((node) => node.field('value')?.text() === list.text() && node.field('subscript')?.text() === target.text() && node.named.length === 2)
      if (reads.length === 0) return []
      const isAlone = position.mentions.every((mention) => mention === target || reads.some((read) => mention.isWithin(read)))
      return [siteAt(source, loop, {
        variant: 'enumerate',
        rationale: `walks through \`${list.text()}\` itself instead of looking each element up by its position`,
        edits: () => {
          const item = freshName(tree.text, `${list.text()}_item`)
          const range = loop.field('right') as Syntax
          const head = isAlone ? [replaced(target, item), replaced(range, list.text())] : [replaced(target, `${target.text()}, ${item}`), replaced(range, `enumerate(${list.text()})`)]
          return [...head, ...reads.map((read) => replaced(read, item))]
        },
      })]
    }),
}

/** A loop that only sets a flag need not go on once it is set. Precondition: neither the condition nor the list can fail or do something later, nobody waits for an answer that must always take as long, and nobody asks for the loop's name behind it. */
export const stopEarly: PythonOperator = {
  name: 'stop-early',
  kind: 'rewrite',
  gain: 2,
  sites: (source) =>
    source.tree.all('for_statement').flatMap((loop): EditSite[] => {
      const { tree } = source
      const home = loop.nearest('function_definition')
      const [target, list, filter] = [loop.field('left'), loop.field('right'), onlyChild(loop.field('body'))]
      const condition = filter?.kind === 'if_statement' && filter.field('alternative') === null ? filter.field('condition') : null
      const statement = condition === null ? null : onlyChild(filter?.field('consequence') ?? null)
      const assignment = statement?.kind === 'expression_statement' ? statement.named[0] : undefined
      const flag = assignment?.kind === 'assignment' ? assignment.field('left') : null
      if (home === null || target?.kind !== 'identifier' || list === null || condition === null || statement === null || flag?.kind !== 'identifier' || loop.field('alternative') !== null || isSuspended(loop)) return []
      const isConstant = ['true', 'false', 'none', 'integer', 'string'].includes(assignment?.field('right')?.kind ?? '')
      const isOver = localName(tree, target)?.mentions.every((mention) => mention.isWithin(loop) || mention.start < loop.start) === true
      const isOwn = localName(tree, flag) !== null && mentionsIn(tree, condition, flag.text()).length === 0
      if (!isConstant || !isOver || !isOwn || !isSteadyList(tree, list) || !isCalm(condition) || isSteadyInTime(home.field('name')?.text() ?? '') || flag.text() === target.text() || statementAround(statement, tree.text) !== statement) return []
      return [siteAt(source, loop, { variant: 'break', rationale: `leaves the loop as soon as \`${flag.text()}\` is decided`, edits: () => [after(tree, statement, ['break'])] })]
    }),
}

/** `any([...])` and `all([...])` need no list of everything. Precondition: what is asked of each element does nothing and cannot fail: the list form asks all of them first. */
export const askWithoutList: PythonOperator = {
  name: 'ask-without-list',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('call').flatMap((call): EditSite[] => {
      const [list, ...others] = builtinCall(source.tree, call, 'any', 'all') ?? []
      if (list?.kind !== 'list_comprehension' || others.length > 0) return []
      const isHarmless = (part: Syntax): boolean => {
        if (part.kind === 'for_in_clause') return part.field('left')?.kind === 'identifier' && isSteadyList(source.tree, part.field('right'))
        return part.kind === 'if_clause' ? part.named.every(isCalm) : isCalm(part)
      }
      if (!list.named.every(isHarmless) || /\basync\b/.test(list.text()) || isSteadyInTime(call.nearest('function_definition')?.field('name')?.text() ?? '')) return []
      return [siteAt(source, call, { variant: 'lazy', rationale: `asks \`${excerpt(call)}\` one by one, until the answer is known`, edits: () => [replaced(list, list.text().slice(1, -1))] })]
    }),
}

/** Texts are put together once, behind the loop. Precondition: the loop does nothing with the text but lengthen it, and nothing that the function catches can leave the loop. */
export const buildString: PythonOperator = {
  name: 'build-string',
  kind: 'rewrite',
  gain: 0.7,
  sites: (source) =>
    source.tree.all('augmented_assignment').flatMap((node): EditSite[] => {
      const { tree } = source
      const [left, added] = [node.field('left'), node.field('right')]
      const local = left !== null && node.children[1]?.text() === '+=' ? localName(tree, left) : null
      const [loop] = local === null ? [] : loopsAround(node, local.home)
      if (local === null || added === null || loop === undefined || local.isParameter || isSuspended(loop) || isGuarded(node, local.home) || node.parent?.kind !== 'expression_statement') return []
      const first = local.writes[0]?.parent
      const start = first?.kind === 'assignment' && shapeOf(tree, first.field('right')) === 'str' ? statementAround(first, tree.text) : null
      const inLoop = local.mentions.filter((mention) => mention.isWithin(loop))
      const isLengthened = (mention: Syntax): boolean => mention.parent?.kind === 'augmented_assignment' && mention.parent.field('left') === mention && mention.parent.children[1]?.text() === '+='
      const earlier = local.mentions.filter((mention) => mention.start < loop.start)
      if (start === null || start.parent !== loop.parent || earlier.length !== 1 || !inLoop.every(isLengthened) || inLoop[0] !== left || tree.within(loop, 'return_statement').length > 0 || added.kind === 'expression_list' || statementAround(loop, tree.text) !== loop) return []
      return [siteAt(source, node, {
        variant: 'join',
        rationale: `collects the parts of \`${local.name}\` and joins them once`,
        edits: () => {
          const parts = freshName(tree.text, `${local.name}_parts`)
          const steps = inLoop.map((mention) => mention.parent as Syntax)
          return [replaced(first as Syntax, `${parts} = [${first?.field('right')?.text()}]`), ...steps.map((one) => replaced(one, `${parts}.append(${one.field('right')?.text()})`)), after(tree, loop, [`${local.name} = ''.join(${parts})`])]
        },
      })]
    }),
}

