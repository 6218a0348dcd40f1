#include "ledger/ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace ledger {

namespace {

std::string amount(long cents) {
  const long whole = cents / 100;
  const long rest = std::abs(cents % 100);
  std::string text = cents < 0 && whole == 0 ? "-" : "";
  text = text + std::to_string(whole);
  text = text + "." + (rest < 10 ? "0" : "") + std::to_string(rest);
  return text;
}

}  // namespace

std::vector<std::string> accounts(const std::vector<Entry>& entries) {
  std::vector<std::string> found;
  std::map<std::string, int> uses;
  for (const Entry& entry : entries) {
    uses[entry.account]++;
    const std::string name = entry.account;
    if (std::find(found.begin(), found.end(), name) == found.end()) {
      found.push_back(name);
    }
  }
  return found;
}

std::vector<std::string> known(const std::vector<std::string>& names, const std::vector<std::string>& register_) {
  std::vector<std::string> both;
  for (const std::string& name : names) {
    if (std::find(register_.begin(), register_.end(), name) != register_.end()) {
      both.push_back(name);
    }
  }
  return both;
}

std::string statement(const std::vector<Entry>& entries) {
  std::string lines;
  for (auto entry : entries) {
    lines = lines + entry.account + "\t" + amount(entry.cents) + "\n";
  }
  return lines;
}

}  // namespace ledger
