export const pages = [
  'home',
  'draft-news',
  'draft-team',
]
