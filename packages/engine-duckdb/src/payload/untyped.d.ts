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

declare module "xpath" {
  export interface Found {
    readonly nodes?: unknown;
  }
  export interface Search {
    readonly node: unknown;
    readonly namespaces: (prefix: string) => string;
    readonly allowAnyNamespaceForNoPrefix: boolean;
  }
  export interface XPathEvaluator {
    evaluate(search: Search): Found;
    evaluateNumber(search: Search): number;
    evaluateString(search: Search): string;
    evaluateBoolean(search: Search): boolean;
    select(search: Search): readonly { readonly nodeValue: string | null }[];
  }
  const xpath: { parse(expression: string): XPathEvaluator };
  export default xpath;
}
