export { parse } from './parser.js'
export { parseOld } from './old-parser.js'
