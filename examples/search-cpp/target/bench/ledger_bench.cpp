// Names of a long list that a register holds, drawn from RATCHET_SEED.
#include <cstdlib>
#include <iostream>
#include <random>

#include "ledger/ledger.hpp"

int main() {
  const char* const seed = std::getenv("RATCHET_SEED");
  std::mt19937 random(seed == nullptr ? 1 : static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
  std::vector<std::string> names, register_;
  for (int index = 0; index < 12000; ++index) names.push_back("account-" + std::to_string(random() % 40000));
  for (int index = 0; index < 12000; ++index) register_.push_back("account-" + std::to_string(random() % 40000));
  std::cout << ledger::known(names, register_).size() << '\n';
}
