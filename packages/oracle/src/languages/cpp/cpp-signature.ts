/** One parameter as it is declared: its type, without the name and without a default. */
export interface CppParameter {
  readonly type: string
  readonly name: string
}

/** A structure whose fields are public, so that it can be written as an object. */
export interface CppStruct {
  /** With its namespaces. */
  readonly name: string
  readonly fields: readonly CppParameter[]
}

/** A declaration as a spec holds it: structures first, then the function. */
export interface CppSignature {
  readonly structs: readonly CppStruct[]
  readonly result: string
  /** As it is called: with namespaces, and with template arguments where it is a template. */
  readonly name: string
  readonly parameters: readonly CppParameter[]
  readonly isStatic: boolean
}

/** `struct ns::P { double x; int y; }; static std::vector<int> ns::f(const ns::P& p, int n)`; null where the text is no declaration. */
export function parseSignature(text: string): CppSignature | null {
  const structs: CppStruct[] = []
  let rest = text.trim()
  for (let match = structPattern.exec(rest); match !== null; match = structPattern.exec(rest)) {
    const fields = (match[2] ?? '').split(';').map((field) => field.trim()).filter((field) => field !== '').map(parseParameter)
    structs.push({ name: match[1] ?? '', fields })
    rest = rest.slice(match[0].length)
  }
  const plain = rest.replace(/[;{].*$/s, '').trim()
  const open = openingParenthesis(plain)
  const close = plain.lastIndexOf(')')
  if (open === -1 || close < open) return null
  const head = /^(.*?[\s*&>])((?:[A-Za-z_]\w*(?:<[^()]*>)?\s*::\s*)*~?[A-Za-z_]\w*(?:<[^()]*>)?)$/s.exec(plain.slice(0, open).trim())
  if (head === null) return null
  const inside = plain.slice(open + 1, close).trim()
  const words = (head[1] ?? '').trim()
  return {
    structs,
    result: normalType(words.replace(/\b(?:static|inline|constexpr|consteval|extern|virtual|explicit|friend)\b|"C"|\[\[[^\]]*\]\]/g, '')),
    name: (head[2] ?? '').replaceAll(/\s/g, ''),
    parameters: inside === '' || inside === 'void' ? [] : splitAtCommas(inside).map(parseParameter),
    isStatic: /\bstatic\b/.test(words),
  }
}

const structPattern = /^struct\s+([\w:]+)\s*\{([^{}]*)\}\s*;?\s*/

export function printSignature({ structs, result, name, parameters, isStatic }: CppSignature): string {
  const fields = (struct: CppStruct): string => struct.fields.map((field) => `${field.type} ${field.name};`).join(' ')
  const texts = structs.map((struct) => `struct ${struct.name} { ${fields(struct)} };`)
  const list = parameters.map((parameter) => `${parameter.type} ${parameter.name}`.trim()).join(', ')
  return [...texts, `${isStatic ? 'static ' : ''}${result} ${name}(${list})`].join(' ')
}

/** One space between words, none around punctuation, `const` in front. */
export function normalType(type: string): string {
  const plain = type
    .replaceAll(/\b(?:__)?restrict(?:__)?\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*([<>,*&:])\s*/g, '$1')
    .replaceAll(/([*&])const\b/g, '$1')
    .trim()
  const trailing = /^((?:(?!\bconst\b)[^*&])+?) const([*&]*)$/.exec(plain)
  return trailing === null ? plain : `const ${trailing[1] ?? ''}${trailing[2] ?? ''}`
}

/** Parts between commas that stand in no bracket. */
export function splitAtCommas(text: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if ('(<[{'.includes(character)) depth++
    else if (')>]}'.includes(character)) depth--
    else if (character === ',' && depth === 0) {
      found.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  found.push(text.slice(start).trim())
  return found
}

/** The parenthesis of the parameter list: the first one outside of template brackets. */
function openingParenthesis(text: string): number {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '<') depth++
    else if (text[index] === '>') depth--
    else if (text[index] === '(' && depth === 0) return index
  }
  return -1
}

const builtin = /^(?:int|char|bool|double|float|long|short|unsigned|signed|void|auto|const|volatile|struct|enum)$/

export function parseParameter(text: string): CppParameter {
  const plain = text.replace(/\s*=(?![^<]*>).*$/s, '').replaceAll(/\b(?:__)?restrict(?:__)?\b/g, '').trim()
  const array = /^(.*?)\b([A-Za-z_]\w*)\s*\[\s*\d*\s*\]$/s.exec(plain)
  if (array !== null) return { type: normalType(`${array[1] ?? ''}*`), name: array[2] ?? '' }
  const named = /^(.*[\s*&>])([A-Za-z_]\w*)$/s.exec(plain)
  if (named === null || builtin.test(named[2] ?? '') || /\bconst\s*$|^(?:const|struct|enum|typename)$/.test((named[1] ?? '').trim())) return { type: normalType(plain), name: '' }
  return { type: normalType((named[1] ?? '').replace(/^(?:struct|enum)\s+/, '')), name: named[2] ?? '' }
}
