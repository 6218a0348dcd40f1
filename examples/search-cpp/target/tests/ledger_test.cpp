#include <cstring>
#include <iostream>

#include "ledger/ledger.hpp"

namespace {

int check(const std::string& found, const std::string& expected) {
  if (found == expected) return 0;
  std::cerr << "expected " << expected << ", found " << found << '\n';
  return 1;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + ";";
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  const char* const name = count > 1 ? arguments[1] : "";
  if (std::strcmp(name, "accounts") == 0) return check(joined(ledger::accounts({{"rent", 1}, {"food", 2}, {"rent", 3}})), "rent;food;");
  if (std::strcmp(name, "no-accounts") == 0) return check(joined(ledger::accounts({})), "");
  if (std::strcmp(name, "known") == 0) return check(joined(ledger::known({"tax", "rent", "food", "rent"}, {"rent", "tax"})), "tax;rent;rent;");
  if (std::strcmp(name, "statement") == 0) return check(ledger::statement({{"rent", -5}, {"food", 1203}}), "rent\t-0.05\nfood\t12.03\n");
  std::cerr << "no test " << name << '\n';
  return 2;
}
