// The words for a process that ended without a result.
#include <algorithm>
#include <csignal>
#include <cstring>

#include "runner/languages/language.h"

namespace towermill {
namespace {

constexpr std::size_t shown_characters = 600;

bool is_between(char c, char low, char high) { return low <= c && c <= high; }

// How many bytes the escape sequence has that `text` begins with (ECMA-48): CSI with its parameters,
// a string (a window's title, a link) with its end, or a short one.
std::size_t escape_length(std::string_view text) {
  const char kind = text.size() > 1 ? text[1] : ' ';
  std::size_t at = kind == '[' || kind == ']' || kind == 'P' ? 2 : 1;
  if (kind == ']' || kind == 'P') {
    at = std::min(text.find_first_of("\a\x1b\n", at), text.size());
    if (text.substr(at).starts_with("\x1b\\")) return at + 2;
    return text.substr(at).starts_with('\a') ? at + 1 : at;
  }
  while (at < text.size() && is_between(text[at], ' ', kind == '[' ? '?' : '/')) ++at;
  return at < text.size() && is_between(text[at], kind == '[' ? '@' : '0', '~') ? at + 1 : at;
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t escape = std::min(text.find('\x1b'), text.size());
    plain += text.substr(0, escape);
    text.remove_prefix(escape);
    if (!text.empty()) text.remove_prefix(escape_length(text));
  }
  return plain;
}

// At most 600 characters, from the end; never begins within one.
std::string_view last_characters(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t at = text.size(); at > 0; --at) {
    const bool begins_character = (static_cast<unsigned char>(text[at - 1]) & 0xc0) != 0x80;
    if (begins_character && ++characters == shown_characters) return text.substr(at - 1);
  }
  return text;
}

// Bytes that continue no character count as none above: the cut holds for them too.
std::string_view at_most_bytes(std::string_view text) {
  constexpr std::size_t longest_character = 4;
  const std::size_t most = shown_characters * longest_character;
  return text.size() <= most ? text : text.substr(text.size() - most);
}

std::string last_log_lines(std::string_view log) {
  const std::string plain = without_escapes(log);
  std::string_view shown = plain;
  while (!shown.empty() && std::strchr(" \t\r\n", shown.back()) != nullptr) shown.remove_suffix(1);
  return ", last log lines:\n" + std::string(at_most_bytes(last_characters(shown)));
}

// What the system alone knows of that signal; nothing where it would be a guess.
std::string_view hint(int signal) {
  switch (signal) {
    case SIGKILL:
      return ", as the system does when memory runs out, or another process may";
    case SIGXCPU:
      return ", as it used more than its processor time (cpu_s)";
    case SIGXFSZ:
      return ", as it wrote a file beyond its limit (file_size_bytes)";
    default:
      return "";
  }
}

std::string signal_words(int signal) {
  const char* description = sigdescr_np(signal);
  std::string words = "signal " + std::to_string(signal);
  if (description != nullptr) words += std::string(" (") + description + ")";
  return words.append(hint(signal));
}

}  // namespace

Failed ended_without_result(const Captured& captured) {
  const ExitStatus exit = captured.exit;
  const std::string run = "\"" + std::string(captured.run_name) + " run\"";
  Failed failed{"ExecutionErr", "", "", std::nullopt};
  if (exit.signal != 0) {
    failed.message = run + " was ended by " + signal_words(exit.signal);
  } else {
    failed.exit_code = exit.code;
    failed.message = exit.code == 0 ? run + " ended without a result, exit code 0"
                                    : "exit code for " + run + ": " + std::to_string(exit.code);
  }
  failed.message += last_log_lines(captured.log);
  return failed;
}

}  // namespace towermill
