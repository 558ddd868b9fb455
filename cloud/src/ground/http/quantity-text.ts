/**
 * A limit as people read it, by what the name of its field says it counts: `priceCents` 1,000,000,000,000 is `10,000,000,000.00`, `validitySeconds` 60 is
 * `60 s`. Units are written as every language here writes them, so the sentence around it may be in any. Pure.
 */
export function quantityText(field: string, value: number): string {
  const name = field.slice(field.lastIndexOf(".") + 1);
  // First: the name of a thousandth ends like that of the whole.
  if (/millicents(Max|Min)?$/i.test(name)) return grouped(value);
  if (/cents(Max|Min)?$/i.test(name)) {
    const [whole, rest] = [Math.trunc(Math.abs(value) / 100), Math.abs(value) % 100];
    return `${value < 0 ? "-" : ""}${grouped(whole)}.${String(rest).padStart(2, "0")}`;
  }
  if (/seconds(Max|Min)?$/i.test(name))
    return whole(
      value,
      [
        ["d", 86_400],
        ["h", 3600],
        ["min", 60],
        ["s", 1],
      ],
      120,
    );
  if (/bytes(Max|Min)?$/i.test(name))
    return whole(
      value,
      [
        ["TB", 1e12],
        ["GB", 1e9],
        ["MB", 1e6],
        ["kB", 1000],
        ["B", 1],
      ],
      1,
    );
  if (/kbps$/i.test(name))
    return whole(
      value,
      [
        ["Gbps", 1e6],
        ["Mbps", 1000],
        ["kbps", 1],
      ],
      1,
    );
  if (/Ms$/.test(name) && value >= 0 && value <= 253_402_300_799_999) return new Date(value).toISOString().slice(0, 10);
  return grouped(value);
}

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** In the largest unit of which it is a whole number, and at least `least` of the smallest. */
function whole(value: number, units: readonly (readonly [name: string, size: number])[], least: number): string {
  const [name, size] = units.find(([, each]) => value >= least && value % each === 0 && value >= each) ?? ["", 0];
  const [last] = units.at(-1) ?? [""];
  return size === 0 ? `${grouped(value)} ${last}` : `${grouped(value / size)} ${name}`;
}
