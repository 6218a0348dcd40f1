import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from './html-text.ts'

describe('html', () => {
  it('never lets a text open a tag, close an attribute or start an entity', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', 'a', '\u0000', '\u202e', '\ud800') })), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`
        const inner = markup.slice('<p title="'.length, -'</p>'.length)
        // What is left of the markup after taking out the one attribute end is free of anything that means something.
        expect(inner.replace('">', '').replaceAll(/&(amp|lt|gt|quot|#39|#96|#61);/g, '')).not.toMatch(/[<>"'`=&]/)
        expect(markup.isWellFormed()).toBe(true)
      }),
    )
  })

  it('leaves its own markup alone, joins lists and leaves null out', () => {
    expect(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}${null}${3}</ul>`.markup).toBe('<ul><li>a</li><li>&lt;b&gt;</li>3</ul>')
  })
})
