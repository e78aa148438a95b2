# Writes OUT, a C++ source that holds the bytes of IN as towermill::embedded::NAME.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUT} "#include <string_view>
namespace towermill::embedded {
namespace { const char bytes[] = {${bytes}'\\0'}; }
extern const std::string_view ${NAME};
const std::string_view ${NAME}{bytes, sizeof(bytes) - 1};
}
")
