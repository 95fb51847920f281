declare module "seek-bzip" {
  const Bunzip: {
    decode(input: Uint8Array, output?: undefined, multistream?: boolean): Buffer;
  };
  export default Bunzip;
}

declare module "snappyjs" {
  export function uncompress<Bytes extends Uint8Array>(packed: Bytes): Uint8Array;
}

declare module "sax" {
  interface Parser {
    readonly position: number;
    onerror: (error: Error) => void;
    onopentag: (tag: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }) => void;
    ontext: (text: string) => void;
    oncdata: (text: string) => void;
    onclosetag: (name: string) => void;
    write(text: string): Parser;
    close(): Parser;
  }
  const sax: { parser(strict: boolean, options: { readonly position: boolean }): Parser };
  export default sax;
}
