#include "runner/languages/javascript/javascript.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "runner/base/json.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

RunSpec a_spec(std::string source, std::string args = "{}") {
  RunSpec spec;
  spec.job_id = "j";
  spec.path = "f/x/y";
  spec.file = "f/x/y.ts";
  spec.source = std::make_shared<const std::string>(std::move(source));
  spec.source_hash = "hash";
  spec.workspace_root = "/srv/hooks";
  spec.args = std::move(args);
  return spec;
}

const Tools all = {.bun = "/x/bun", .deno = "/x/deno", .node = "/bin/true", .esbuild = "/x/esbuild"};

std::string program_of(const Planned& planned) {
  if (const auto* plan = std::get_if<Plan>(&planned)) return plan->program;
  if (const auto* preparation = std::get_if<Preparation>(&planned)) return preparation->plan.program;
  return std::get<NotStarted>(std::get<Outcome>(planned)).details;
}

std::string member_of(const std::string& frame, std::string_view name) {
  const auto message = parse_json(std::string_view(frame).substr(4));
  REQUIRE(message.ok());
  const JsonMember* found = message->find(name);
  return found == nullptr ? "absent" : std::string(found->raw);
}

std::string parameters(std::string source, std::string args = "{}") {
  const TempFolder cache;
  const Planned planned = bun_language().plan(a_spec(std::move(source), std::move(args)),
                                              {.bun = "/x/bun", .cache_dir = cache.path()});
  return member_of(std::get<Plan>(planned).frame, "parameters");
}

