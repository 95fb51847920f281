import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { EngineError } from "../engine/engine-error.ts";

/** A line and the moment at which it came: microseconds since the epoch. */
export type SocketLine = readonly [text: string, at: number];

/** Where lines come from. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

const MOST_WAITING = 100_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The lines that a server sends, in order, from the moment of connecting on. No more than 100,000 wait; then the server does. */
export class SocketLines {
  readonly #address: SocketAddress;
  #socket: Promise<Socket> | undefined;
  #rest = "";
  #waiting: SocketLine[] = [];

  constructor(address: SocketAddress) {
    this.#address = address;
  }

  /** How many lines wait. @throws EngineError SOCKET_NOT_REACHED when nothing listens there */
  async count(): Promise<number> {
    this.#socket ??= this.#open();
    await this.#socket;
    return this.#waiting.length;
  }

  /** The first lines that wait, at most so many; they wait no longer. */
  async take(count: number): Promise<readonly SocketLine[]> {
    const taken = this.#waiting.splice(0, count);
    (await this.#socket)?.resume();
    return taken;
  }

  async close(): Promise<void> {
    const socket = await this.#socket?.catch(() => undefined);
    socket?.destroy();
  }

  async #open(): Promise<Socket> {
    const { host, port } = this.#address;
    return await new Promise((resolve, reject) => {
      const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
      const fail = (error: Error): void => {
        socket.destroy();
        this.#socket = undefined;
        reject(notReached(this.#address, error));
      };
      socket.once("timeout", () => fail(new Error(`no answer in ${CONNECT_TIMEOUT_MS / 1000} seconds`)));
      socket.once("error", fail);
      socket.once("connect", () => {
        socket
          .setTimeout(0)
          .off("error", fail)
          .on("error", () => socket.destroy());
        this.#listen(socket);
        resolve(socket);
      });
    });
  }

  /** What comes without an end of line is no line until the server closes. */
  #listen(socket: Socket): void {
    const decoder = new StringDecoder("utf8");
    socket.on("data", (bytes) => {
      this.#add(decoder.write(bytes));
      if (this.#waiting.length >= MOST_WAITING) socket.pause();
    });
    socket.once("close", () => {
      const last = decoder.end();
      this.#add(this.#rest === "" && last === "" ? "" : `${last}\n`);
    });
    socket.unref();
  }

  #add(text: string): void {
    const at = Date.now() * 1000;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#waiting.push([line.endsWith("\r") ? line.slice(0, -1) : line, at]);
  }
}

function notReached({ host, port }: SocketAddress, cause: Error): EngineError {
  return new EngineError(
    `Nothing sends lines at ${host}:${port}: ${cause.message || "the connection was refused"}. Start a server there first, such as \`nc -lk ${port}\`.`,
    { condition: "SOCKET_NOT_REACHED", domain: "external", retry: "backoff" },
    cause,
  );
}
