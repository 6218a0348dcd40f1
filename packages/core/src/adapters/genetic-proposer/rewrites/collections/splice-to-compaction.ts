import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt } from '../../analysis/nodes.ts'
import type { ScriptOperator, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { spliceLoop, type SpliceLoop } from './splice-loop.ts'

/**
 * A loop that removes elements with `splice`, which moves all later ones each time, moves what stays together as it goes and cuts the array once. Exact:
 * the same tests in the same order on the same array, the same state also when a test throws in the middle, holes stay holes. What is no array, or one
 * that cannot be changed, runs the old loop. Refused unless the condition only reads, and reads of the array only the element in question. Out of sight:
 * getters and `valueOf` methods that look at the array, and an element with a property that is the array.
 */
export const spliceToCompaction: ScriptOperator = {
  name: 'splice-to-compaction',
  kind: 'rewrite',
  sites: (source) => {
    const { scopes } = source
    if (!source.text.includes('.splice') || !scopes.isPlatformName('Array') || !scopes.isPlatformName('Object')) return []
    const loops = source.root.root().findAll({ rule: { any: [{ kind: 'for_statement' }, { kind: 'while_statement' }] } })
    return loops.flatMap((loop) => {
      const found = spliceLoop(loop, scopes)
      if (found === null) return []
      const offset = found.decision.range().start.index
      return [{ offset, key: `${offset}:compact`, rationale: `removes from \`${found.array}\` in one pass instead of moving the rest each time: \`${excerpt(found.decision)}\``, edits: () => [rewrite(source, found)] }]
    })
  },
}

function rewrite(source: ScriptSource, found: SpliceLoop): TextEdit {
  const { loop, direction, array, index, start, others } = found
  const kept = freshName(source.text, 'kept')
  const { start: from, end: to } = loop.range()
  const head = source.text.slice(from.index, found.body.range().start.index)
  const startText = start === null ? null : start.text().replace(/;\s*$/, '')
  const emptyHead = startText === null || start === null ? head : `for (; ${source.text.slice(start.range().end.index, found.body.range().start.index).replace(/^[\s;]+/, '')}`
  const close =
    direction === 'backward'
      ? [`${array}.copyWithin(${index} + 1, ${kept});`, `${array}.length -= ${kept} - ${index} - 1;`]
      : [`${array}.copyWithin(${kept}, ${index});`, `${array}.length -= ${index} - ${kept};`, `${index} = ${kept};`]
  const guard = [`Array.isArray(${array})`, `Object.isExtensible(${array})`, ...others.map((other) => `${other} !== ${array}`)].join(' && ')
  const lines = [
    `if (${guard}) {`,
    ...(startText === null ? [] : [`  ${startText};`]),
    `  let ${kept} = ${direction === 'backward' ? `${array}.length` : '0'};`,
    '  try {',
    `    ${emptyHead}${keeping(source, found, kept)}`,
    '  } finally {',
    ...close.map((line) => `    ${line}`),
    '  }',
    `} else ${loop.text()}`,
  ]
  return { path: source.path, start: from.index, end: to.index, replacement: lines.join(`\n${indentAt(source.text, from.index)}`), part: 0 }
}

/** The loop's body, with the decision what to remove turned into one what to keep. */
function keeping(source: ScriptSource, { body, decision, condition, array, index, direction }: SpliceLoop, kept: string): string {
  const [whole, part] = [body.range(), decision.range()]
  const place = direction === 'backward' ? `--${kept}` : `${kept}++`
  const keep = `if (!${condition.text()}) { if (${index} in ${array}) ${array}[${place}] = ${array}[${index}]; else delete ${array}[${place}]; }`
  const text = source.text.slice(whole.start.index, part.start.index) + keep + source.text.slice(part.end.index, whole.end.index)
  // No template is among what a pure test may hold; a string that goes on in the next line stays where it is.
  return text.includes('\\\n') ? text : text.replaceAll('\n', '\n    ')
}
