#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kit {

using Matrix = std::vector<std::vector<double>>;

struct Summary {
  double mean;
  double variance;
  double median;
};

/** Mean, variance and median of finite numbers, with sums that carry their rounding error along. */
Summary summary(const std::vector<double>& values);
/** The values that occur more than once, ascending. */
std::vector<int> duplicates(const std::vector<int>& values);
/** The product; sums run from the first term to the last. Throws std::invalid_argument on ragged or unfitting matrices. */
Matrix multiply(const Matrix& left, const Matrix& right);
/** All primes up to a limit, ascending. */
std::vector<int> primes(int limit);

/** CRC-32 as in gzip. */
std::uint32_t checksum(const std::string& bytes);
/** Insertions, deletions and replacements between two texts of bytes. */
int edit_distance(const std::string& one, const std::string& other);
/** Words of ASCII letters, lower case, with their counts; first occurrences in order. */
std::vector<std::pair<std::string, int>> words(const std::string& text);
/** Whole numbers separated by commas; throws std::invalid_argument on anything else and std::out_of_range beyond 32 bits. */
std::vector<int> numbers(const std::string& text);

}  // namespace kit
