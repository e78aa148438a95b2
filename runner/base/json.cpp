#include "runner/base/json.h"

#include <rapidjson/reader.h>

#include <algorithm>

#include "runner/base/json_stream.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr unsigned reader_flags =
    rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;

// The reader lets "\udc00" alone pass, as three bytes that begin like no well-formed UTF-8.
bool has_lone_surrogate(std::string_view decoded) {
  for (std::size_t at = 0; (at = decoded.find('\xED', at)) != std::string_view::npos; ++at) {
    if (at + 1 < decoded.size() && static_cast<unsigned char>(decoded[at + 1]) >= 0xA0) return true;
  }
  return false;
}

using Visit = std::function<bool(const JsonMember&)>;

enum class Stop { none, depth, surrogate, visitor };

// Takes the reader's events and cuts the slices one level deep.
class Slicer : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Slicer> {
 public:
  /// Where there is a `visit`, members and elements go there and are not kept.
  Slicer(std::string_view text, const DigitHidingStream& stream, std::size_t depth_limit, JsonArrays arrays,
         const Visit* visit)
      : text_(text), stream_(stream), depth_limit_(depth_limit), arrays_(arrays), visit_(visit) {}

  bool Null() { return finish(JsonKind::null); }
  bool Bool(bool) { return finish(JsonKind::boolean); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return finish(JsonKind::number); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return check_string({text, size}) && finish(JsonKind::string);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (!check_string({text, size})) return false;
    if (depth_ == 1) {
      key_.assign(text, size);
      mark_ = stream_.Tell();
    }
    return true;
  }
  bool StartObject() { return enter(JsonKind::object); }
  bool StartArray() { return enter(JsonKind::array); }
  bool EndObject(rapidjson::SizeType) { return leave(JsonKind::object); }
  bool EndArray(rapidjson::SizeType) { return leave(JsonKind::array); }

  Stop stop() const { return stop_; }
  JsonValue& value() { return value_; }

 private:
  bool check_string(std::string_view decoded) {
    if (has_lone_surrogate(decoded)) stop_ = Stop::surrogate;
    return stop_ == Stop::none;
  }

  bool enter(JsonKind kind) {
    if (depth_ == depth_limit_) {
      stop_ = Stop::depth;
      return false;
    }
    if (++depth_ == 1) {
      value_.kind = kind;
      mark_ = stream_.Tell();
    }
    return true;
  }

  bool leave(JsonKind kind) {
    --depth_;
    return finish(kind);
  }

  // A value ends here; it began at the first byte after the mark that is no separator.
  bool finish(JsonKind kind) {
    if (depth_ > 1) return true;
    if (depth_ == 0) {
      value_.kind = kind;
      const std::size_t root = text_.find_first_not_of(" \t\r\n");
      value_.raw = text_.substr(root, stream_.Tell() - root);
      return true;
    }
    if (value_.kind == JsonKind::object || arrays_ == JsonArrays::opened) {
      const std::size_t begin = text_.find_first_not_of(" \t\r\n:,", mark_);
      take({std::move(key_), kind, text_.substr(begin, stream_.Tell() - begin)});
      key_.clear();
    }
    mark_ = stream_.Tell();
    return stop_ == Stop::none;
  }

  void take(JsonMember member) {
    if (visit_ == nullptr) {
      value_.members.push_back(std::move(member));
    } else if (!(*visit_)(member)) {
      stop_ = Stop::visitor;
    }
  }

  std::string_view text_;
  const DigitHidingStream& stream_;
  std::size_t depth_limit_;
  JsonArrays arrays_;
  const Visit* visit_;
  JsonValue value_;
  std::size_t depth_ = 0;
  std::size_t mark_ = 0;  // the end of the last key, value or opening bracket one level deep
  std::string key_;
  Stop stop_ = Stop::none;
};

std::string_view describe(rapidjson::ParseErrorCode code, char at) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "there is no value";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "there is more after the value";
    case rapidjson::kParseErrorObjectMissName:
      return "a member needs a name in double quotes";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing after a member's name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is missing";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "\\u needs four hex digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a surrogate stands alone";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return at == '\\' ? "there is no such escape" : "a control character stands in a string";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "a string has no closing quote";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "a byte is no UTF-8";
    case rapidjson::kParseErrorNumberMissFraction:
      return "a number has no digit after its point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "a number has no digit in its exponent";
    default:
      return "no JSON value begins here";
  }
}

Error parse_error(std::string_view text, rapidjson::ParseErrorCode code, std::size_t offset) {
  const bool has_mark = text.starts_with("\xEF\xBB\xBF");
  const std::string_view what = has_mark && offset == 0
                                    ? "a byte order mark stands before the value"
                                    : describe(code, offset < text.size() ? text[offset] : '\0');
  return Error{std::string(what) + " at " + place(text, offset)};
}

}  // namespace

const JsonMember* JsonValue::find(std::string_view key) const {
  const auto found =
      std::find_if(members.rbegin(), members.rend(), [&](const auto& m) { return m.key == key; });
  return found == members.rend() ? nullptr : &*found;
}

namespace {

Result<JsonValue> read_json(std::string_view text, std::size_t depth_limit, JsonArrays arrays,
                            const Visit* visit) {
  depth_limit = std::min(depth_limit, made_json_depth);
  DigitHidingStream stream(text);
  Slicer slicer(text, stream, depth_limit, arrays, visit);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<reader_flags>(stream, slicer);
  if (slicer.stop() == Stop::depth) {
    return Error{"it nests deeper than json_depth_limit " + std::to_string(depth_limit) + " at " +
                 place(text, stream.Tell() - 1)};
  }
  if (slicer.stop() == Stop::surrogate) {
    return Error{"a surrogate stands alone in the string that ends at " + place(text, stream.Tell() - 1)};
  }
  if (slicer.stop() == Stop::visitor) return std::move(slicer.value());
  if (result.IsError()) return parse_error(text, result.Code(), result.Offset());
  // To the reader a NUL is the end of the text.
  if (stream.Tell() != text.size()) {
    return parse_error(text, rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
  }
  return std::move(slicer.value());
}

}  // namespace

Result<JsonValue> parse_json(std::string_view text, std::size_t depth_limit, JsonArrays arrays) {
  return read_json(text, depth_limit, arrays, nullptr);
}

Result<void> visit_json(std::string_view text, std::size_t depth_limit, const Visit& visit) {
  const auto value = read_json(text, depth_limit, JsonArrays::opened, &visit);
  return value ? Result<void>() : value.error();
}

}  // namespace towermill
