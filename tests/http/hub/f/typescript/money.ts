export function cents(amount: number): number {
  return Math.round(amount * 100);
}

export async function main(amount: number) {
  return cents(amount);
}
