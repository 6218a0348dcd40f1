export const level = 18
