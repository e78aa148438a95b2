#pragma once
// CGI variables (RFC 3875 section 4.1), as FastCGI and plain CGI both bring them → Request, without its body.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "handler/http/message.h"
#include "runner/base/result.h"

namespace towermill {

using CgiVariables = std::map<std::string, std::string, std::less<>>;

/// "NAME=value" strings up to a nullptr, as envp. The first of two equal names counts, but two lines of one
/// header are one list (RFC 9110 section 5.3), as web servers hand them over that know only one: nobody can
/// show one line to who checks it, and another to who reads it.
CgiVariables to_variables(const char* const* strings);

/// `base_path` is the prefix that a mount adds ("" or "/hooks"). The path is REQUEST_URI without its query,
/// each segment percent-decoded once; PATH_INFO counts only where there is no REQUEST_URI. Error: a 400's
/// sentence.
Result<Request> to_request(const CgiVariables& variables, std::string_view base_path);

/// CONTENT_LENGTH; 0 where it is absent or empty; nothing where a chunked body came without one, as Apache
/// hands it over: it goes on to its end. Error: it is no number.
Result<std::optional<std::size_t>> body_length(const CgiVariables& variables);

}  // namespace towermill
