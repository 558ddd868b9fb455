/** Datagrams. `node-udp.ts` opens real sockets; the lab simulates a network. */

export interface Udp {
  /** Port 0 takes any free port. `receiveBufferBytes` asks the kernel for a longer queue; the kernel may give less. */
  bind(options: {
    port: number;
    address?: string;
    receiveBufferBytes?: number;
    /**
     * Without `address`: each of this machine's addresses has its own socket, IPv6 too, so that an answer by `answer` leaves from
     * the address that was asked. A client ignores an answer from another address.
     */
    everyAddress?: boolean;
    /** `answer` sends from the socket that the packet came to; absent: this network has one socket for all addresses. */
    onMessage: (packet: Uint8Array, from: UdpPeer, answer?: SendDatagram) => void;
    onError: (error: Error) => void;
  }): Promise<UdpSocket>;
}

export type SendDatagram = (packet: Uint8Array, to: UdpPeer) => void;

export interface UdpPeer {
  readonly address: string;
  readonly port: number;
}

export interface UdpSocket {
  readonly port: number;
  /** The caller may reuse the bytes after the call. A socket that sends later copies them. */
  send(packet: Uint8Array, to: UdpPeer): void;
  /** With `everyAddress`: opens sockets for addresses that the machine has got since, and closes those of lost ones. */
  followAddresses?(): Promise<void>;
  close(): Promise<void>;
}
