// oneOf: objects that the field "label" tells apart.
export async function main(
  target: { label: "email"; address: string } | { label: "webhook"; url: string; retries?: number },
) {
  switch (target.label) {
    case "email":
      return `mail to ${target.address}`;
    case "webhook":
      return `POST ${target.url}, ${target.retries ?? 3} tries`;
    default:
      throw new TypeError(`no such target: ${(target as { label: string }).label}`);
  }
}
