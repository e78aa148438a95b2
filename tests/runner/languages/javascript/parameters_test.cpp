#include "runner/languages/javascript/parameters.h"

#include <catch2/catch.hpp>

using towermill::js_parameters;
using towermill::js_type_is;
using towermill::JsParameter;

namespace {

// Each as it would be written: "name?: type = default".
std::string shown(std::string_view source) {
  const auto found = js_parameters(source);
  if (!found) return "unreadable";
  std::string text;
  for (const JsParameter& one : *found) {
    text += (text.empty() ? "" : ", ") + std::string(one.rest ? "..." : "") + one.name;
    text += (one.pattern ? "{}" : "") + std::string(one.optional ? "?" : "");
    if (!one.type.empty()) text += ": " + one.type;
    if (!one.default_value.empty()) text += " = " + one.default_value;
  }
  return text;
}

struct Row {
  std::string_view source, parameters;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(shown(row.source) == row.parameters);
  }
}

}  // namespace

TEST_CASE("the parameters of main are read however it is declared") {
  check({
      {"export function main() {}", ""},
      {"export function main(a, b) {}", "a, b"},
      {"export async function main(a,b,) {}", "a, b"},
      {"export async function* main(a) {}", "a"},
      {"export function main<T extends Map<string, number>, U = {}>(a: T) {}", "a: T"},
      {"export const main = (a, b) => a", "a, b"},
      {"export const main = async (a): Promise<void> => {}", "a"},
      {"export const main = a => a", "a"},
      {"export const main = async a => a", "a"},
      {"export const main = async => async", "async"},
      {"export const main = async function (a) {}", "a"},
      {"export const main = function named(a) {}", "a"},
      {"export let main = <T,>(a: T) => a", "a: T"},
      {"export const main: Handler<A, B> = async (a) => a", "a"},
      {"export const main: (x: number) => void = (a) => {}", "a"},
      {"export const main = (async (a) => a);", "a"},
      {"export const main = ((a) => a) as Handler", "a"},
      {"export const other = [1, 2], main = (a) => a", "a"},
      {"const other = 1; export var main = (a) => a", "a"},
      {"function main(a) {}\nexport { main }", "a"},
      {"export { other, main };\nasync function main(a) {}", "a"},
      {"function start(a) {}\nexport { start as main }", "a"},
      {"const start = (a) => a\nexport const main = start\n", "a"},
      {"export function main(a: string): void;\nexport function main(a: any, b?: any) {}", "a: any, b?: any"},
      {"#!/usr/bin/env node\n\nexport function main(a) {}", "a"},
      {"\xef\xbb\xbf"
       "export function main(a) {}",
       "a"},
  });
}

TEST_CASE("types, defaults and marks stay with their parameter") {
  check({
      {"export function main(a: string, b?: number, c = 1, ...d: string[]) {}",
       "a: string, b?: number, c = 1, ...d: string[]"},
      {"export function main(a: Map<string, Array<number>> = new Map<string, Array<number>>(), b = 2) {}",
       "a: Map<string, Array<number>> = new Map<string, Array<number>>(), b = 2"},
      {"export function main(a: Array<string>=[], b=1<2, c=3>2) {}",
       "a: Array<string> = [], b = 1<2, c = 3>2"},
      {"export function main(a: { x: number, y?: string }, b: [number, string]) {}",
       "a: { x: number, y?: string }, b: [number, string]"},
      {"export function main(a: (x: number, y: string) => void, b: 'x,y' | \"z)\") {}",
       "a: (x: number, y: string) => void, b: 'x,y' | \"z)\""},
      {"export function main(a: T extends U ? X<1, 2> : Y, b) {}", "a: T extends U ? X<1, 2> : Y, b"},
      {"export function main({ a, b = { c: 1 } }: In = {}, [c, d]: number[], e) {}",
       "anon1{}: In = {}, anon2{}: number[], e"},
      {"export function main(this: Window, a) {}", "a"},
      {"export function main(@Body() a: string, @x.y b) {}", "a: string, b"},
      {"export function main(a = (1, 2), b = [1, 2], c = { d: 1, e: 2 }, f) {}",
       "a = (1, 2), b = [1, 2], c = { d: 1, e: 2 }, f"},
      {"export function main(a = 'x,)', b = \"\\\"),\", c = `x${ {y: `,${1})`} },)`, d = /[/,)\"]\\/,/g) {}",
       "a = 'x,)', b = \"\\\"),\", c = `x${ {y: `,${1})`} },)`, d = /[/,)\"]\\/,/g"},
      {"export function main(a /* , b */, // c\n d) {}", "a, d"},
      {"export function main(a = (x, y) => x / y, b = 4 / 2, c) {}", "a = (x, y) => x / y, b = 4 / 2, c"},
      {"export function main($a_1, \xc3\xa9t\xc3\xa9: string) {}", "$a_1, \xc3\xa9t\xc3\xa9: string"},
      {"export function main(a: `x${string},y`, b) {}", "a: `x${string},y`, b"},
      {"export function main(type: string, from = 1, of, async) {}", "type: string, from = 1, of, async"},
  });
}

