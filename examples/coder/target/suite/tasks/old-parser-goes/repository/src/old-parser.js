export const parseOld = (text) => text.split(',')
