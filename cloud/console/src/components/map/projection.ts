/** Where a place stands on the map: Web Mercator, as tile servers have it. The whole world is 1 wide and 1 high, from the north-west. Pure. */

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** What is shown: the middle of the world's part, and how often the world was doubled from 256 pixels. */
export interface View {
  readonly middle: Point;
  readonly zoom: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const zoomRange = { least: 3, most: 18 } as const;
const latitudeMost = 85;
const tilePixels = 256;

export const worldPixels = (zoom: number): number => tilePixels * 2 ** zoom;

export function project({ latitude, longitude }: Place): Point {
  const shown = Math.max(-latitudeMost, Math.min(latitudeMost, latitude));
  const sine = Math.sin((shown * Math.PI) / 180);
  return { x: (longitude + 180) / 360, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

/** Six decimals are a hand's breadth. */
export function unproject({ x, y }: Point): Place {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return { latitude: rounded(latitude), longitude: rounded(x * 360 - 180) };
}

/** Pixels from the top left of what is shown. */
export function onScreen(point: Point, { middle, zoom }: View, { width, height }: Size): Point {
  const scale = worldPixels(zoom);
  return { x: (point.x - middle.x) * scale + width / 2, y: (point.y - middle.y) * scale + height / 2 };
}

export function fromScreen(point: Point, { middle, zoom }: View, { width, height }: Size): Point {
  const scale = worldPixels(zoom);
  return { x: middle.x + (point.x - width / 2) / scale, y: middle.y + (point.y - height / 2) / scale };
}

/** What has moved by so many pixels stays in the world. */
export function panned({ middle, zoom }: View, by: Point): View {
  const scale = worldPixels(zoom);
  const inside = (part: number) => Math.max(0, Math.min(1, part));
  return { zoom, middle: { x: inside(middle.x + by.x / scale), y: inside(middle.y + by.y / scale) } };
}

/** The place under `at`, pixels from the top left, stays where it is. */
export function zoomed(view: View, size: Size, by: number, at: Point): View {
  const zoom = Math.max(zoomRange.least, Math.min(zoomRange.most, view.zoom + by));
  const held = fromScreen(at, view, size);
  const scale = worldPixels(zoom);
  return {
    zoom,
    middle: { x: held.x - (at.x - size.width / 2) / scale, y: held.y - (at.y - size.height / 2) / scale },
  };
}

/** East Africa, where there is nothing to show yet. */
const home: readonly Place[] = [
  { latitude: 5, longitude: 29 },
  { latitude: -11, longitude: 42 },
];

/** All of these places, with a margin. A single one is shown with its surroundings. */
export function fitting(places: readonly Place[], { width, height }: Size): View {
  const points = (places.length === 0 ? home : places).map(project);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const margin = 60;
  const room = (pixels: number, span: number) =>
    Math.log2(Math.max(1, pixels - 2 * margin) / tilePixels / Math.max(span, 1e-9));
  const zoom = Math.min(room(width, right - left), room(height, bottom - top), 12);
  const whole = Math.max(zoomRange.least, Math.floor(zoom * 2) / 2);
  return { zoom: whole, middle: { x: (left + right) / 2, y: (top + bottom) / 2 } };
}

export interface Cluster<Item> {
  readonly items: readonly Item[];
  /** The middle of its items, in the world. */
  readonly at: Point;
}

/** Items that would stand on each other at this zoom are one. It depends on the zoom alone, so that nothing jumps while the map is moved. */
export function clustered<Item extends Place>(items: readonly Item[], zoom: number, pixels = 44): Cluster<Item>[] {
  const cell = pixels / worldPixels(zoom);
  const cells = Map.groupBy(items, (item) => {
    const { x, y } = project(item);
    return `${Math.floor(x / cell)} ${Math.floor(y / cell)}`;
  });
  return [...cells.values()].map((together) => {
    const points = together.map(project);
    const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
    return { items: together, at: { x: sum.x / points.length, y: sum.y / points.length } };
  });
}

export interface Tile extends Point {
  readonly url: string;
  readonly pixels: number;
}

const tilesMax = 60;

/** The tiles of a server (`https://…/{z}/{x}/{y}.png`) that fill what is shown. */
export function tilesOf(pattern: string, view: View, size: Size): Tile[] {
  const level = Math.max(0, Math.min(19, Math.round(view.zoom)));
  const count = 2 ** level;
  const pixels = worldPixels(view.zoom) / count;
  const [first, last] = [
    fromScreen({ x: 0, y: 0 }, view, size),
    fromScreen({ x: size.width, y: size.height }, view, size),
  ];
  const range = (from: number, to: number) => {
    const [low, high] = [Math.max(0, Math.floor(from * count)), Math.min(count - 1, Math.floor(to * count))];
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, at) => low + at);
  };
  const tiles = range(first.x, last.x).flatMap((x) =>
    range(first.y, last.y).map((y) => ({
      ...onScreen({ x: x / count, y: y / count }, view, size),
      pixels,
      url: pattern.replace("{z}", String(level)).replace("{x}", String(x)).replace("{y}", String(y)),
    })),
  );
  return tiles.slice(0, tilesMax);
}
