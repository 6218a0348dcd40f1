// Prints a checksum of everything that was computed; how long it took goes to standard error, for people only.
#include "draw.hpp"
#include "kit.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>

static std::uint64_t sum = 0;
static void take(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  sum = sum * 31 + bits;
}

int main(int count, char** arguments) {
  auto started = std::chrono::steady_clock::now();
  const char* wanted = count > 1 ? arguments[1] : "all";
  auto is = [wanted](const char* name) { return std::strcmp(wanted, "all") == 0 || std::strcmp(wanted, name) == 0; };
  Draw draw = draw_from_environment();
  if (is("summary")) {
    for (int round = 0; round < 12; round++) {
      auto found = kit::summary(draw.reals(5200 + draw.integer(600)));
      take(found.mean), take(found.variance), take(found.median);
    }
  }
  if (is("duplicates")) {
    for (int round = 0; round < 4; round++) for (int value : kit::duplicates(draw.integers(5200 + draw.integer(600), 9000))) take(value);
  }
  if (is("multiply")) {
    for (int round = 0; round < 8; round++) {
      int side = 100 + draw.integer(9);
      for (const auto& row : kit::multiply(draw.matrix(side, side), draw.matrix(side, side))) for (double value : row) take(value);
    }
  }
  if (is("primes")) {
    for (int round = 0; round < 14; round++) for (int value : kit::primes(15000 + draw.integer(900))) take(value);
  }
  if (is("checksum")) {
    for (int round = 0; round < 12; round++) take(kit::checksum(draw.word(300000 + draw.integer(20000))));
  }
  if (is("edit_distance")) {
    for (int round = 0; round < 6; round++) take(kit::edit_distance(draw.word(360 + draw.integer(40)), draw.word(360 + draw.integer(40))));
  }
  if (is("words")) {
    for (int round = 0; round < 20; round++) {
      for (const auto& [word, times] : kit::words(draw.word(17000 + draw.integer(900), "abcdefgh  "))) take(static_cast<double>(word.size() * 1000) + times);
    }
  }
  if (is("numbers")) {
    for (int round = 0; round < 28; round++) {
      std::string list = "1";
      for (int index = 0; index < 5200; index++) list += "," + std::to_string(draw.integer(1000000));
      for (int value : kit::numbers(list)) take(value);
    }
  }
  std::printf("%llu\n", static_cast<unsigned long long>(sum));
  std::fprintf(stderr, "took %.1f ms\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
}
