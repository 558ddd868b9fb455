/** What a person chooses in the console after the router's facts have arrived. */
export interface SetUpChoices {
  readonly place: "container" | "hosted";
  /** Slot of the disk, as the facts name it. Empty: the board has none, and its own flash is used. Not used at a hosted site. */
  readonly disk: string;
  /** A person said yes: everything on the disk is lost. */
  readonly formatDisk: boolean;
  /** Ports that move into the guests' bridge. With an adopted hotspot: none, its bridge stays as it is. */
  readonly guestPorts: readonly string[];
  /** A person said yes: the port through which he works may move too. */
  readonly moveInstallersPort: boolean;
  /** Name of a hotspot of the facts. Null: Karibu makes its own. */
  readonly adoptHotspot: string | null;
  /** The open Wi-Fi network for guests on the chosen Wi-Fi ports. Null: Wi-Fi stays as it is. */
  readonly ssid: string | null;
  /** `10.5.48.0/22`. Empty: one that is free here. */
  readonly guestNetwork: string;
}
