export const level = 15
