/**
 * The slots of each grant. Nearly every grant has one: that is kept without the list around it, which takes 60 bytes more and is made when it is asked for.
 */
export interface BoundSlot {
  readonly device: string;
  readonly mac: string | null;
  /** Of all bindings of the site: orders them where clocks and sequences can start again. */
  readonly boundOrder: number;
  /** It came from another device: who has the place is not who bought. Absent: no. */
  readonly isMoved?: true;
}

type Slots = readonly BoundSlot[];

export class SlotTable {
  private readonly kept = new Map<string, Slots | BoundSlot>();

  get size(): number {
    return this.kept.size;
  }

  get(grantId: string): Slots | undefined {
    const kept = this.kept.get(grantId);
    return kept === undefined || !("device" in kept) ? kept : [kept];
  }

  set(grantId: string, slots: Slots): void {
    const [slot] = slots;
    this.kept.set(grantId, slot !== undefined && slots.length === 1 ? slot : slots);
  }

  delete(grantId: string): void {
    this.kept.delete(grantId);
  }

  *[Symbol.iterator](): Generator<[string, Slots], void> {
    for (const [grantId, kept] of this.kept) yield [grantId, "device" in kept ? [kept] : kept];
  }
}
