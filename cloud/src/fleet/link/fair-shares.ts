/**
 * Bytes that many members of many groups hold, with a bound for all together and one for each group. When a bound is passed, the greediest group
 * gives way, not the one that came last: a stranger who fills everything loses his own places. Within a group the member with
 * the most goes, and among those with about as much the oldest.
 */
export interface FairShares {
  /** A member that holds nothing yet. `shut` ends it when it must give way; it has left already. */
  join(group: string, shut: () => void): Share;
  /** Bytes of all members. */
  readonly bytes: number;
  readonly members: number;
  /** Members that had to give way so far. */
  readonly shut: number;
}

export interface Share {
  /** What the member holds now. Does nothing once it has left. */
  resize(bytes: number): void;
  leave(): void;
}

export interface ShareLimits {
  readonly allBytes: number;
  readonly groupBytes: number;
}

interface Member {
  bytes: number;
  readonly group: Group;
  readonly shut: () => void;
}

interface Group {
  readonly name: string;
  bytes: number;
  /** Oldest first. */
  readonly members: Set<Member>;
}

/** Members whose bytes differ by less are alike: then age decides. */
const alikeBytes = 64 * 1024;

export function createFairShares(limits: ShareLimits): FairShares {
  const groups = new Map<string, Group>();
  let [bytes, members, shut] = [0, 0, 0];

  function grow(member: Member, by: number): void {
    member.bytes += by;
    member.group.bytes += by;
    bytes += by;
  }

  function leave(member: Member): void {
    const { group } = member;
    if (!group.members.delete(member)) return;
    members--;
    bytes -= member.bytes;
    group.bytes -= member.bytes;
    if (group.members.size === 0) groups.delete(group.name);
  }

  function makeRoom(group: Group): void {
    while (group.bytes > limits.groupBytes && group.members.size > 0) giveWay(greediest(group));
    while (bytes > limits.allBytes && groups.size > 0) giveWay(greediest(largest(groups.values())));
  }

  function giveWay(member: Member): void {
    leave(member);
    shut++;
    member.shut();
  }

  return {
    join(name, onShut) {
      const group = groups.get(name) ?? { name, bytes: 0, members: new Set() };
      groups.set(name, group);
      const member: Member = { bytes: 0, group, shut: onShut };
      group.members.add(member);
      members++;
      return {
        resize(now) {
          if (!group.members.has(member)) return;
          const by = now - member.bytes;
          grow(member, by);
          if (by > 0) makeRoom(group);
        },
        leave: () => leave(member),
      };
    },
    get bytes() {
      return bytes;
    },
    get members() {
      return members;
    },
    get shut() {
      return shut;
    },
  };
}

function largest(groups: Iterable<Group>): Group {
  let found: Group | null = null;
  for (const group of groups) if (found === null || group.bytes > found.bytes) found = group;
  return found as Group;
}

function greediest(group: Group): Member {
  let found: Member | null = null;
  const size = (member: Member) => Math.floor(member.bytes / alikeBytes);
  for (const member of group.members) if (found === null || size(member) > size(found)) found = member;
  return found as Member;
}
