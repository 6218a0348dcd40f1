export function priceOf(article) {
  return article.price
}

export function sumOf(articles) {
  return articles.reduce((sum, { price }) => sum + price, 0)
}

export function cheapest(articles) {
  return articles.toSorted((one, other) => one.price - other.price)[0] ?? null
}
