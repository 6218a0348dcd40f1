// One line of JSON a case; both sides get the same RATCHET_SEED. Inputs are of several sizes, dense and sparse, with many repetitions.
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>

#include "rising/rising.hpp"

namespace {

std::vector<int> draw(std::mt19937& random) {
  static const int sizes[] = {0, 1, 2, 3, 8, 40, 200};
  static const int ranges[] = {2, 10, 1000, 2000000000};
  std::vector<int> values(static_cast<std::size_t>(sizes[random() % 7]));
  const int range = ranges[random() % 4];
  for (int& value : values) value = static_cast<int>(random() % static_cast<unsigned>(range)) - range / 2;
  return values;
}

}  // namespace

int main() {
  const char* const seed = std::getenv("RATCHET_SEED");
  if (seed == nullptr) return 2;
  std::mt19937 random(static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
  for (int index = 0; index < 150; ++index) {
    const std::vector<int> values = draw(random);
    std::cout << '[' << rising::longest_rising(values) << ',';
    try {
      const std::vector<int> bounds = rising::bounds(values);
      std::cout << '[' << bounds.at(0) << ',' << bounds.at(1) << ']';
    } catch (const std::invalid_argument& error) {
      std::cout << '"' << error.what() << '"';
    }
    std::cout << "]\n";
  }
}
