/**
 * The vouchers of a site file, 20,000 of them on a router: a text and an entry of a Map for each would take some 80 bytes, this takes about 30. Keys lie
 * one behind the other in one block, and are found by a table of their hashes with the next free place for those that collide. Each log-in looks
 * here: loops over a code's few characters are faster under the router's flags than what Node has for such things.
 */
export interface VoucherLines {
  readonly size: number;
  /** Of the line with this key, as `voucherKey` writes it; undefined: there is none. */
  planOf(key: string): string | undefined;
  /** `line`: from 0 in the order of the file. */
  keyAt(line: number): string;
}

interface VoucherLinesBeingRead extends VoucherLines {
  /** False: the key is there already. */
  add(key: string, planName: string): boolean;
}

const bytesOfKey = 12;

/** `sizeMax`: of lines that are added. */
export function createVoucherLines(sizeMax: number): VoucherLinesBeingRead {
  let text = Buffer.allocUnsafeSlow(sizeMax * bytesOfKey);
  /** Where a line's key ends; it begins where the one before ends. */
  const ends = new Uint32Array(sizeMax);
  const planNames: string[] = [];
  const planOfLine = new Uint32Array(sizeMax);
  // At most two thirds are taken. A line's number from 1; 0: free.
  const places = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * sizeMax + 2)));
  let size = 0;

  const startOf = (line: number): number => (line === 0 ? 0 : (ends[line - 1] as number));
  const keyAt = (line: number): string => text.toString("latin1", startOf(line), ends[line]);

  function isAt(key: string, line: number): boolean {
    const start = startOf(line);
    if ((ends[line] as number) - start !== key.length) return false;
    for (let index = 0; index < key.length; index++) if (text[start + index] !== key.charCodeAt(index)) return false;
    return true;
  }

  /** Where the key's line stands in `places`, or would. */
  function placeOf(key: string): number {
    const last = places.length - 1;
    let place = hashOf(key) & last;
    while (places[place] !== 0 && !isAt(key, (places[place] as number) - 1)) place = (place + 1) & last;
    return place;
  }

  function planNumber(name: string): number {
    const known = planNames.lastIndexOf(name);
    return known >= 0 ? known : planNames.push(name) - 1;
  }

  return {
    get size() {
      return size;
    },
    planOf(key) {
      const line = places[placeOf(key)] as number;
      return line === 0 ? undefined : planNames[planOfLine[line - 1] as number];
    },
    keyAt,
    add(key, planName) {
      const place = placeOf(key);
      if (places[place] !== 0) return false;
      const start = startOf(size);
      if (start + key.length > text.length) {
        const grown = Buffer.allocUnsafeSlow(Math.ceil(1.25 * (start + key.length)));
        text.copy(grown);
        text = grown;
      }
      ends[size] = start + text.write(key, start, "latin1");
      planOfLine[size] = planNumber(planName);
      size += 1;
      places[place] = size;
      return true;
    },
  };
}

/** FNV-1a, its high bits folded in: codes that differ in their last digit lie far apart. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}
