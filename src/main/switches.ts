/**
 * Switches with which whoever starts the program could open a door in it: an inspector, a page without its
 * guards, other programs as its helpers. A released build doesn't start with one of them.
 */
const REFUSED_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'js-flags',
  'no-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-file-access-from-files',
  'allow-running-insecure-content',
  'ignore-certificate-errors',
  'load-extension',
  'enable-blink-features',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'host-rules',
  'proxy-server',
] as const;

/** The refused switches among the arguments; each as given, without its value. */
export function refusedSwitches(argv: readonly string[]): readonly string[] {
  const names: readonly string[] = REFUSED_SWITCHES;
  return (
    argv
      // On Windows Chromium takes `/switch` too, and doesn't mind capitals.
      .map((argument) => (/^[-/]+([^=]*)/.exec(argument)?.[1] ?? '').toLowerCase())
      .filter((name) => names.includes(name))
  );
}

/** The environment for the core without what would change how a Node starts. */
export function coreEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(NODE_|ELECTRON_)/.test(name)));
}
