/** Checks the bodies of requests to the control page. A problem names the field. */
import type { RouterKnobs } from "../model/router-options.ts";
import type { Appetite } from "../model/session-limits.ts";

type Checked<T> = { readonly value: T } | { readonly field: string; readonly message: string };

const choices = { incoming: ["on", "off", "ack-but-stays"], wan: ["up", "down"] } as const;

/** Some of the knobs. The others do not change. */
export function readKnobs(body: unknown): Checked<Partial<RouterKnobs>> {
  const knobs: { -readonly [K in keyof RouterKnobs]?: RouterKnobs[K] } = {};
  for (const [field, value] of Object.entries(asObject(body))) {
    if (field === "incoming" || field === "wan") {
      if (!(choices[field] as readonly unknown[]).includes(value)) {
        return { field, message: `must be one of ${choices[field].join(", ")}` };
      }
      Object.assign(knobs, { [field]: value });
    } else if (field === "apiSilent" || field === "apiRefuses" || field === "ignoresLimits") {
      if (typeof value !== "boolean") return { field, message: "must be true or false" };
      knobs[field] = value;
    } else if (field === "apiLatencyMs") {
      if (!isCount(value, 600_000)) return { field, message: "must be a whole number of milliseconds up to 600000" };
      knobs.apiLatencyMs = value;
    } else if (field === "radiusSecret") {
      if (value !== null && typeof value !== "string") return { field, message: "must be a text or null" };
      knobs.radiusSecret = value;
    } else return { field, message: "is no knob" };
  }
  return { value: knobs };
}

export function readAppetite(body: unknown): Checked<Appetite> {
  const { upBytesPerSecond = 0, downBytesPerSecond = 0 } = asObject(body);
  for (const [field, value] of Object.entries({ upBytesPerSecond, downBytesPerSecond })) {
    if (!isCount(value, 1e10)) return { field, message: "must be a whole number of bytes a second" };
  }
  return { value: { upBytesPerSecond: Number(upBytesPerSecond), downBytesPerSecond: Number(downBytesPerSecond) } };
}

export function readUse(body: unknown): Checked<{ up: number; down: number }> {
  const { up = 0, down = 0 } = asObject(body);
  for (const [field, value] of Object.entries({ up, down })) {
    if (!isCount(value, 2 ** 50)) return { field, message: "must be a whole number of bytes" };
  }
  return { value: { up: Number(up), down: Number(down) } };
}

const asObject = (body: unknown) => (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
const isCount = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max;
