#include "handler/cli/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "handler/app/keeper.h"
#include "handler/cli/commands.h"
#include "handler/config/places.h"

namespace towermill {

namespace {

const std::string version_line = "towermill " TOWERMILL_VERSION;

/// Where state_dir is not set: its default, or, as a web server's start does it, the one that can be used.
enum class StateDir { standard, looked_for };

/// The options of the commands that read settings: --config, and one flag for every setting there is.
class SettingOptions {
 public:
  void add_to(CLI::App& command) {
    command.add_option("--config,-c", config_file_,
                       "The settings' file (default: TOWERMILL_CONFIG's, else towermill.yaml beside the "
                       "program or in /etc/towermill)");
    for (const SettingRow& row : setting_rows()) {
      auto& [name, values] = given_.emplace_back(std::string(row.name), std::vector<std::string>());
      std::string dashed = name;
      for (char& character : dashed) character = character == '_' ? '-' : character;
      const std::string names = dashed == name ? "--" + name : "--" + dashed + ",--" + name;
      command.add_option(names, values, setting_help(row))
          ->group("Settings")
          ->type_name("")
          ->allow_extra_args(false);
    }
  }

  /// Says what is wrong, and gives nothing, if anything is.
  std::optional<Settings> load(StateDir state_dir = StateDir::standard) const {
    SettingsSources sources = sources_of_this_process();
    if (state_dir == StateDir::looked_for) sources.defaults.state_dir = "";
    sources.config_file = config_file_;
    for (const auto& [name, values] : given_)
      for (const std::string& value : values) sources.flags.emplace_back(name, value);
    auto settings = load_settings(sources);
    if (settings) return std::move(*settings);
    fmt::print(stderr, "{}\n", settings.error().message);
    return {};
  }

 private:
  std::string config_file_;
  std::deque<std::pair<std::string, std::vector<std::string>>> given_;  // CLI11 keeps pointers to the values
};

/// `towermill token …`, whose words are commands of their own.
class TokenOptions {
 public:
  explicit TokenOptions(CLI::App& token) : token_(token) {
    token.require_subcommand(1);
    create_->add_option("--label", arguments_.label, "What it is called in lists and logs");
    create_->add_option("--expires", arguments_.expires,
                        "As 90d, 12h or 2030-01-31T12:00:00Z (default: never)");
    create_
        ->add_option("--scope", arguments_.scopes, "As jobs:run:scripts:f/shop/order (default: everything)")
        ->allow_extra_args(false);
    create_->add_option("--workspace", arguments_.workspace, "The only one where it counts (default: all)");
    revoke_->add_option("prefix", arguments_.prefix, "The first 10 characters, as list shows them")
        ->required();
    for (CLI::App* command : {create_, list_, revoke_}) settings_.add_to(*command);
  }

  int run() const {
    const auto settings = settings_.load(StateDir::looked_for);
    if (!settings) return exit_wrong_settings;
    TokenArguments arguments = arguments_;
    arguments.does = create_->parsed()   ? TokenArguments::Does::create
                     : revoke_->parsed() ? TokenArguments::Does::revoke
                                         : TokenArguments::Does::list;
    return token_command(*settings, arguments);
  }

 private:
  CLI::App& token_;
  CLI::App* create_ = token_.add_subcommand("create", "Make a token and print it: it is shown only now");
  CLI::App* list_ = token_.add_subcommand("list", "Print all of them, with their first characters");
  CLI::App* revoke_ = token_.add_subcommand("revoke", "Take one back: it counts for no further request");
  SettingOptions settings_;
  TokenArguments arguments_;
};

/// `towermill jobs …`.
class JobsOptions {
 public:
  explicit JobsOptions(CLI::App& jobs) : jobs_(jobs) {
    jobs.require_subcommand(1);
    list_->add_option("--workspace", arguments_.workspace, "Those of this one (default: of all)");
    list_->add_option("--script", arguments_.script, "Those of this script, as f/shop/order");
    list_
        ->add_option("--status", arguments_.statuses,
                     "Those that are queued, running, success, failure, canceled or skipped")
        ->allow_extra_args(false);
    list_->add_option("--count", arguments_.count, "How many at most (default: 30)");
    for (CLI::App* command : {list_, show_})
      command->add_flag("--json", arguments_.json, "Print a JSON object for each, on a line of its own");
    for (CLI::App* command : {show_, logs_, cancel_, rerun_})
      command->add_option("id", arguments_.id, "The job's id")->required();
    cancel_->add_option("--reason", arguments_.reason, "Why; the job's result says so");
    auto* age = prune_->add_option("--older-than", arguments_.older_than,
                                   "Forget what has been over for as long as that: 30d, 12h");
    auto* keep = prune_->add_option("--keep", arguments_.keep, "Forget all but as many, the newest");
    age->excludes(keep);
    for (const auto& [command, does] : commands_) settings_.add_to(*command);
  }

  int run() const {
    const auto settings = settings_.load(StateDir::looked_for);
    if (!settings) return exit_wrong_settings;
    JobsArguments arguments = arguments_;
    for (const auto& [command, does] : commands_)
      if (command->parsed()) arguments.does = does;
    return jobs_command(*settings, arguments);
  }

