#include "runner/languages/php/php.h"

#include <algorithm>

#include "runner/languages/harness_frame.h"
#include "runner/languages/php/parameters.h"
#include "runner/languages/tools.h"

namespace towermill {

namespace embedded {
extern const std::string_view php_args;
extern const std::string_view php_channel;
extern const std::string_view php_failure;
extern const std::string_view php_harness;
extern const std::string_view php_results;
extern const std::string_view php_source;
}  // namespace embedded

namespace {

// One text for `php -r`, which takes no opening tag.
std::string make_program() {
  constexpr std::string_view tag = "<?php\n";
  std::string program;
  for (const std::string_view part : {embedded::php_args, embedded::php_channel, embedded::php_failure,
                                      embedded::php_results, embedded::php_source, embedded::php_harness}) {
    program += part.substr(tag.size());
  }
  return program;
}

// PHP's own memory limit comes first, as it tells of itself. What PHP needs beyond it, the interpreter and
// its libraries, is address space too: without that room, it crashes.
constexpr std::int64_t interpreter_bytes = 128 << 20;
constexpr std::int64_t least_memory_bytes = interpreter_bytes + (32 << 20);

std::vector<std::string> make_argv(const std::string& php, std::int64_t memory_bytes) {
  static const std::string program = make_program();
  return {php,
          "-d",
          "display_errors=stderr",
          "-d",
          "log_errors=0",
          "-d",
          "html_errors=0",
          "-d",
          "serialize_precision=-1",
          "-d",
          "zend.exception_ignore_args=1",
          "-d",
          "memory_limit=" + std::to_string(memory_bytes - interpreter_bytes),
          "-r",
          program};
}

// PHP notes once for all of a process where temporary files go, and a kept one's runs have a folder each.
constexpr std::string_view temporary_files_go_here = "sys_temp_dir=/proc/self/cwd";

bool changes_its_folder(const RunSpec& spec) {
  const auto names_one = [](const std::string& variable) { return variable.starts_with("TMPDIR="); };
  return spec.reuse == Reuse::yes &&
         std::none_of(spec.environment.begin(), spec.environment.end(), names_one);
}

class Php : public Language {
 public:
  std::string_view name() const override { return "php"; }

  std::optional<std::vector<Parameter>> parameters(std::string_view source,
                                                   std::string_view function) const override {
    return php_parameters(source, function);
  }

  std::optional<NotStarted> missing(std::string_view, const Tools& tools) const override {
    return missing_tool(tools.php, "PHP", "php");
  }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    if (spec.limits.memory_bytes < least_memory_bytes) {
      return execution_error("PHP needs a memory_bytes of at least " +
                             std::to_string(least_memory_bytes >> 20) + " MiB");
    }
    Plan plan;
    plan.run_name = name();
    plan.program = tools.php;
    plan.argv = make_argv(tools.php, spec.limits.memory_bytes);
    if (changes_its_folder(spec))
      plan.argv.insert(plan.argv.begin() + 1, {"-d", std::string(temporary_files_go_here)});
    plan.ahead = Ahead::yes;
    set_frames(plan, spec);
    return plan;
  }

  Outcome at_exit(const RunSpec&, const Captured& captured) const override {
    return ended_without_result(captured);
  }
};

}  // namespace

const Language& php_language() {
  static const Php language;
  return language;
}

}  // namespace towermill
