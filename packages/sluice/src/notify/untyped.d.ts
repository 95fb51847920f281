// The part of nodemailer that is used here; it brings no types.
declare module "nodemailer" {
  interface Transport {
    sendMail(mail: { to: string[]; from: string; subject: string; text: string }): Promise<unknown>;
    close(): void;
  }
  export function createTransport(options: {
    url: string;
    connectionTimeout: number;
    greetingTimeout: number;
    socketTimeout: number;
  }): Transport;
}

// The part of smtp-server that tests use.
declare module "smtp-server" {
  import type { Server } from "node:net";
  export class SMTPServer {
    constructor(options: {
      authOptional: boolean;
      disabledCommands: string[];
      onData: (stream: NodeJS.ReadableStream, session: unknown, done: (error?: Error) => void) => void;
    });
    readonly server: Server;
    listen(port: number, host: string): void;
    close(done: () => void): void;
  }
}
