/** Why a callback fits nothing, for people: what a checker of shapes says about a field is no sentence. */
export function strayWords(reason: string): string {
  return reason.replace(
    /(not a genuine message): (.*): (?:Invalid input|Required|Expected).*$/s,
    (_, head: string, field: string) => `${head}: ${field || "the body"} is missing or has another shape`,
  );
}
