#pragma once
// The settings that are one word of a few. The order here is the order of the words in settings.tbl.

#include "runner/languages/language.h"  // JavaScript

namespace towermill {

enum class StringBody { text, json };  // how a string `result` with a content type is sent
enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };
enum class KeepJobs { all, failures, queued, nothing };  // which runs are kept
enum class MetricsFor { nobody, token, everybody };      // who may read them

}  // namespace towermill
