#!/usr/bin/env node
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const source = path.join(here, '../src/main.ts')
const entry = existsSync(source) ? source : path.join(here, '../dist/main.js')

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort())

const { main } = await import(pathToFileURL(entry).href)
await main(process, interrupt.signal)
