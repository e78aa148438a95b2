import { cents } from "./money.ts";

export async function main(amount: number, people: string[]) {
  const whole = cents(amount);
  const share = Math.floor(whole / people.length);
  const rest = whole - share * people.length;
  return Object.fromEntries(people.map((person, at) => [person, share + (at < rest ? 1 : 0)]));
}
