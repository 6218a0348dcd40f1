#pragma once
#include <cstddef>
#include <vector>

namespace rising {

/// Length of the longest strictly rising subsequence.
std::size_t longest_rising(const std::vector<int>& values);

/// The smallest and the largest value; throws std::invalid_argument for an empty list.
std::vector<int> bounds(const std::vector<int>& values);

}  // namespace rising
