#include "handler/api/openapi.h"

#include "handler/api/by_token.h"
#include "handler/reply/errors.h"

namespace towermill {

Response openapi_response(const Request& request, const OpenApiRoute& route, const Services& services) {
  const auto met = meet_with(Permission::read_scripts, request, services, route.workspace);
  if (const auto* refusal = std::get_if<Response>(&met)) return *refusal;
  const auto workspace = services.workspaces.find(route.workspace);
  if (workspace == services.workspaces.end())
    return error_response(ServerError::not_found, "there is no such workspace");
  const auto document = services.documents.of(workspace->second, services.settings.base_url);
  return {200, {{"Content-Type", "application/json"}}, *document};
}

}  // namespace towermill