bool has_argument(const Plan& plan, std::string_view text) {
  return std::any_of(plan.argv.begin(), plan.argv.end(),
                     [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("the runtime is the file's, the script's, the setting's, or the first that is there") {
  const TempFolder cache;
  const auto runs = [&](const Language& language, const std::string& source, Tools tools) {
    tools.cache_dir = cache.path();
    return program_of(language.plan(a_spec(source), tools));
  };
  CHECK(runs(javascript_language(), "", all) == "/x/bun");
  CHECK(runs(javascript_language(), "", {.deno = "/x/deno", .node = "/bin/true"}) == "/x/deno");
  CHECK(runs(javascript_language(), "", {.node = "/bin/true"}) == "/bin/true");
  CHECK(runs(javascript_language(), "", {}) == "none of bun, deno and node was found");
  Tools chosen = all;
  chosen.javascript = JavaScript::deno;
  CHECK(runs(javascript_language(), "", chosen) == "/x/deno");
  CHECK(runs(javascript_language(), "//nodejs\n", chosen) == "/bin/true");
  CHECK(runs(javascript_language(), "#!/x\n// What\n\n // nodejs \r\nx", chosen) == "/bin/true");
  CHECK(runs(javascript_language(), "x\n//nodejs\n", chosen) == "/x/deno");
  CHECK(runs(javascript_language(), "//nodejs18\n", chosen) == "/x/deno");
  CHECK(runs(bun_language(), "//nodejs\n", chosen) == "/x/bun");
  CHECK(runs(node_language(), "", all) == "/bin/true");
  CHECK(runs(deno_language(), "", {.bun = "/x/bun"}) == "no deno was found");
}

TEST_CASE("the frame says how each parameter gets its value") {
  CHECK(parameters("export function main() {}") == "[]");
  CHECK(parameters("export function main(a, b?: string) {}") == R"([{"name":"a"},{"name":"b"}])");
  CHECK(parameters("export function main(at: Date | null, ...more) {}") ==
        R"([{"name":"at","as":"date"},{"name":"more","as":"rest"}])");
  CHECK(parameters("export function main({ a }, [b]) {}") ==
        R"([{"name":"anon1","as":"pattern"},{"name":"anon2","as":"pattern"}])");
  CHECK(parameters("export function main(n: bigint) {}", R"({"n":123456789012345678901234567890})") ==
        R"([{"name":"n","as":"bigint","digits":"123456789012345678901234567890"}])");
  CHECK(parameters("export function main(n: bigint) {}", R"({"n":1.5})") ==
        R"([{"name":"n","as":"bigint"}])");
  CHECK(parameters("export const main = wrap(f)") == "absent");
}

TEST_CASE("nothing of a request is in an argv or an environment") {
  const TempFolder cache;
  Tools tools = all;
  tools.cache_dir = cache.path();
  for (const Language* language : {&bun_language(), &deno_language()}) {
    const Planned planned =
        language->plan(a_spec("export const main = (a) => a", R"({"a":"req-uest"})"), tools);
    const Plan& plan = std::get<Plan>(planned);
    CHECK_FALSE(has_argument(plan, "req-uest"));
    for (const std::string& variable : plan.environment)
      CHECK(variable.find("req-uest") == std::string::npos);
  }
}

TEST_CASE("Deno's import map leads from the stored script to the workspace") {
  const TempFolder cache, hooks;
  hooks.write("node_modules/a/index.js", "");
  RunSpec spec = a_spec("#!/usr/bin/env deno\nexport const main = () => 1");
  spec.workspace_root = hooks.path();
  const Planned planned = deno_language().plan(spec, {.deno = "/x/deno", .cache_dir = cache.path()});
  const Plan& plan = std::get<Plan>(planned);
  CHECK(has_argument(plan, "--import-map=" + cache.path()));
  CHECK(has_argument(plan, "--node-modules-dir=manual"));
  CHECK(has_argument(plan, "--max-old-space-size=2048"));
  CHECK(plan.memory_limit == MemoryLimit::engine);
  CHECK(member_of(plan.script_frame, "source") == "\"\"");
  CHECK(member_of(plan.script_frame, "module").find("file://" + cache.path()) != std::string::npos);
}

TEST_CASE("an engine that ran out of memory says so without its report") {
  Captured captured;
  captured.run_name = "node";
  captured.exit = {.code = 0, .signal = 6};
  captured.log = "mine\n<--- Last few GCs --->\nJavaScript heap out of memory\n 1: 0xb76db1 [/usr/bin/node]";
  const Outcome outcome = node_language().at_exit(a_spec(""), captured);
  const auto& failed = std::get<Failed>(outcome);
  CHECK(failed.message ==
        "out of memory (memory_bytes): \"node run\" was ended by signal 6 (Aborted), last log lines:\nmine");
}

TEST_CASE("what a runtime says at its end names the workspace's files as the workspace does") {
  const auto message_of = [](int signal, std::string_view log) {
    Captured captured;
    captured.run_name = "node";
    captured.exit = {.code = signal == 0 ? 1 : 0, .signal = signal};
    captured.log = log;
    RunSpec spec = a_spec("");
    spec.workspace_root = "/srv/hooks";
    spec.file = "f/x/y.ts";
    const Outcome outcome = node_language().at_exit(spec, captured);
    const std::string message = std::get<Failed>(outcome).message;
    return message.substr(message.find('\n') + 1);
  };
  CHECK(message_of(0, "at main (file:///var/cache/5e/w/f/x/y.ts:1:7)\nin '/srv/hooks/f/lib/l.ts'") ==
        "at main (f/x/y.ts:1:7)\nin 'f/lib/l.ts'");
  CHECK(message_of(0, "see /etc/f and 1/2") == "see /etc/f and 1/2");
  for (const std::string_view report :
       {" 1: 0xb76db1 node::Abort() [/usr/bin/node]\n----- JavaScript stack trace -----",
        "\n----- JavaScript stack trace -----\n\n1: main (file:///srv/hooks/f/x/y.ts:2:13)"})
    CHECK(message_of(6, "mine\n" + std::string(report)) == "mine");
  CHECK(message_of(11, "====================================\nBun v1.4.5 Linux\nArgs: \"/opt/bun\"") == "");
}
