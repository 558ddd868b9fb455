/** Datagrams. `node-udp.ts` opens real sockets; the lab simulates a network. */

export interface Udp {
  /** Port 0 takes any free port. `receiveBufferBytes` asks the kernel for a longer queue; the kernel may give less. */
  bind(options: {
    port: number;
    address?: string;
    receiveBufferBytes?: number;
    onMessage: (packet: Uint8Array, from: UdpPeer) => void;
    onError: (error: Error) => void;
  }): Promise<UdpSocket>;
}

export interface UdpPeer {
  readonly address: string;
  readonly port: number;
}

export interface UdpSocket {
  readonly port: number;
  /** The caller may reuse the bytes after the call. A socket that sends later copies them. */
  send(packet: Uint8Array, to: UdpPeer): void;
  close(): Promise<void>;
}
