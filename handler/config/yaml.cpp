#include "handler/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace towermill {
namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t node_limit = 100'000;

/// Builds the nodes from the parser's events. Nothing here recurses, neither building nor destroying.
class Builder : public YAML::EventHandler {
 public:
  YamlDocument take() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, YamlKind::nothing, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { place(mark, anchored_.at(anchor)); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(mark, YamlKind::scalar, anchor, value)->style = tag == "?" ? YamlStyle::plain : YamlStyle::quoted;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlKind::list, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, YamlKind::map, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    YamlNode* node;
    std::optional<YamlMember> member;  // of a map: its key is read, its value not yet
  };

  YamlNode* add(const YAML::Mark& mark, YamlKind kind, YAML::anchor_t anchor, const std::string& text = {}) {
    if (document_.nodes.size() == node_limit) throw YAML::ParserException(mark, "too many values");
    YamlNode* node = &document_.nodes.emplace_back();
    node->kind = kind;
    node->line = mark.line + 1;
    node->text = text;
    if (anchor != 0) anchored_[anchor] = node;
    place(mark, node);
    return node;
  }

  void open(const YAML::Mark& mark, YamlKind kind, YAML::anchor_t anchor) {
    if (open_.size() == depth_limit) throw YAML::ParserException(mark, "nested too deep");
    open_.push_back({add(mark, kind, anchor), std::nullopt});
  }

  void place(const YAML::Mark& mark, const YamlNode* node) {
    if (open_.empty()) return;
    auto& [parent, member] = open_.back();
    if (parent->kind == YamlKind::list) {
      parent->items.push_back(node);
    } else if (member) {
      member->value = node;
      parent->members.push_back(*std::exchange(member, std::nullopt));
    } else if (node->kind == YamlKind::scalar) {
      member = YamlMember{node->text, mark.line + 1, nullptr};
    } else {
      throw YAML::ParserException(mark, "a key must be a plain word");
    }
  }

  YamlDocument document_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, const YamlNode*> anchored_;
};

Error wrong(std::string_view called, int line, const std::string& what) {
  return Error{std::string(called) + ":" + std::to_string(line) + ": " + what};
}

}  // namespace

Result<YamlDocument> parse_yaml(std::string_view text, std::string_view called) {
  if (text.size() > yaml_limit_bytes) return Error{std::string(called) + ": larger than 1 MiB"};
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    Builder second;
    parser.HandleNextDocument(builder);
    if (parser.HandleNextDocument(second)) return Error{std::string(called) + ": more than one document"};
    YamlDocument document = builder.take();
    if (document.nodes.empty()) document.nodes.emplace_back();
    return document;
  } catch (const YAML::Exception& e) {
    return wrong(called, e.mark.line + 1, e.msg);
  } catch (const std::exception&) {
    return wrong(called, 1, "not YAML");
  }
}

}  // namespace towermill
