#pragma once
// A type as JSON Schema tells it: what one parameter takes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace towermill {

/// A union of JSON's kinds, single values and null; one that takes anything tells nothing more.
class SchemaType {
 public:
  static SchemaType any();
  /// `kind` is JSON Schema's word ("string"); `more` are further members of its object (`"items":{}`).
  static SchemaType of(std::string_view kind, std::string_view more = {});
  static SchemaType literal(std::string_view json);
  static SchemaType null();
  static SchemaType absent();  // TypeScript's undefined: no value at all

  /// The type of a value: what a parameter takes that has it as its default and no type. Null tells nothing.
  static SchemaType of_default(std::string_view json);

  void add(const SchemaType& other);

  bool is_nullable() const { return nullable_; }
  bool may_be_absent() const { return absent_; }
  /// The only kind that is in it, null aside, with nothing more said of it; "" otherwise.
  std::string_view only_kind() const;
  /// The text of its JSON Schema, an object.
  std::string text() const;

 private:
  struct Form {
    std::string kind, more;
    bool operator==(const Form&) const = default;
  };
  std::vector<Form> parts() const;

  bool any_ = false, nullable_ = false, absent_ = false;
  std::vector<std::string> literals_;
  std::vector<Form> forms_;
};

/// `"items":{…}`, and nothing where the items may be anything.
std::string items_of(const SchemaType& type);
/// The same as `"additionalProperties":{…}`.
std::string values_of(const SchemaType& type);
/// `"format":"resource-name"`, as Windmill marks the types that scripts name.
std::string resource_format(std::string_view name);

inline constexpr std::string_view date_time_format = R"("format":"date-time")";
inline constexpr std::string_view base64_encoding = R"("contentEncoding":"base64")";

}  // namespace towermill
