enum Currency {
  EUR = "EUR",
  USD = "USD",
}

type Item = { title: string; price: number; count?: number };

interface Order {
  customer: { name: string; vip?: boolean };
  items: Item[];
}

function total(items: Item[]): number {
  return items.reduce((sum, { price, count = 1 }) => sum + price * count, 0);
}

export async function main(order: Order, currency: Currency = Currency.EUR, discounts: number[] = []) {
  const full = total(order.items);
  const best = Math.max(0, ...discounts);
  const due = order.customer.vip ? full * (1 - best) : full;
  return { customer: order.customer.name, due, text: `${due.toFixed(2)} ${currency}`, lines: order.items.length };
}
