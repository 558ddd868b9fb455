/** Invented content of the gallery: the longest words that a page may meet, and rows as a hub answers them. */
export const longWord = "Mwangaza-Teknolojia-ya-Mawasiliano-na-Huduma-za-Wageni-Kisumu-Magharibi";

export interface SampleRow {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly state: "good" | "warn" | "bad";
  readonly atMs: number;
  readonly cents: number;
}

/** A fixed moment, so that pictures of the gallery stay the same. */
export const sampleMs = Date.UTC(2026, 10, 20, 11, 5);

const states = ["good", "warn", "bad"] as const;

export const sampleRows = (count: number): SampleRow[] =>
  Array.from({ length: count }, (_, at) => ({
    id: String(at),
    name: at === 2 ? longWord : `Customer ${at + 1}`,
    phone: `+25472200${String(1_000 + at)}`,
    state: states[at % 3] ?? "good",
    atMs: sampleMs - at * 3_600_000,
    cents: (at * 12_345) % 1_000_000,
  }));