 private:
  using Does = JobsArguments::Does;
  CLI::App& jobs_;
  CLI::App* list_ = jobs_.add_subcommand("list", "Print the newest jobs");
  CLI::App* show_ = jobs_.add_subcommand("show", "Print what is known of one, its args and its result");
  CLI::App* logs_ = jobs_.add_subcommand("logs", "Print what one has written");
  CLI::App* cancel_ = jobs_.add_subcommand("cancel", "End one, or keep it from starting");
  CLI::App* rerun_ = jobs_.add_subcommand("rerun", "Queue one again, with the same version and args");
  CLI::App* prune_ = jobs_.add_subcommand("prune", "Forget jobs that are over");
  const std::vector<std::pair<CLI::App*, Does>> commands_ = {{list_, Does::list},   {show_, Does::show},
                                                             {logs_, Does::logs},   {cancel_, Does::cancel},
                                                             {rerun_, Does::rerun}, {prune_, Does::prune}};
  SettingOptions settings_;
  JobsArguments arguments_;
};

class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", version_line, "Print the version");
    app_.footer(
        "The manual is README.md. Every setting may stand in the file, in the environment as "
        "TOWERMILL_<NAME>,\n"
        "or be given as a flag; the later wins.");
    settings_.add_to(*serve_);
    settings_.add_to(*worker_);
    settings_.add_to(*check_);
    run_settings_.add_to(*run_);
    versions_settings_.add_to(*versions_);
    versions_->add_option("--workspace,-w", versions_folder_,
                          "A workspace's folder (default: the settings')");
    openapi_settings_.add_to(*openapi_);
    openapi_->add_option("workspace", openapi_arguments_.workspace,
                         "The workspace's name in the settings (default: the only one)");
    openapi_->add_option("--workspace,-w", openapi_arguments_.folder,
                         "A workspace's folder (default: the settings')");
    run_->add_option("script", run_arguments_.path, "The script, as f/<folder>/<name>")->required();
    run_->add_option("args", run_arguments_.args, "Its args: a JSON object");
    run_->add_option("--workspace,-w", run_arguments_.folder,
                     "The workspace's folder (default: the settings', or .)");
    run_->add_flag("--include,-i", run_arguments_.show_head, "Show status and headers too");
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int status = app_.exit(error);
      return status == 0 ? EXIT_SUCCESS : exit_wrong_settings;
    }
    return dispatch();
  }

 private:
  int dispatch() {
    if (version_->parsed()) {
      fmt::print("{}\n", version_line);
      return EXIT_SUCCESS;
    }
    if (tables_->parsed()) return tables_command(Tables::settings);
    if (limits_->parsed()) return tables_command(Tables::limits);
    if (token_->parsed()) return token_options_.run();
    if (jobs_->parsed()) return jobs_options_.run();
    if (scopes_->parsed()) return tables_command(Tables::scopes);
    if (errors_->parsed()) return tables_command(Tables::errors);
    if (metrics_->parsed()) return tables_command(Tables::metrics);
    if (schemes_->parsed()) return tables_command(Tables::schemes);
    const SettingOptions& given = run_->parsed()        ? run_settings_
                                  : versions_->parsed() ? versions_settings_
                                  : openapi_->parsed()  ? openapi_settings_
                                                        : settings_;
    auto settings = given.load();
    if (!settings) return exit_wrong_settings;
    if (serve_->parsed()) return serve_command(*settings);
    if (worker_->parsed()) return worker_command(*settings);
    if (check_->parsed()) return check_command(*settings);
    if (openapi_->parsed()) return openapi_command(*settings, openapi_arguments_);
    if (versions_->parsed()) return versions_command(*settings, versions_folder_);
    return run_command(*settings, run_arguments_);
  }

  CLI::App app_{
      "Towermill turns a folder of scripts into webhooks, behind any web server that speaks FastCGI."};
  CLI::App* serve_ = app_.add_subcommand("serve", "Serve webhooks in the foreground, until SIGTERM");
  CLI::App* worker_ = app_.add_subcommand(
      "worker", "Run jobs of the queue in the foreground, and answer nobody, until SIGTERM");
  CLI::App* run_ = app_.add_subcommand("run", "Run one script in the terminal, as a webhook would");
  CLI::App* check_ =
      app_.add_subcommand("check", "Look for everything that would fail later, and say how to mend it");
  CLI::App* versions_ =
      app_.add_subcommand("versions", "Print every script with its version, as .../h/{version} takes it");
  CLI::App* openapi_ =
      app_.add_subcommand("openapi", "Print what a workspace can be asked for, as an OpenAPI document");
  CLI::App* tables_ =
      app_.add_subcommand("settings", "Print every setting with its default, range and meaning");
  CLI::App* limits_ = app_.add_subcommand("limits", "Print every limit and what is seen beyond it");
  CLI::App* errors_ = app_.add_subcommand("errors", "Print every error that the server answers with");
  CLI::App* metrics_ = app_.add_subcommand("metrics", "Print every metric that GET /metrics has");
  CLI::App* schemes_ = app_.add_subcommand("schemes", "Print every way to sign that a route can ask for");
  CLI::App* scopes_ = app_.add_subcommand("scopes", "Print every scope that a token may have");
  CLI::App* token_ = app_.add_subcommand("token", "Make, list and revoke the tokens of callers");
  CLI::App* jobs_ = app_.add_subcommand("jobs", "Look at jobs; cancel, repeat and forget them");
  CLI::App* version_ = app_.add_subcommand("version", "Print the version");
  SettingOptions settings_, run_settings_, versions_settings_, openapi_settings_;
  TokenOptions token_options_{*token_};
  JobsOptions jobs_options_{*jobs_};
  std::string versions_folder_;
  RunArguments run_arguments_;
  OpenApiArguments openapi_arguments_;
};

}  // namespace

int command_line(int argc, char** argv) { return CommandLine().run(argc, argv); }

}  // namespace towermill
