import type { Tool } from './tool.ts'
import { edit } from './tools/edit.ts'
import { list } from './tools/list.ts'
import { read } from './tools/read.ts'
import { run } from './tools/run.ts'
import { search } from './tools/search.ts'
import { write } from './tools/write.ts'

/** What the model may do. */
export const tools: readonly Tool[] = [read, list, search, edit, write, run]
