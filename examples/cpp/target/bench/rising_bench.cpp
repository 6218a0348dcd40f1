#include <cstdlib>
#include <iostream>
#include <random>

#include "rising/rising.hpp"

int main() {
  const char* const seed = std::getenv("RATCHET_SEED");
  std::mt19937 random(seed == nullptr ? 1 : static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
  std::vector<int> values(12000);
  for (int& value : values) value = static_cast<int>(random() % 100000);
  std::cout << rising::longest_rising(values) << '\n';
}
