#pragma once
// What pages of other origins may ask and read (CORS, the Fetch standard section 3.3), and what webhook
// senders ask before they send (CloudEvents' abuse protection). Credentials are never allowed along: a page
// sends its token itself.

#include <string_view>

#include "handler/config/settings.h"
#include "handler/http/message.h"

namespace towermill {

/// Lets pages of these origins read the answer: of any where the list is empty or has "*". A script that has
/// said itself who may, or that credentials may be used, is left alone.
void let_pages_read(Response& response, const Request& request, const Texts& origins);

/// To OPTIONS, on a path that takes `methods` ("GET, HEAD, OPTIONS"): 200, and nothing is run. It still needs
/// let_pages_read().
Response options_response(const Request& request, std::string_view methods);

}  // namespace towermill
