#pragma once
// Everything that is drawn follows from the seed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

struct Draw {
  std::uint64_t state;
  std::uint64_t next() {
    state += 0x9e3779b97f4a7c15ull;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
    return mixed ^ (mixed >> 31);
  }
  int integer(int bound) { return static_cast<int>(next() % static_cast<std::uint64_t>(bound)); }
  double real() {
    double unit = static_cast<double>(next() >> 11) / 9007199254740992.0;
    switch (integer(4)) {
      case 0: return unit;
      case 1: return (unit - 0.5) * 1e16;
      case 2: return integer(50);
      default: return unit * 1000 - 500;
    }
  }
  /** Mostly small, sometimes as large as the benchmark's inputs. */
  int size(int large) {
    int kind = integer(10);
    return kind < 6 ? integer(9) : kind < 8 ? integer(60) : kind == 8 ? integer(large) : large + integer(1 + large / 12);
  }
  std::string word(int length, const char* letters = "abcdE ") {
    std::string text;
    std::string all = letters;
    for (int index = 0; index < length; index++) text += all[static_cast<std::size_t>(integer(static_cast<int>(all.size())))];
    return text;
  }
  std::vector<int> integers(int length, int bound) {
    std::vector<int> list;
    for (int index = 0; index < length; index++) list.push_back(integer(bound) - bound / 8);
    return list;
  }
  std::vector<double> reals(int length) {
    std::vector<double> list;
    for (int index = 0; index < length; index++) list.push_back(real());
    return list;
  }
  std::vector<std::vector<double>> matrix(int rows, int columns) {
    std::vector<std::vector<double>> list;
    for (int index = 0; index < rows; index++) list.push_back(reals(columns));
    return list;
  }
};

inline Draw draw_from_environment() {
  const char* seed = std::getenv("RATCHET_SEED");
  return {seed == nullptr ? 0 : std::strtoull(seed, nullptr, 10)};
}
