export async function main(name: string) {
  return { Hello: name };
}
