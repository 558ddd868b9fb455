/** How RouterOS writes values, in pages and over its API. */

/** `1w2d3h4m5s`; zero is `0s`. */
export function durationText(seconds: number): string {
  let left = Math.floor(seconds);
  let text = "";
  for (const [unit, size] of [
    ["w", 604_800],
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text || "0s";
}

/** `12.3 MiB`, for the status page. */
export function niceBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `1970-01-02` and `00:00:17`. */
export function dateAndTime(unixMs: number): { date: string; time: string } {
  const [date = "", rest = ""] = new Date(unixMs).toISOString().split("T");
  return { date, time: rest.slice(0, 8) };
}
