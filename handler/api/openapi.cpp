#include "handler/api/openapi.h"

#include "handler/reply/errors.h"

namespace towermill {

Response openapi_response(const Request& request, const OpenApiRoute& route, const Services& services) {
  const auto query = Query::parse(request.query);
  if (!query) return error_response(ServerError::bad_request, query.error().message);
  if (!services.tokens.accepts(presented_token(request, *query)))
    return error_response(ServerError::unauthorized);
  const auto workspace = services.workspaces.find(route.workspace);
  if (workspace == services.workspaces.end())
    return error_response(ServerError::not_found, "there is no such workspace");
  const auto document = services.documents.of(workspace->second, services.settings.base_url);
  return {200, {{"Content-Type", "application/json"}}, *document};
}

}  // namespace towermill
