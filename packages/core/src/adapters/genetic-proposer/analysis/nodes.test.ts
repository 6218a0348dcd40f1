import { Lang, parse, type SgNode } from '@ast-grep/napi'
import { describe, expect, it } from 'vitest'
import { isOptional, methodCall } from './nodes.ts'

const languages = [Lang.JavaScript, Lang.TypeScript, Lang.Tsx]

function expressionOf(language: Lang, text: string): SgNode {
  return parse(language, text).root().child(0)?.child(0) as SgNode
}

describe('isOptional', () => {
  it.each(languages.flatMap((language) => ['a?.b', 'a?.[b]', 'a.b?.(c)', 'a.b /* why */ ?.(c)'].map((text) => [language, text] as const)))('sees it in %s: %s', (language, text) => {
    expect(isOptional(expressionOf(language, text))).toBe(true)
  })

  it.each(languages.flatMap((language) => ['a.b', 'a[b]', 'a.b(c)', 'a?.b(c)', 'a /* ?. */ (c)'].map((text) => [language, text] as const)))('is not so in %s: %s', (language, text) => {
    expect(isOptional(expressionOf(language, text))).toBe(false)
  })

  it('with type arguments', () => {
    expect(isOptional(expressionOf(Lang.TypeScript, 'a.b?.<T>(c)'))).toBe(true)
    expect(isOptional(expressionOf(Lang.TypeScript, 'a.b<T>(c)'))).toBe(false)
  })
})

describe('methodCall', () => {
  it.each(languages)('is no call that may not happen, in %s', (language) => {
    expect(methodCall(expressionOf(language, 'list.includes?.(x)'))).toBeNull()
    expect(methodCall(expressionOf(language, 'list?.includes(x)'))).toBeNull()
    expect(methodCall(expressionOf(language, 'list.includes(x)'))?.method).toBe('includes')
  })
})
