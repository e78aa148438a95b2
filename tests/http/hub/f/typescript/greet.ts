//native
// A directive above is a comment here. Literal unions become lists to choose from in Windmill's forms.

export async function main(
  name: string,
  times: number = 2,
  tone: "plain" | "loud" = "plain",
  suffix?: string,
) {
  const line = `Hello, ${name}${suffix ?? ""}`;
  return Array.from({ length: times }, () => (tone === "loud" ? line.toUpperCase() + "!" : line));
}
