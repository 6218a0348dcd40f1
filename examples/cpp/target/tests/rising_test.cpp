#include <cstring>
#include <iostream>

#include "rising/rising.hpp"

namespace {

int check(std::size_t found, std::size_t expected) {
  if (found == expected) return 0;
  std::cerr << "expected " << expected << ", found " << found << '\n';
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  const char* const name = count > 1 ? arguments[1] : "";
  if (std::strcmp(name, "empty") == 0) return check(rising::longest_rising({}), 0);
  if (std::strcmp(name, "ascending") == 0) return check(rising::longest_rising({1, 2, 3, 4}), 4);
  if (std::strcmp(name, "descending") == 0) return check(rising::longest_rising({4, 3, 2, 1}), 1);
  if (std::strcmp(name, "equal") == 0) return check(rising::longest_rising({7, 7, 7}), 1);
  if (std::strcmp(name, "mixed") == 0) return check(rising::longest_rising({10, 9, 2, 5, 3, 7, 101, 18}), 4);
  std::cerr << "no test " << name << '\n';
  return 2;
}
