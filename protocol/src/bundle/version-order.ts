/** Release numbers: `1.2.3`, or `1.2.3-early.4` before it. @see semver.org §9 and §11 */
const shape = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-([0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*))?$/;

export function isVersion(text: string): boolean {
  return text.length <= 64 && shape.test(text);
}

/** Below 0 when `left` is older. What is no version is older than everything. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [shape.exec(left), shape.exec(right)];
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part]) - Number(b[part]);
    if (difference !== 0) return difference;
  }
  return compareEarly(a[4], b[4]);
}

function compareEarly(left: string | undefined, right: string | undefined): number {
  // The release itself comes after all its early ones.
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  const [a, b] = [left.split("."), right.split(".")];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [one, other] = [a[index] as string, b[index] as string];
    if (one === other) continue;
    const [oneIsNumber, otherIsNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (oneIsNumber && otherIsNumber) return Number(one) - Number(other);
    if (oneIsNumber !== otherIsNumber) return oneIsNumber ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
