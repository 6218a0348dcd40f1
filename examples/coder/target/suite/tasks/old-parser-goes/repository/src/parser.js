export const parse = (text) => text.split(',').map((part) => part.trim())
