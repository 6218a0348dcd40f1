import { freshName } from '../../analysis/nodes.ts'
import type { CppOperator, EditSite } from '../../edit-operator.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { before, replaced, siteAt } from '../../tree-edits.ts'
import { callOn, methodCall, templateOf, variableOf } from '../cpp-names.ts'
import { bodyOf, isConstantUse, isInBlock } from '../cpp-values.ts'

const sized = new Set(['vector', 'string', 'deque', 'list', 'map', 'set', 'unordered_map', 'unordered_set'])
const whole = /^(?:(?:unsigned )?(?:int|long|long long|short)|unsigned|size_t|u?int(?:32|64)_t)$/

/** How many rounds a loop makes, as a condition and a number; null when it cannot be told before. */
function roundsOf(tree: SyntaxTree, loop: Syntax): { readonly count: string; readonly guard: string | null } | null {
  if (loop.kind === 'for_range_loop') {
    const list = loop.field('right')
    const walked = list?.kind === 'identifier' ? variableOf(tree, list) : null
    return walked !== null && sized.has(templateOf(walked.type)) && !walked.isPointer ? { count: `${walked.name}.size()`, guard: null } : null
  }
  const [start, condition, step] = [loop.field('initializer'), loop.field('condition'), loop.field('update')]
  if (start?.kind !== 'declaration' || condition?.kind !== 'binary_expression' || condition.field('operator')?.text() !== '<' || step?.kind !== 'update_expression') return null
  const name = condition.field('left')
  if (name?.kind !== 'identifier' || !new RegExp(`\\b${name.text()}\\s*=\\s*0\\s*;$`).test(start.text()) || !/\+\+/.test(step.text()) || !step.text().includes(name.text())) return null
  const bound = condition.field('right')
  const call = methodCall(bound)
  const variable = bound?.kind === 'identifier' ? variableOf(tree, bound) : call?.method === 'size' ? variableOf(tree, call.object) : null
  const isFixed = variable?.mentions.every((mention) => !mention.isWithin(loop) || isConstantUse(mention)) === true
  if (variable === null || bound === null || !isFixed || variable.isPointer) return null
  if (call !== null) return sized.has(templateOf(variable.type)) ? { count: bound.text(), guard: null } : null
  if (!whole.test(variable.type)) return null
  const isUnsigned = /^(?:unsigned|size_t|uint)/.test(variable.type)
  return { count: isUnsigned ? bound.text() : `static_cast<std::size_t>(${bound.text()})`, guard: isUnsigned ? null : `${bound.text()} > 0` }
}

/** A vector that gets one element in each round gets its room before the loop. Precondition: it is new, and the number of rounds is known. */
export const reserveRoom: CppOperator = {
  name: 'reserve-room',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('for_statement', 'for_range_loop').flatMap((loop): EditSite[] => {
      const { tree } = source
      if (!isInBlock(loop)) return []
      return bodyOf(loop).flatMap((statement): EditSite[] => {
        const call = methodCall(statement.kind === 'expression_statement' ? (statement.named[0] ?? null) : null)
        const list = call?.method === 'push_back' || call?.method === 'emplace_back' ? variableOf(tree, call.object) : null
        if (list === null || templateOf(list.type) !== 'vector' || list.value !== null || list.isReference || list.declaration.parent !== loop.parent || list.declaration.kind !== 'declaration') return []
        const rounds = list.mentions[0]?.isWithin(loop) === true ? roundsOf(tree, loop) : null
        if (rounds === null || list.mentions.some((mention) => ['reserve', 'capacity', 'shrink_to_fit'].includes(callOn(mention)?.method ?? ''))) return []
        const line = `${rounds.guard === null ? '' : `if (${rounds.guard}) `}${list.name}.reserve(${rounds.count});`
        return [siteAt(source, statement, { variant: 'reserve', rationale: `makes room for all of \`${list.name}\` at once`, edits: () => [before(tree, loop, [line])] })]
      })
    }),
}

/** What a loop may call without a text changing that it is not given to. */
const harmless = /^(?:std::)?(?:strlen|is(?:alpha|digit|space|alnum|upper|lower|punct)|to(?:upper|lower)|max|min|abs|printf|putchar)$/
const harmlessMethods = new Set(['push_back', 'append', 'size', 'length', 'empty', 'count', 'find', 'insert', 'back', 'front', 'at'])

/** `i < strlen(s)` walks through the text before every round. Precondition: the text is constant, and nothing in the loop writes where it might lie. */
export const hoistLength: CppOperator = {
  name: 'hoist-length',
  kind: 'rewrite',
  gain: 3,
  sites: (source) =>
    source.tree.all('for_statement', 'while_statement').flatMap((loop): EditSite[] => {
      const { tree } = source
      const condition = loop.field('condition')
      if (condition === null || !isInBlock(loop)) return []
      const calls = [condition, ...tree.within(condition, 'call_expression')].filter((node) => node.kind === 'call_expression' && /^(?:std::)?strlen$/.test(node.field('function')?.text() ?? ''))
      return calls.slice(0, 1).flatMap((call): EditSite[] => {
        const text = call.field('arguments')?.named[0]
        const variable = text?.kind === 'identifier' ? variableOf(tree, text) : null
        if (text === undefined || variable === null || !variable.isPointer || !variable.isConst || variable.type !== 'char' || variable.declaration.isWithin(loop) || !isQuietLoop(tree, loop, variable.name)) return []
        return [siteAt(source, call, {
          variant: 'length',
          rationale: `measures \`${text.text()}\` once, not before every round`,
          edits: () => {
            const name = freshName(tree.text, `${text.text()}_length`)
            const same = tree.within(loop, 'call_expression').filter((other) => other.text() === call.text())
            return [before(tree, loop, [`const size_t ${name} = ${call.text()};`]), ...same.map((other) => replaced(other, name))]
          },
        })]
      })
    }),
}

function isQuietLoop(tree: SyntaxTree, loop: Syntax, name: string): boolean {
  const isHarmless = (call: Syntax): boolean => harmless.test(call.field('function')?.text() ?? '') || harmlessMethods.has(methodCall(call)?.method ?? '')
  const stores = [...tree.within(loop, 'assignment_expression').map((node) => node.field('left')), ...tree.within(loop, 'update_expression').map((node) => node.field('argument'))]
  const isElsewhere = (left: Syntax | null): boolean => {
    if (left?.kind === 'identifier') return left.text() !== name
    const base = left?.kind === 'subscript_expression' ? left.field('argument') : null
    const variable = base?.kind === 'identifier' ? variableOf(tree, base) : null
    // Another text may lie where this one does; numbers do not, and a container has its own place.
    return variable !== null && (!variable.isPointer || /^(?:(?:unsigned )?(?:int|long|short)|double|float|size_t|bool)$/.test(variable.type))
  }
  return tree.within(loop, 'call_expression').every(isHarmless) && stores.every(isElsewhere) && tree.within(loop, 'lambda_expression', 'gnu_asm_expression').length === 0
}
