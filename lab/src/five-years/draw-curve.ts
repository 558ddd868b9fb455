/** The figures of `main.ts` as a picture: memory and folder over the days, against the container's limits. Pure. */

interface Line {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
}

const lines: readonly Line[] = [
  { key: "rssBytes", name: "resident memory", colour: "#0b6e4f" },
  { key: "anonymousBytesMax", name: "not of files, at most", colour: "#3b5bdb" },
  { key: "heapBytes", name: "heap in use", colour: "#6b8f00" },
  { key: "folderBytes", name: "folder", colour: "#b5532a" },
];
const limits = [
  { megabytes: 128, name: "container: 128 MB of memory" },
  { megabytes: 100, name: "folder: 100 MB" },
];
const [width, height, left, bottom, top, right] = [780, 340, 48, 300, 20, 560];
const megabytesMax = 140;

export function drawCurve(rows: readonly Readonly<Record<string, number | null>>[], caption: string): string {
  const lastDay = Math.max(1, ...rows.map(({ day }) => day ?? 0));
  const x = (day: number) => left + ((right - left) * day) / lastDay;
  const y = (megabytes: number) => bottom - ((bottom - top) * megabytes) / megabytesMax;
  const text = (atX: number, atY: number, what: string, more = "") =>
    `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" ${more}>${what}</text>`;
  const grid = [0, 20, 40, 60, 80, 100, 120].map(
    (megabytes) =>
      `<path d="M${left} ${y(megabytes).toFixed(1)}H${right}" stroke="#ddd"/>${text(left - 6, y(megabytes) + 4, String(megabytes), 'text-anchor="end"')}`,
  );
  const years = Array.from({ length: Math.floor(lastDay / 365) }, (_, index) => (index + 1) * 365).map((day) =>
    text(x(day), bottom + 18, `${Math.round(day / 365)} y`, 'text-anchor="middle"'),
  );
  const bounds = limits.map(
    ({ megabytes, name }) =>
      `<path d="M${left} ${y(megabytes).toFixed(1)}H${right}" stroke="#888" stroke-dasharray="6 4"/>${text(right - 4, y(megabytes) + 14, name, 'text-anchor="end"')}`,
  );
  const curves = lines.map(({ key, name, colour }) => {
    const points = rows.map((row) => `${x(row.day ?? 0).toFixed(1)},${y((row[key] ?? 0) / 1e6).toFixed(1)}`);
    const last = (rows.at(-1)?.[key] ?? 0) / 1e6;
    const label = text(right + 8, y(last) + 4, `${name}: ${last.toFixed(1)} MB`, `fill="${colour}"`);
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(" ")}"/>${label}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Memory and folder of a site over the years: ${caption}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...grid, ...years, ...bounds, ...curves].join("\n")}
${text(left, bottom + 34, `MB, over years of trade at one site: ${caption}`)}
</svg>
`;
}
