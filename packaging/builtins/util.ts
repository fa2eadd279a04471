// In the place of node:util in the bundle, for the reason of process.ts. What somebody imports besides, esbuild asks for here.
const util = globalThis.process.getBuiltinModule("node:util");
export const { aborted, callbackify, debuglog, inspect, promisify, stripVTControlCharacters } = util;
