// In the place of node:process in the bundle. To import that loads all that hangs on it: reports, the terminal, a megabyte.
export default globalThis.process;
export const { execArgv, execPath, hrtime, pid, platform } = globalThis.process;
