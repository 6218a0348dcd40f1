#include "rising/rising.hpp"

#include <algorithm>
#include <stdexcept>

namespace rising {

std::size_t longest_rising(const std::vector<int>& values) {
  std::vector<std::size_t> longest(values.size(), 1);
  std::size_t best = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (values[j] < values[i]) longest[i] = std::max(longest[i], longest[j] + 1);
    best = std::max(best, longest[i]);
  }
  return best;
}

std::vector<int> bounds(const std::vector<int>& values) {
  if (values.empty()) throw std::invalid_argument("an empty list has no bounds");
  const auto found = std::minmax_element(values.begin(), values.end());
  return {*found.first, *found.second};
}

}  // namespace rising
