const DAY_MS = 24 * 60 * 60 * 1000;

export async function main(from: Date, until: Date = new Date("2024-03-01T00:00:00Z")) {
  const days = Math.round((until.getTime() - from.getTime()) / DAY_MS);
  return { days, weekday: from.getUTCDay(), from, leap: new Date(from.getTime() + DAY_MS) };
}
