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
