/** Receipts as people send them: the bare code, or the whole message, with O for 0 and I for 1. */

/** The codes in a text, as typed, upper case. A receipt has a digit and a letter: a word of ten letters is none. */
export function receiptsIn(typed: string): string[] {
  const words =
    typed
      .normalize("NFKC")
      .toUpperCase()
      .match(/\b[A-Z0-9]{10}\b/g) ?? [];
  const receipts = words.filter((word) => /[A-Z]/.test(word) && !/^0?[17]\d{8}$/.test(word));
  return [...new Set(receipts)].slice(0, 3);
}

/** All ways to read O and 0, I and 1; itself first. At most 64. */
export function spellings(receipt: string): string[] {
  let all = [""];
  for (const letter of receipt) {
    const pair = letter === "O" || letter === "0" ? ["O", "0"] : letter === "I" || letter === "1" ? ["I", "1"] : null;
    const next = pair === null || all.length >= 64 ? [letter] : [letter, ...pair.filter((each) => each !== letter)];
    all = next.flatMap((each) => all.map((start) => start + each));
  }
  return [receipt, ...all.filter((each) => each !== receipt)];
}
