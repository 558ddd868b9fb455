/** `1GB-DAILY` is how operators file it; `1GB Daily` is how people read it. Names in mixed case are left as they are. */
export function displayName(name: string): string {
  if (name !== name.toUpperCase() || !/[A-Z]{3}/.test(name)) return name;
  return name
    .split(/[-_\s]+/)
    .map((word) =>
      /^[A-Z]{3,}$/.test(word)
        ? word.charAt(0) + word.slice(1).toLowerCase()
        : word.replace(/^(\d+)([A-Z]+)$/, "$1 $2"),
    )
    .join(" ");
}
