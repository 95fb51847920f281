// What the client's own types import and no package here describes.
declare module "debug" {
  function debug(section: string): debug.Debugger;
  namespace debug {
    type Debugger = (...values: readonly unknown[]) => void;
  }
  export default debug;
}
