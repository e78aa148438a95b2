interface Greeting {
  Hello: string;
  letters: number;
}

export async function main(name: string = "World"): Promise<Greeting> {
  return { Hello: name, letters: name.length };
}
