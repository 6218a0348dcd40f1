import { describe, expect, it } from 'vitest'
import { addedLines } from '../added-lines.ts'
import type { ContentProblem } from '../changed-file.ts'
import { decode } from '../changed-files.ts'
import { encodingFindings } from './hidden-encoding.ts'

const found = (path: string, before: string | null, after: string, isProtected = false): readonly string[] =>
  encodingFindings({ path, before, after, addedLines: addedLines(before, after), isProtected, problem: null }).map(({ rule, weight }) => `${rule} ${weight}`)

describe('hidden encodings', () => {
  it.each([
    ['# -*- coding: utf-8 -*-\nx = 1\n'], ['# vim: set fileencoding=latin-1 :\nx = 1\n'], ['#!/usr/bin/env python\n# coding=ascii\n'], ['# encoding: cp1252\n'], ['x = 1\n# coding: utf-7\n'], ['import a\nx = 1\n# the coding: of it\n'], ['# -*- coding: utf-8-unix -*-\n'],
  ])('lets %j pass', (text) => expect(found('src/a.py', null, text)).toEqual([]))

  it.each([
    ['# -*- coding: utf-7 -*-\n+AAo-import os\n'], ['#!/usr/bin/python\n# vim: fileencoding=rot13\n'], ['\n# coding: unicode_escape\n'], ['\ufeff# coding=raw_unicode_escape\n'], ['#coding:utf_16\n'], ['# a\r# coding: utf-7\n'], ['#x coding:punycode'], ['\f# coding: utf7\n'], ['# coding: U7\n'],
  ])('denies %j', (text) => expect(found('src/a.py', null, text)).toContain('hidden-encoding deny'))

  it('denies an edit of a file that nobody can read, and one by which an old comment takes effect', () => {
    expect(found('src/a.py', '# coding: utf-7\nx = 1\n', '# coding: utf-7\nx = 2\n')).toEqual(['hidden-encoding deny'])
    expect(found('src/a.py', 'x = 1\ny = 1\n# coding: utf-7\n', '# coding: utf-7\n')).toEqual(['hidden-encoding deny'])
  })

  it('asks about an old encoding of several bytes where it is new, and in tests about all', () => {
    expect(found('src/a.py', null, '# coding: gbk\n')).toEqual(['hidden-encoding require-approval'])
    expect(found('src/a.py', '# coding: gbk\nx = 1\n', '# coding: gbk\nx = 2\n')).toEqual([])
    expect(found('test/a.py', null, '# coding: utf-7\n', true)).toEqual(['hidden-encoding require-approval'])
  })

  it('says nothing of Python in other languages', () => expect(found('src/a.js', null, '# coding: utf-7\n')).toEqual([]))
})

describe('hidden line ends', () => {
  it.each([['src/a.js', 'a()\r\nb()\r\n'], ['src/a.py', '\f\nx = 1\n'], ['src/a.txt', 'a\rb\n'], ['src/a.py', "s = '\u2028'\n"], ['src/a.cpp', 'int a;\n\f\nint b;\n'], ['src/a.js', 'a()\r']])('lets %s with %j pass', (path, text) => expect(found(path, null, text)).toEqual([]))
  it.each([
    ['src/a.js', '// a\rprocess.exit(0)\n'], ['src/a.py', '# a\rimport os\n'], ['src/a.cpp', '// a\rint b;\n'], ['src/a.ts', '// a\u2028process.exit(0)\n'], ['src/a.mjs', '// a\u2029x()\n'], ['src/a.py', '    a()\f    b()\n'], ['src/a.js', '// a\r\r\nx\n'], ['src/a.hpp', '//\fint a;\n'],
  ])('denies %s with %j', (path, text) => expect(found(path, null, text)).toEqual(['hidden-line-end deny']))

  it('is about added lines', () => expect(found('src/a.js', '// a\rb()\nc()\n', '// a\rb()\nd()\n')).toEqual([]))
})

describe('wide encodings', () => {
  const code = 'process.exit(0) // hello\n'
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16()
  it.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${code}`, 'utf16le')], ['UTF-16, big end first', swapped(Buffer.from(`\ufeff${code}`, 'utf16le'))], ['UTF-16 without a mark', Buffer.from(code, 'utf16le')], ['big end first without a mark', swapped(Buffer.from(code, 'utf16le'))],
  ])('%s is known', (_, bytes) => expect(decode(bytes)).toEqual({ problem: 'wide-encoding' }))
  it.each([['text', Buffer.from(code)], ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 1, 2, 3, 4])]])('%s is none', (_, bytes) => expect(decode(bytes)).not.toEqual({ problem: 'wide-encoding' }))

  it.each<[string, ContentProblem | null, readonly string[]]>([['src/a.ts', null, ['deny']], ['src/a.h', 'wide-encoding', ['require-approval']], ['src/a.rc', null, []]])('%s is judged by what it was before', (path, oldProblem, weights) => {
    expect(encodingFindings({ path, before: null, after: null, addedLines: new Set(), isProtected: false, problem: 'wide-encoding', oldProblem }).map(({ weight }) => weight)).toEqual(weights)
  })
})