TEST_CASE("what only looks like main is passed over") {
  check({
      {"// export function main(a) {}\nexport function main(b) {}", "b"},
      {"/* export function main(a) {} */ export function main(b) {}", "b"},
      {"const t = 'export function main(a) {}';\nexport function main(b) {}", "b"},
      {"const t = `\nexport function main(a) {} ${'`'} ${`}`} \n`;\nexport function main(b) {}", "b"},
      {"const r = /export function main(a) [/'\"`]/;\nexport function main(b) {}", "b"},
      {"if (x) /['\"(]/.test(x);\nexport function main(b) {}", "b"},
      {"const q = (a + b) / 2, s = ')' / 1;\nexport function main(b) {}", "b"},
      {"function f() {\n function main(a) {}\n}\nexport function main(b) {}", "b"},
      {"class A { main(a) {} }\nexport const main = (b) => b", "b"},
      {"export function mainly(a) {}\nexport function main(b) {}", "b"},
      {"export type main2 = (a: string) => void;\nexport function main(b) {}", "b"},
      {"interface A { main(a: string): void }\n@Deco({ a: 1 })\nexport class B {}\nexport function main(b) "
       "{}",
       "b"},
      {"let x = a++ / 2; let y = z[1] / 2 / 3\nexport function main(b) {}", "b"},
      {"export const main = (b) => b;\nconst named = function main(a) {}, later = async function main(c) {}",
       "b"},
  });
}

TEST_CASE("a slash behind an operand divides it") {
  check({
      {"const x = [a++ / (b / 2), '/'];\nexport function main(b) {}", "b"},
      {"const x = [a! / (b! / 2), '/'];\nexport function main(b) {}", "b"},
      {"const x = [a.of / (b.return / 2), '/'];\nexport function main(b) {}", "b"},
      {"const x = [a!++ / (b), `x` / (c), '/'];\nexport function main(b) {}", "b"},
      {"const x = [!/[(]/.test(a), y = - -/[(]/.lastIndex];\nexport function main(b) {}", "b"},
      {"const x = a\n!/[(]/.test(a);\nexport function main(b) {}", "b"},
      {"if (a) !/[(]/.test(a);\nexport function main(b) {}", "b"},
  });
}

TEST_CASE("lines may end and blanks may look as in any editor") {
  check({
      {"// a\rexport function main(a,\r b) {}", "a, b"},
      {"// a\u2028export function main(a) {}", "a"},
      {"const x = ['a\\\r\nb', 1];\r\nexport function main(a) {}\r\n", "a"},
      {"export\u3000function main(a:\u00a0string,\u00a0b\u2003= 1,\ufeffc\u202f) {}", "a: string, b = 1, c"},
      {"const f = (a) => a\rexport const main = f\rconst g = 1", "a"},
  });
}

TEST_CASE("what does not stand in the source is unreadable") {
  check({
      {"", "unreadable"},
      {"function main(a) {}", "unreadable"},
      {"export default function main(a) {}", "unreadable"},
      {"export { main } from './other'", "unreadable"},
      {"export * from './other'", "unreadable"},
      {"import { main } from './other'; export { main }", "unreadable"},
      {"export const main = wrap((a) => a)", "unreadable"},
      {"export const main = (function () { return (a) => a })()", "unreadable"},
      {"export const main = other\nconst other = main", "unreadable"},
      {"export const { main } = all", "unreadable"},
      {"export const main = 5", "unreadable"},
      {"export class main {}", "unreadable"},
  });
}

TEST_CASE("any bytes at all are read to their end") {
  const std::string_view whole =
      "export const x = `a${`b${{c: 1}}`}`; export async function main<T>(a: {b: T[]} = /x[/]y/, ...c) {}";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    js_parameters(whole.substr(0, length));
    js_parameters(whole.substr(length));
  }
  js_parameters(std::string(100'000, '('));
  js_parameters("export function main(" + std::string(100'000, '<'));
  js_parameters("export const main = " + std::string(100'000, '('));
  std::string open_classes;
  for (int i = 0; i < 300'000; ++i) open_classes += "/[ ";
  js_parameters(open_classes);
  std::string templates;
  for (int i = 0; i < 50'000; ++i) templates += "`${";
  js_parameters(templates);
}

TEST_CASE("a type is a kind, be it optional or not") {
  CHECK(js_type_is("Date", "Date"));
  CHECK(js_type_is("Date | null", "Date"));
  CHECK(js_type_is("null|undefined | Date", "Date"));
  CHECK_FALSE(js_type_is("Date | string", "Date"));
  CHECK_FALSE(js_type_is("Date[]", "Date"));
  CHECK_FALSE(js_type_is("Dates", "Date"));
  CHECK_FALSE(js_type_is("null", "Date"));
  CHECK_FALSE(js_type_is("", "Date"));
}
