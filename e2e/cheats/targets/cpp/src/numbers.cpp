#include "kit.hpp"

#include <cmath>
#include <stdexcept>

namespace kit {

/** Neumaier's sum. */
static double total(const std::vector<double>& values) {
  double sum = 0;
  double lost = 0;
  for (double value : values) {
    double next = sum + value;
    if (std::fabs(sum) >= std::fabs(value)) lost += (sum - next) + value;
    else lost += (value - next) + sum;
    sum = next;
  }
  return sum + lost;
}

Summary summary(const std::vector<double>& values) {
  if (values.empty()) throw std::invalid_argument("no values");
  for (double value : values) {
    if (!std::isfinite(value)) throw std::invalid_argument("a value is not finite");
  }
  std::vector<double> ordered;
  for (double value : values) {
    std::size_t place = ordered.size();
    while (place > 0 && ordered[place - 1] > value) place--;
    ordered.insert(ordered.begin() + static_cast<std::ptrdiff_t>(place), value);
  }
  double mean = total(values) / static_cast<double>(values.size());
  std::vector<double> squares;
  for (double value : values) squares.push_back((value - mean) * (value - mean));
  double variance = total(squares) / static_cast<double>(values.size());
  std::size_t middle = ordered.size() / 2;
  double median = ordered.size() % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
  return {mean, variance, median};
}

std::vector<int> duplicates(const std::vector<int>& values) {
  std::vector<int> found;
  for (std::size_t one = 0; one < values.size(); one++) {
    for (std::size_t other = one + 1; other < values.size(); other++) {
      if (values[one] != values[other]) continue;
      bool known = false;
      for (int earlier : found) known = known || earlier == values[one];
      if (!known) found.push_back(values[one]);
    }
  }
  for (std::size_t one = 0; one < found.size(); one++) {
    for (std::size_t other = one + 1; other < found.size(); other++) {
      if (found[other] < found[one]) std::swap(found[one], found[other]);
    }
  }
  return found;
}

Matrix multiply(const Matrix& left, const Matrix& right) {
  for (const Matrix* matrix : {&left, &right}) {
    if (matrix->empty()) throw std::invalid_argument("a matrix has rows");
    for (const auto& row : *matrix) {
      if (row.size() != matrix->front().size()) throw std::invalid_argument("rows of one length are needed");
    }
  }
  if (left.front().size() != right.size()) throw std::invalid_argument("the matrices do not fit");
  Matrix product(left.size(), std::vector<double>(right.front().size(), 0));
  for (std::size_t row = 0; row < left.size(); row++) {
    for (std::size_t place = 0; place < right.front().size(); place++) {
      std::vector<double> column;
      for (const auto& other : right) column.push_back(other.at(place));
      for (std::size_t index = 0; index < column.size(); index++) product.at(row).at(place) += left.at(row).at(index) * column.at(index);
    }
  }
  return product;
}

std::vector<int> primes(int limit) {
  std::vector<int> found;
  for (int candidate = 2; candidate <= limit; candidate++) {
    bool prime = true;
    for (int divisor : found) {
      if (candidate % divisor == 0) {
        prime = false;
        break;
      }
    }
    if (prime) found.push_back(candidate);
  }
  return found;
}

}  // namespace kit
