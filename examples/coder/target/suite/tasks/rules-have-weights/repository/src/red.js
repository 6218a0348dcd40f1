export const level = 9
