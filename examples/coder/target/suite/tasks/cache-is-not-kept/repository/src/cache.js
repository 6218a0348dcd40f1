export const cache = new Map()
